-- One row per region, counting scope and population vintage: places per 1,000 residents at the last
-- year for which the scope is known, as each choice of definitions gives it.
-- A rate that no region of its level can have has no row, nor has one over nobody.
with figures as (
    select * from {{ ref('int_figures') }}
    where measure = 'places' and kind = 'stock'
),

populations as (
    select * from {{ ref('int_year_populations') }}
    where resident_population is not null
),

bounds as (
    select * from {{ ref('int_region_bounds') }}
    where measure = 'places_per_1000'
),

-- what is adopted of several figures of a day
adopted as (
    select * from {{ ref('int_indicator_values') }}
    where indicator = 'places_per_1000' and is_headline and value_origin = 'computed'
),

latest as (
    select * from figures
    qualify row_number() over (partition by region_code, scope order by as_of_date desc) = 1
),

candidates as (
    select
        latest.region_code,
        latest.scope,
        vintages.population_vintage,
        latest.as_of_date,
        latest.year,
        latest.value as places,
        latest.basis,
        latest.claim_id as places_claim,
        populations.resident_population,
        populations.year as population_year,
        populations.resident_claims,
        row_number() over (
            partition by latest.region_code, latest.scope, vintages.population_vintage
            order by populations.year desc
        ) as recency
    from latest
    cross join (values ('earlier'), ('latest')) as vintages (population_vintage)
    inner join populations
        on latest.region_code = populations.region_code
        and (vintages.population_vintage = 'latest' or latest.year >= populations.year)
)

select
    'places_per_1000' as indicator,
    candidates.region_code,
    candidates.scope,
    candidates.population_vintage,
    candidates.as_of_date,
    candidates.year,
    1000
    * cast(candidates.places as double)
    / cast(candidates.resident_population as double) as value,
    candidates.places,
    candidates.basis,
    candidates.resident_population,
    candidates.population_year,
    adopted.region_code is not null
    and candidates.population_vintage = '{{ var("headline_population") }}' as is_headline,
    [candidates.places_claim] as places_claims,
    candidates.resident_claims
from candidates
left join adopted
    on candidates.region_code = adopted.region_code
    and candidates.as_of_date = adopted.as_of_date
    and candidates.scope = adopted.scope
left join bounds on candidates.region_code = bounds.region_code
where
    candidates.recency = 1
    and candidates.resident_population > 0
    and coalesce(
        1000 * candidates.places <= bounds.impossible_above * candidates.resident_population, true
    )
