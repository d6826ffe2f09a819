-- One row per region, indicator, year and counting scope that rosters should tell and do not, and why.
with figures as (
    select * from {{ ref('int_roster_figures') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
    where kind = 'stock'
),

unknown as (
    {%- set columns = 'figures.region_code, figures.year, figures.scope, figures.as_of_date, '
        ~ 'figures.measure, figures.known, figures.parts' %}
    select
        {{ columns }},
        figures.missing_reason,
        indicators.indicator,
        indicators.denominator_measure
    from figures
    inner join indicators
        on
        figures.measure in (
            indicators.indicator, indicators.numerator_measure, indicators.denominator_measure
        )
    where figures.value is null
    union all
    -- of no places no share is used, of no facilities none has a fee
    select
        {{ columns }},
        'nothing_counted' as missing_reason,
        indicators.indicator,
        indicators.denominator_measure
    from figures
    inner join indicators
        on
        figures.measure = indicators.denominator_measure
        or (figures.measure = 'facilities' and indicators.indicator = 'median_monthly_fee_yuan')
    where figures.value = 0
    union all
    select
        {{ columns }},
        figures.missing_reason,
        'median_monthly_fee_yuan' as indicator,
        cast(null as varchar) as denominator_measure
    from figures
    where figures.value is null and figures.measure = 'facilities'
)

select
    region_code,
    indicator,
    'stock' as kind,
    year,
    scope,
    as_of_date,
    missing_reason,
    known,
    parts
from unknown
-- the numerator's reason goes before the denominator's
qualify row_number() over (
        partition by region_code, indicator, year, scope
        order by measure = denominator_measure, measure
    ) = 1
