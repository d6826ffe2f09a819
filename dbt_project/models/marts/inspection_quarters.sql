select
    facility_key,
    region_code,
    facility_name,
    cast(year as integer) as year,
    cast(quarter(quarter_start) as bigint) as quarter,
    counted_in,
    safety_rounds,
    safety_rounds = 0 as is_missed,
    rounds,
    array_to_string(source_ids, ', ') as source_ids
from {{ ref('int_inspection_quarters') }}
