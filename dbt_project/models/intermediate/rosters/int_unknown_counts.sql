-- One row per region, indicator, year and counting scope that rosters should tell and do not, and why.
{%- set medians = "'" ~ roster_measures('median') | map(attribute='name') | join("', '") ~ "'" %}

with figures as (
    select * from {{ ref('int_roster_figures') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
    where kind = 'stock'
),

-- measures that an indicator is made of, and which of them may be no zero
needed as (
    select distinct
        indicator,
        denominator_measure,
        unnest([indicator, numerator_measure, denominator_measure]) as measure
    from indicators
),

divided_by as (
    select
        indicator,
        denominator_measure,
        denominator_measure as measure
    from indicators
    union
    -- of no facilities there is no median
    select
        indicator,
        denominator_measure,
        'facilities' as measure
    from indicators
    where indicator in ({{ medians }})
),

unknown as (
    {%- set columns = 'figures.region_code, figures.year, figures.scope, figures.as_of_date, '
        ~ 'figures.measure, figures.known, figures.parts' %}
    select
        {{ columns }},
        figures.missing_reason,
        needed.indicator,
        needed.denominator_measure
    from figures
    inner join needed on figures.measure = needed.measure
    where figures.value is null
    union all
    -- of no places no share is used
    select
        {{ columns }},
        'nothing_counted' as missing_reason,
        divided_by.indicator,
        divided_by.denominator_measure
    from figures
    inner join divided_by on figures.measure = divided_by.measure
    where figures.value = 0
    union all
    select
        {{ columns }},
        figures.missing_reason,
        indicators.indicator,
        indicators.denominator_measure
    from figures
    inner join indicators on indicators.indicator in ({{ medians }})
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
