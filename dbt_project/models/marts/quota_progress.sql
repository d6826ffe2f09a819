select
    region_code,
    region_name,
    parent_code,
    year,
    category,
    cast(cumulative_quota_places as bigint) as cumulative_quota_places,
    cast(added_quota_places as bigint) as added_quota_places,
    cast(target_per_1000 as double) as target_per_1000,
    implied_residents,
    implied_places_per_1000,
    cast(actual_places as bigint) as actual_places,
    cast(gap_places as bigint) as gap_places,
    cast(stated_total_places as bigint) as stated_total_places,
    cast(stated_total_difference_places as bigint) as stated_total_difference_places,
    status,
    status_reason
from {{ ref('int_quota_progress') }}
