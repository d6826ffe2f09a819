-- A list that is declared complete for a region, and names facilities elsewhere but none there, is most
-- likely the list of another region: the towns of the declared one would be 0. Correct `complete_for` in
-- sources.yml, or put the right file there.
with areas as (
    select * from {{ ref('stg_complete_areas') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

listed as (
    select distinct
        source_id,
        region_code
    from {{ ref('stg_facility_rosters') }}
),

speaking as (
    select areas.source_id
    from areas
    inner join listed on areas.source_id = listed.source_id
    inner join ancestors
        on areas.region_code = ancestors.ancestor_code and listed.region_code = ancestors.region_code
    union
    -- a row may name the county of a town for which the list is complete
    select areas.source_id
    from areas
    inner join listed on areas.source_id = listed.source_id
    inner join ancestors
        on areas.region_code = ancestors.region_code and listed.region_code = ancestors.ancestor_code
)

select
    areas.source_id,
    string_agg(distinct areas.region_code, ', ' order by areas.region_code) as complete_for,
    string_agg(distinct listed.region_code, ', ' order by listed.region_code) as found_regions
from areas
inner join listed on areas.source_id = listed.source_id
left join speaking on areas.source_id = speaking.source_id
where speaking.source_id is null
group by areas.source_id
