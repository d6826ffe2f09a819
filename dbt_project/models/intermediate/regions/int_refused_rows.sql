-- One row per source, region and day that a refused row may be about, and of which the source therefore
-- does not tell all. A row counts for its region and every region above; a null region or day stands for
-- any, because it could not be told. What a file has twice was loaded once, and nothing of it is missing.
with rejected as (
    select * from {{ source('audit', 'rejected_rows') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
)

select distinct
    rejected.source_id,
    ancestors.ancestor_code as region_code,
    rejected.as_of_date
from rejected
left join ancestors on rejected.region_code = ancestors.region_code
where not coalesce(rejected.is_repetition, false)
