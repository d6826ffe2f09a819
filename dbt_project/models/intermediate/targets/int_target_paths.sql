-- One row per region, indicator, target year and year, for targets of a stock to reach: the figure of the
-- year, and where the straight line from the first figure to the target stands at its end.
with targets as (
    select * from {{ ref('int_target_gaps') }}
    where kind = 'stock' and comparator in ('>=', '>', '=')
),

-- the latest figure of each year
figures as (
    select * from {{ ref('int_indicator_values') }}
    where is_headline and kind = 'stock' and value is not null
    qualify row_number() over (partition by region_code, indicator, year order by as_of_date desc) = 1
),

-- what a ledger asks for in a year: its total, else what the towns that it lists add to
quotas as (
    select
        region_code,
        year,
        coalesce(quota_places, towns_sum_places) as quota_places,
        case when quota_places is null then towns_claims else quota_claims end as quota_claims,
        case when quota_places is null then 'summed' else quota_basis end as quota_basis
    from {{ ref('int_quota_totals') }}
    where category = 'all' and coalesce(quota_places, towns_sum_places) is not null
),

-- years of a figure, of a quota, and all from the first figure to the target
years as (
    select targets.region_code, targets.indicator, targets.target_year, figures.year
    from targets
    inner join figures
        on targets.region_code = figures.region_code and targets.indicator = figures.indicator
    union
    select targets.region_code, targets.indicator, targets.target_year, quotas.year
    from targets
    inner join quotas on targets.region_code = quotas.region_code
    where targets.indicator = 'places_per_1000'
    union
    select region_code, indicator, target_year, unnest(range(year(start_date), target_year + 1)) as year
    from targets
    where start_date < target_date
)

select
    -- keys
    years.region_code,
    years.indicator,
    years.target_year,
    years.year,
    -- measures
    targets.target_value,
    figures.value as actual_value,
    figures.as_of_date as actual_date,
    case
        when targets.start_date < targets.target_date
            and make_date(years.year, 12, 31) between targets.start_date and targets.target_date
            then targets.start_value + (targets.target_value - targets.start_value)
                * date_diff('day', targets.start_date, make_date(years.year, 12, 31))
                / date_diff('day', targets.start_date, targets.target_date)
    end as path_value,
    case
        when years.indicator = 'places_per_1000'
            then 1000 * cast(quotas.quota_places as double) / nullif(targets.residents, 0)
    end as quota_places_per_1000,
    case when years.indicator = 'places_per_1000' then quotas.quota_places end as quota_places,
    quotas.quota_basis,
    targets.residents,
    targets.population_year,
    -- lineage
    targets.target_claims,
    targets.first_claims as start_claims,
    targets.resident_claims,
    quotas.quota_claims,
    list_concat(figures.numerator_claims, figures.denominator_claims) as actual_claims
from years
inner join targets
    on years.region_code = targets.region_code
    and years.indicator = targets.indicator
    and years.target_year = targets.target_year
left join figures
    on years.region_code = figures.region_code
    and years.indicator = figures.indicator
    and years.year = figures.year
left join quotas
    on years.region_code = quotas.region_code
    and years.year = quotas.year
