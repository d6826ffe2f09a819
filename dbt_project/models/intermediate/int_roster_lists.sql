-- One row per register, region, kind of list and day whose list speaks for the region: names facilities
-- there, or declares that it lists all there are, or all that changed. Regions of every level.
with rosters as (
    select distinct
        register,
        region_code,
        as_of_date,
        list_kind,
        source_id
    from {{ ref('stg_facility_rosters') }}
),

complete_areas as (
    select * from {{ ref('stg_complete_areas') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

declared as (
    select distinct
        rosters.register,
        ancestors.region_code,
        rosters.as_of_date,
        rosters.list_kind,
        rosters.source_id
    from rosters
    inner join complete_areas on rosters.source_id = complete_areas.source_id
    inner join ancestors on complete_areas.region_code = ancestors.ancestor_code
),

together as (
    select *, false as is_complete from rosters
    union all
    select *, true as is_complete from declared
)

select
    register,
    region_code,
    as_of_date,
    list_kind,
    bool_or(is_complete) as is_complete,
    list_sort(list(distinct source_id)) as source_ids
from together
group by register, region_code, as_of_date, list_kind
