-- One row per region with data and stock indicator with a formula of which nothing is known, not even why
-- rosters do not tell it (int_unknown_counts), and why.
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
    select region_code, indicator from {{ ref('int_indicator_values') }}
    where is_headline
    union
    select region_code, indicator from {{ ref('int_unknown_counts') }}
    where is_headline
),

-- indicators of which a figure is known and impossible
withheld as (
    select distinct region_code, indicator from {{ ref('int_indicator_values') }}
    where missing_reason is not null and kind = 'stock'
),

-- what is stated and impossible; an indicator lacks it only where nothing possible is known
impossible as (
    select distinct region_code, measure from {{ ref('int_implausible_claims') }}
    where kind = 'stock'
),

stocks as (
    select * from {{ ref('int_figures') }}
    where kind = 'stock'
),

numerators as (
    select distinct region_code, measure from stocks
),

-- counts that a figure of the same year would have to be divided by, and that are 0
noughts as (
    select region_code, year, measure from {{ ref('int_populations_carried_forward') }}
    where value = 0
    union
    select region_code, year, measure from stocks
    where value = 0
),

over_nothing as (
    select distinct stocks.region_code, indicators.indicator
    from indicators
    inner join stocks on indicators.numerator_measure = stocks.measure
    inner join noughts
        on indicators.denominator_measure = noughts.measure
        and stocks.region_code = noughts.region_code
        and stocks.year = noughts.year
)

select
    regions_with_data.region_code,
    indicators.indicator,
    indicators.kind,
    case
        when withheld.region_code is not null then 'implausible'
        when numerators.measure is null and impossible_numerators.measure is not null then 'implausible'
        when numerators.measure is null then 'no_actual'
        when over_nothing.region_code is not null then 'denominator_is_0'
        when denominators.measure is not null then 'dates_differ'
        when impossible_denominators.measure is not null then 'implausible'
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
left join impossible as impossible_numerators
    on regions_with_data.region_code = impossible_numerators.region_code
    and indicators.numerator_measure = impossible_numerators.measure
left join impossible as impossible_denominators
    on regions_with_data.region_code = impossible_denominators.region_code
    and indicators.denominator_measure = impossible_denominators.measure
left join over_nothing
    on regions_with_data.region_code = over_nothing.region_code
    and indicators.indicator = over_nothing.indicator
left join withheld
    on regions_with_data.region_code = withheld.region_code
    and indicators.indicator = withheld.indicator
where known.indicator is null
