-- One row per region, indicator, year and counting scope that rosters should tell and do not, and why. What
-- is known of it all the same is at least `value_at_least`: a bound of the numerator over a known
-- denominator, and at most `value_at_most` where facilities listed as several may be one.
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
),

reasons as (
    select * from unknown
    -- the numerator's reason goes before the denominator's
    qualify row_number() over (
            partition by region_code, indicator, year, scope
            order by measure = denominator_measure, measure
        ) = 1
),

scopes as (
    select distinct scope from figures
),

denominators as (
    -- residents are those of every scope; a join on "or of any" would compare row by row
    select
        populations.region_code,
        populations.year,
        populations.measure,
        scopes.scope,
        populations.value,
        populations.claims
    from {{ ref('int_populations_carried_forward') }} as populations
    cross join scopes
    union all
    select
        region_code,
        year,
        measure,
        scope,
        value,
        [claim_id] as claims
    from figures
    where value is not null and kind = 'stock'
),

limits as (
    select
        region_code,
        measure,
        cast(impossible_above as double) as impossible_above
    from {{ ref('int_region_bounds') }}
),

worked_out as (
    select
        figures.region_code,
        indicators.indicator,
        figures.year,
        figures.scope,
        {%- for bound in ['at_least', 'at_most'] %}
        case
            when indicators.numerator_measure is null then cast(figures.value_{{ bound }} as double)
            else
                cast(indicators.scale * figures.value_{{ bound }} as double)
                / cast(nullif(denominators.value, 0) as double)
        end as value_{{ bound }},
        [figures.claim_id || '|{{ bound }}'] as {{ bound }}_claims,
        {%- endfor %}
        coalesce(denominators.claims, []) as denominator_claims
    from figures
    inner join indicators on figures.measure = coalesce(indicators.numerator_measure, indicators.indicator)
    left join denominators
        on figures.region_code = denominators.region_code
        and figures.year = denominators.year
        and indicators.denominator_measure = denominators.measure
        and figures.scope = denominators.scope
    where figures.value_at_least is not null or figures.value_at_most is not null
),

-- a bound that no region of its level can have is none
bounds as (
    select
        worked_out.region_code,
        worked_out.indicator,
        worked_out.year,
        worked_out.scope,
        {%- for bound in ['at_least', 'at_most'] %}
        {%- set is_possible = 'coalesce(worked_out.value_' ~ bound ~ ' <= limits.impossible_above,'
            ~ ' worked_out.value_' ~ bound ~ ' is not null)' %}
        case when {{ is_possible }} then worked_out.value_{{ bound }} end as value_{{ bound }},
        case when {{ is_possible }} then worked_out.{{ bound }}_claims end as {{ bound }}_claims,
        {%- endfor %}
        worked_out.denominator_claims
    from worked_out
    left join limits
        on worked_out.region_code = limits.region_code
        and worked_out.indicator = limits.measure
),

known as (
    select distinct region_code, indicator from {{ ref('int_indicator_values') }}
    where is_headline
)

select
    reasons.region_code,
    reasons.indicator,
    'stock' as kind,
    reasons.year,
    reasons.scope,
    coalesce(reasons.as_of_date, make_date(reasons.year, 12, 31)) as as_of_date,
    'missing' as value_origin,
    reasons.missing_reason,
    reasons.known,
    reasons.parts,
    bounds.value_at_least,
    bounds.value_at_most,
    bounds.at_least_claims,
    bounds.at_most_claims,
    bounds.denominator_claims,
    -- where nothing is known of any date, the latest year says why; of what has no formula a bound alone
    known.region_code is null
    and (indicators.numerator_measure is not null or bounds.value_at_least is not null)
    and reasons.scope = '{{ var("headline_scope") }}'
    and row_number() over (
        partition by reasons.region_code, reasons.indicator, reasons.scope
        order by reasons.year desc
    ) = 1 as is_headline
from reasons
inner join indicators on reasons.indicator = indicators.indicator
left join known
    on reasons.region_code = known.region_code
    and reasons.indicator = known.indicator
left join bounds
    on reasons.region_code = bounds.region_code
    and reasons.indicator = bounds.indicator
    and reasons.year = bounds.year
    and reasons.scope = bounds.scope
