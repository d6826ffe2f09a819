with superseded as (
    select
        source_id,
        category,
        array_to_string(list_sort(list_distinct(list(superseded_by))), '; ') as superseded_by,
        array_to_string(list_sort(list_distinct(list(cast(target_year as varchar)))), ', ')
            as superseded_years
    from {{ ref('int_superseded_ledgers') }}
    group by source_id, category
)

select
    readings.*,
    superseded.superseded_by,
    superseded.superseded_years
from {{ ref('int_quota_readings') }} as readings
left join superseded
    on readings.source_id = superseded.source_id
    and readings.category = superseded.category
