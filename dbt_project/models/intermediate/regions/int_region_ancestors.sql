-- One row per region and region above it, itself included.
with recursive regions as (
    select
        region_code,
        parent_code,
        valid_from_date,
        valid_to_date
    from {{ ref('stg_regions') }}
),

parents as (
    select distinct parent_code from regions
    where parent_code is not null
),

ancestors as (
    select
        region_code,
        region_code as ancestor_code,
        0 as levels_up
    from regions
    union all
    select
        ancestors.region_code,
        regions.parent_code as ancestor_code,
        ancestors.levels_up + 1 as levels_up
    from ancestors
    inner join regions on ancestors.ancestor_code = regions.region_code
    where regions.parent_code is not null and ancestors.levels_up < 10
)

select
    ancestors.region_code,
    ancestors.ancestor_code,
    ancestors.levels_up,
    parents.parent_code is null as is_leaf,
    coalesce(regions.valid_from_date, date '0001-01-01') as valid_from_date,
    coalesce(regions.valid_to_date, date '9999-12-31') as valid_to_date
from ancestors
inner join regions on ancestors.region_code = regions.region_code
left join parents on ancestors.region_code = parents.parent_code
