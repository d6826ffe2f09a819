-- One row per region and year with any population or reported figure; claims beside each measure.
{%- set measures = ['facilities'] + (roster_measures('sum') | map(attribute='name') | list) %}

with figures as (
    select * from {{ ref('int_figures') }}
    where is_figure_of_year
),

pivoted as (
    select
        region_code,
        year,
        {%- for measure in measures %}
        max(value) filter (measure = '{{ measure }}' and kind = 'stock') as {{ measure }},
        list(claim_id) filter (measure = '{{ measure }}' and kind = 'stock') as {{ measure }}_claims,
        {%- endfor %}
        max(as_of_date) filter (measure = 'places' and kind = 'stock') as places_date,
        max(basis) filter (measure = 'places' and kind = 'stock') as places_basis,
        max(scope) filter (measure = 'places' and kind = 'stock') as places_scope,
        bool_or(is_contradicted) filter (measure = 'places' and kind = 'stock') as places_are_contradicted
    from figures
    group by region_code, year
),

populations as (
    select * from {{ ref('int_populations_carried_forward') }}
),

-- years of which there is a figure, or a population that the regions below add up to
years as (
    select region_code, year from pivoted
    union
    select region_code, year from {{ ref('int_year_populations') }}
),

births as (
    select * from {{ ref('int_year_populations') }}
),

regions as (
    select * from {{ ref('stg_regions') }}
),

-- how many facilities or regions the count of places rests on
counts as (
    select * from {{ ref('int_roster_figures') }}
    where measure = 'places' and scope = '{{ var("headline_scope") }}'
)

select
    -- keys
    years.region_code,
    regions.region_name,
    regions.region_level,
    years.year,
    -- population
    residents.value as resident_population,
    residents.population_year,
    residents.basis as population_basis,
    children.value as children_under_3,
    children.population_year as children_year,
    children.basis as children_basis,
    children.is_summed as children_are_summed,
    births.births,
    -- childcare
    {%- for measure in measures %}
    pivoted.{{ measure }},
    {%- endfor %}
    pivoted.places_basis,
    pivoted.places_scope,
    counts.known as places_known,
    counts.parts as places_parts,
    {%- for bound in ['at_least', 'at_most'] %}
    case when pivoted.places is null then counts.value_{{ bound }} end as places_{{ bound }},
    case
        when pivoted.places is null and counts.value_{{ bound }} is not null
            then [counts.claim_id || '|{{ bound }}']
    end as places_{{ bound }}_claims,
    {%- endfor %}
    case when pivoted.places is null then counts.missing_reason end as places_missing_reason,
    pivoted.places_date,
    coalesce(residents.is_contradicted, false) as residents_are_contradicted,
    coalesce(pivoted.places_are_contradicted, false) as places_are_contradicted,
    -- lineage
    {%- for measure in measures %}
    pivoted.{{ measure }}_claims,
    {%- endfor %}
    residents.claims as resident_claims,
    children.claims as children_claims,
    births.births_claims
from years
inner join regions on years.region_code = regions.region_code
left join pivoted
    on years.region_code = pivoted.region_code
    and years.year = pivoted.year
left join counts
    on years.region_code = counts.region_code
    and years.year = counts.year
left join births
    on years.region_code = births.region_code
    and years.year = births.year
left join populations as residents
    on years.region_code = residents.region_code
    and years.year = residents.year
    and residents.measure = 'resident_population'
left join populations as children
    on years.region_code = children.region_code
    and years.year = children.year
    and children.measure = 'children_under_3'
