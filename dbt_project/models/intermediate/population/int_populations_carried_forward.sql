-- One row per region, year and population measure: the count of that year, else of the latest
-- earlier one; with `headline_population: latest` the latest of all. Years are all those for which the
-- region has a figure, a target or a quota, or the regions below have a population.
with years as (
    select region_code, year from {{ ref('int_claims') }}
    where region_code is not null and year is not null
    union
    -- of a region that files say nothing of the regions below may be counted
    select region_code, year from {{ ref('int_year_populations') }}
    where residents_are_summed or children_are_summed
),

populations as (
    select
        region_code,
        year,
        'resident_population' as measure,
        resident_population as value,
        resident_date as population_date,
        resident_basis as basis,
        resident_grade as grade,
        resident_source_id as source_id,
        residents_are_summed as is_summed,
        residents_contradicted as is_contradicted,
        resident_claims as claims
    from {{ ref('int_year_populations') }}
    where resident_population is not null
    union all
    select
        region_code,
        year,
        'children_under_3' as measure,
        children_under_3 as value,
        ages_date as population_date,
        children_basis as basis,
        ages_grade as grade,
        ages_source_id as source_id,
        children_are_summed as is_summed,
        ages_contradicted as is_contradicted,
        children_claims as claims
    from {{ ref('int_year_populations') }}
    where children_under_3 is not null
),

candidates as (
    select
        years.region_code,
        years.year,
        populations.measure,
        populations.value,
        populations.year as population_year,
        populations.population_date,
        populations.basis,
        populations.grade,
        populations.source_id,
        populations.is_summed,
        populations.is_contradicted,
        populations.claims,
        row_number() over (
            partition by years.region_code, years.year, populations.measure
            order by populations.year desc
        ) as recency
    from years
    inner join populations
        on years.region_code = populations.region_code
        and (years.year >= populations.year or '{{ var("headline_population") }}' = 'latest')
)

select * exclude (recency) from candidates
where recency = 1
