-- One row per region, year and region right below it, of the regions below that a population table
-- declares to be all that there are (`complete_for` in sources.yml). A region is named by a row of its own or
-- of a region below it. Nothing is declared of a region and year of which the table has a refused row, of
-- which another table counts a region that this one does not name, or of which a region that this one names
-- does not exist at the end of the year.
with areas as (
    select * from {{ ref('stg_complete_areas') }}
),

populations as (
    select distinct
        source_id,
        region_code,
        year(as_of_date) as year
    from {{ ref('stg_populations') }}
),

regions as (
    select * from {{ ref('stg_regions') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

refused as (
    select * from {{ ref('int_refused_rows') }}
),

named as (
    select distinct
        populations.source_id,
        populations.year,
        regions.parent_code,
        regions.region_code
    from populations
    inner join ancestors on populations.region_code = ancestors.region_code
    inner join regions on ancestors.ancestor_code = regions.region_code
),

parts as (
    select distinct named.*
    from named
    inner join areas on named.source_id = areas.source_id
    inner join ancestors
        on areas.region_code = ancestors.ancestor_code and named.parent_code = ancestors.region_code
),

declared as (
    select distinct
        source_id,
        parent_code,
        year
    from parts
),

doubted as (
    select
        parts.source_id,
        parts.parent_code,
        parts.year
    from parts
    inner join refused
        on parts.source_id = refused.source_id
        and coalesce(parts.parent_code = refused.region_code, true)
        and coalesce(parts.year = year(refused.as_of_date), true)
    union
    select
        declared.source_id,
        declared.parent_code,
        declared.year
    from declared
    inner join named on declared.parent_code = named.parent_code and declared.year = named.year
    left join parts
        on declared.source_id = parts.source_id
        and declared.year = parts.year
        and named.region_code = parts.region_code
    where parts.region_code is null
    union
    select
        parts.source_id,
        parts.parent_code,
        parts.year
    from parts
    inner join ancestors on parts.region_code = ancestors.region_code
    where make_date(parts.year, 12, 31) not between ancestors.valid_from_date and ancestors.valid_to_date
)

select distinct
    parts.parent_code,
    parts.year,
    parts.region_code
from parts
left join doubted
    on parts.source_id = doubted.source_id
    and parts.parent_code = doubted.parent_code
    and parts.year = doubted.year
where doubted.source_id is null
