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

lists as (
    select distinct
        register,
        as_of_date,
        list_kind,
        source_id
    from rosters
),

declared as (
    select distinct
        lists.register,
        ancestors.region_code,
        lists.as_of_date,
        lists.list_kind,
        lists.source_id
    from lists
    inner join complete_areas on lists.source_id = complete_areas.source_id
    inner join ancestors on complete_areas.region_code = ancestors.ancestor_code
),

-- each list once: distinct lists within an aggregate are slow where groups are many
together as (
    select
        register,
        region_code,
        as_of_date,
        list_kind,
        source_id,
        bool_or(is_declared) as is_complete
    from (
        select *, false as is_declared from rosters
        union all
        select *, true as is_declared from declared
    ) as both_ways
    group by register, region_code, as_of_date, list_kind, source_id
)

select
    register,
    region_code,
    as_of_date,
    list_kind,
    bool_or(is_complete) as is_complete,
    list_sort(list(source_id)) as source_ids
from together
group by register, region_code, as_of_date, list_kind
