-- Counts once more, from the published facilities and the region tree alone: what a mart says of a region
-- is what the facilities below it add up to.
{%- set measures = ['places', 'inclusive_places', 'enrolled_children'] %}
with published as (
    select * from {{ ref('indicator_values') }}
    where value_origin = 'counted' and indicator in ('facilities', '{{ measures | join("', '") }}')
),

facility_years as (
    select * from {{ ref('facility_years') }}
    where counted_in is not null
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

recounted as (
    select
        ancestors.ancestor_code as region_code,
        facility_years.year,
        scopes.scope,
        count(*) as facilities,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from facility_years
    inner join (select distinct scope from {{ ref('stg_counting_scopes') }}) as scopes
        on list_contains(string_split(facility_years.counted_in, ', '), scopes.scope)
    inner join ancestors on facility_years.region_code = ancestors.region_code
    group by ancestors.ancestor_code, facility_years.year, scopes.scope
)

select
    published.region_code,
    published.indicator,
    published.year,
    published.scope,
    published.value
from published
left join recounted
    on published.region_code = recounted.region_code
    and published.year = recounted.year
    and published.scope = recounted.scope
where
    published.value != coalesce(
        case published.indicator
            when 'facilities' then recounted.facilities
            {%- for measure in measures %}
            when '{{ measure }}' then recounted.{{ measure }}
            {%- endfor %}
        end,
        0
    )
