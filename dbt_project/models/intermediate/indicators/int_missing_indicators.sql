-- One row per region with data and stock indicator with a formula that has no headline, and why.
with indicators as (
    select * from {{ ref('stg_indicators') }}
    where numerator_measure is not null and kind = 'stock'
),

regions_with_data as (
    select region_code from {{ ref('int_claims') }}
    where region_code is not null
    group by region_code
),

known as (
    select distinct region_code, indicator from {{ ref('int_indicator_values') }}
    where is_headline
),

-- why rosters that tell of a narrower scope do not tell the headline
uncounted as (
    select region_code, indicator, missing_reason from {{ ref('int_unknown_counts') }}
    where scope = '{{ var("headline_scope") }}'
    qualify row_number() over (partition by region_code, indicator order by year desc) = 1
),

numerators as (
    select distinct region_code, measure from {{ ref('int_figures') }}
    where kind = 'stock'
)

select
    regions_with_data.region_code,
    indicators.indicator,
    indicators.kind,
    case
        when numerators.measure is not null and uncounted.missing_reason is not null
            then uncounted.missing_reason
        when numerators.measure is null then 'no_actual'
        when denominators.measure is not null then 'dates_differ'
        else 'no_denominator'
    end as missing_reason
from regions_with_data
cross join indicators
left join known
    on regions_with_data.region_code = known.region_code
    and indicators.indicator = known.indicator
left join numerators
    on regions_with_data.region_code = numerators.region_code
    and indicators.numerator_measure = numerators.measure
left join numerators as denominators
    on regions_with_data.region_code = denominators.region_code
    and indicators.denominator_measure = denominators.measure
left join uncounted
    on regions_with_data.region_code = uncounted.region_code
    and indicators.indicator = uncounted.indicator
where known.indicator is null
