-- One row per region, indicator, year and counting scope that rosters should tell and do not, and why.
with figures as (
    select * from {{ ref('int_roster_figures') }}
    where value is null
),

indicators as (
    select * from {{ ref('stg_indicators') }}
    where kind = 'stock'
)

select
    figures.region_code,
    indicators.indicator,
    indicators.kind,
    figures.year,
    figures.scope,
    figures.as_of_date,
    figures.missing_reason,
    figures.known,
    figures.parts
from figures
inner join indicators
    on
    figures.measure
    in (indicators.indicator, indicators.numerator_measure, indicators.denominator_measure)
-- the numerator's reason goes before the denominator's
qualify row_number() over (
        partition by figures.region_code, indicators.indicator, figures.year, figures.scope
        order by figures.measure = indicators.denominator_measure
    ) = 1
