select
    region_code,
    target_region_code,
    cast(target_year as integer) as target_year,
    cast(target_value as double) as target_value,
    cast(residents as bigint) as residents,
    cast(population_year as integer) as population_year,
    required_places,
    cast(actual_places as bigint) as actual_places,
    actual_date,
    cast(gap_places_net as bigint) as gap_places_net,
    cast(gap_places_need_only as bigint) as gap_places_need_only,
    status,
    status_reason
from {{ ref('int_town_gaps') }}
