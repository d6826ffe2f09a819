-- One row per region, counting scope and population vintage: places per 1,000 residents at the last
-- year for which the scope is known, as each choice of definitions gives it.
with figures as (
    select * from {{ ref('int_figures') }}
    where measure = 'places' and kind = 'stock'
),

populations as (
    select * from {{ ref('int_year_populations') }}
    where resident_population is not null
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
    region_code,
    scope,
    population_vintage,
    as_of_date,
    year,
    1000 * cast(places as double) / cast(nullif(resident_population, 0) as double) as value,
    places,
    basis,
    resident_population,
    population_year,
    scope in ('{{ var("headline_scope") }}', 'as_reported')
    and population_vintage = '{{ var("headline_population") }}'
    and row_number() over (
        partition by region_code, population_vintage
        order by {{ scope_preference() }}
    ) = 1 as is_headline,
    [places_claim] as places_claims,
    resident_claims
from candidates
where recency = 1
