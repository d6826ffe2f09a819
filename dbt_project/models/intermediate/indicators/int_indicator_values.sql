-- One row per region, indicator, stock or flow, date, scope and origin: stated by a document, counted
-- from rosters, or computed here from numerator and denominator. Which of several on one day is adopted, and
-- why, is said here alone; what contradictions make it range between stands beside it. What is impossible has
-- no value and a missing_reason, and is adopted by nobody.
{%- set attributes = [
    'region_code', 'indicator', 'kind', 'as_of_date', 'year', 'as_of_basis', 'scope', 'scale', 'numerator',
    'denominator', 'denominator_year', 'denominator_date', 'qualifier', 'is_contradicted', 'has_rivals',
    'adopted_because', 'ranging_measure', 'basis', 'grade', 'sources', 'known', 'parts', 'numerator_claims',
    'denominator_claims',
] | join(', ') %}
{%- set said_of_values = [
    'value', 'numerator', 'denominator', 'denominator_year', 'denominator_date', 'adopted_because', 'basis',
    'grade', 'sources',
] %}

with figures as (
    select * from {{ ref('int_figures') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

populations as (
    select * from {{ ref('int_populations_carried_forward') }}
),

stated as (
    select
        figures.region_code,
        figures.measure as indicator,
        figures.kind,
        figures.as_of_date,
        figures.year,
        figures.as_of_basis,
        figures.scope,
        1 as scale,
        case figures.scope when 'as_reported' then 'stated' else 'counted' end as value_origin,
        figures.value,
        cast(null as decimal(24, 6)) as numerator,
        cast(null as decimal(24, 6)) as denominator,
        cast(null as integer) as denominator_year,
        cast(null as date) as denominator_date,
        figures.qualifier,
        figures.is_contradicted,
        figures.has_rivals,
        figures.adopted_because,
        figures.measure as ranging_measure,
        figures.basis,
        figures.grade,
        [figures.source_id] as sources,
        figures.known,
        figures.parts,
        [figures.claim_id] as numerator_claims,
        cast([] as varchar[]) as denominator_claims
    from figures
    inner join indicators on figures.measure = indicators.indicator
),

-- figures of documents that are impossible, where no other document says what is possible; as in stated
withheld as (
    select
        implausible.region_code,
        implausible.measure as indicator,
        implausible.kind,
        implausible.as_of_date,
        implausible.year,
        min(implausible.as_of_basis) as as_of_basis,
        implausible.scope,
        1 as scale,
        'stated' as value_origin,
        min(implausible.value) as value,
        cast(null as decimal(24, 6)) as numerator,
        cast(null as decimal(24, 6)) as denominator,
        cast(null as integer) as denominator_year,
        cast(null as date) as denominator_date,
        cast(null as varchar) as qualifier,
        false as is_contradicted,
        false as has_rivals,
        cast(null as varchar) as adopted_because,
        implausible.measure as ranging_measure,
        cast(null as varchar) as basis,
        cast(null as varchar) as grade,
        cast([] as varchar[]) as sources,
        cast(null as bigint) as known,
        cast(null as bigint) as parts,
        list_sort(list(implausible.claim_id)) as numerator_claims,
        cast([] as varchar[]) as denominator_claims
    from {{ ref('int_implausible_claims') }} as implausible
    inner join indicators on implausible.measure = indicators.indicator
    left join stated
        on implausible.region_code = stated.region_code
        and implausible.measure = stated.indicator
        and implausible.kind = stated.kind
        and implausible.as_of_date = stated.as_of_date
        and implausible.scope = stated.scope
    where implausible.reason = 'out_of_bounds' and stated.region_code is null
    group by
        implausible.region_code, implausible.measure, implausible.kind, implausible.as_of_date,
        implausible.year, implausible.scope
),

over_population as (
    select
        numerators.region_code,
        indicators.indicator,
        indicators.kind,
        numerators.as_of_date,
        numerators.year,
        numerators.as_of_basis,
        numerators.value as numerator,
        populations.value as denominator,
        populations.population_year as denominator_year,
        populations.population_date as denominator_date,
        numerators.scope,
        indicators.scale,
        numerators.qualifier,
        numerators.is_contradicted or coalesce(populations.is_contradicted, false) as is_contradicted,
        numerators.has_rivals or coalesce(populations.is_contradicted, false) as has_rivals,
        numerators.adopted_because,
        indicators.numerator_measure as ranging_measure,
        case when populations.basis in ('modelled', 'summed') then populations.basis else numerators.basis end
            as basis,
        greatest(numerators.grade, populations.grade) as grade,
        [numerators.source_id, populations.source_id] as sources,
        numerators.known,
        numerators.parts,
        [numerators.claim_id] as numerator_claims,
        populations.claims as denominator_claims
    from indicators
    inner join figures as numerators
        on indicators.numerator_measure = numerators.measure
        and indicators.kind = numerators.kind
    inner join populations
        on indicators.denominator_measure = populations.measure
        and numerators.region_code = populations.region_code
        and numerators.year = populations.year
),

over_figure as (
    select
        numerators.region_code,
        indicators.indicator,
        indicators.kind,
        numerators.as_of_date,
        numerators.year,
        numerators.as_of_basis,
        numerators.value as numerator,
        denominators.value as denominator,
        denominators.year as denominator_year,
        denominators.as_of_date as denominator_date,
        numerators.scope,
        indicators.scale,
        coalesce(numerators.qualifier, denominators.qualifier) as qualifier,
        numerators.is_contradicted or denominators.is_contradicted as is_contradicted,
        numerators.has_rivals or denominators.has_rivals as has_rivals,
        coalesce(numerators.adopted_because, denominators.adopted_because) as adopted_because,
        indicators.numerator_measure as ranging_measure,
        numerators.basis,
        greatest(numerators.grade, denominators.grade) as grade,
        [numerators.source_id, denominators.source_id] as sources,
        numerators.known,
        numerators.parts,
        [numerators.claim_id] as numerator_claims,
        [denominators.claim_id] as denominator_claims
    from indicators
    inner join figures as numerators
        on indicators.numerator_measure = numerators.measure
        and indicators.kind = numerators.kind
    inner join figures as denominators
        on indicators.denominator_measure = denominators.measure
        and indicators.kind = denominators.kind
        and numerators.region_code = denominators.region_code
        and numerators.as_of_date = denominators.as_of_date
        and numerators.scope = denominators.scope
    -- residents of the same date are no reported figure; over_population has them
    where indicators.denominator_measure in (select defined.indicator from indicators as defined)
),

computed as (
    select * from over_population
    union all
    select * from over_figure
),

together as (
    select
        {{ attributes }},
        'computed' as value_origin,
        cast(scale * numerator as double) / cast(denominator as double) as value
    from computed
    where denominator > 0
    {%- for origin in ['stated', 'withheld'] %}
    union all
    select
        {{ attributes }},
        value_origin,
        cast(value as double) as value
    from {{ origin }}
    {%- endfor %}
),

bounds as (
    select * from {{ ref('int_region_bounds') }}
),

-- what no region of its level can have, as a figure or as a rate of two figures that could be true
held_to_bounds as (
    select
        together.*,
        cast(bounds.impossible_above as double) as impossible_above,
        coalesce(together.value > cast(bounds.impossible_above as double), false) as is_impossible
    from together
    left join bounds
        on together.region_code = bounds.region_code
        and together.indicator = bounds.measure
),

ranked as (
    select
        *,
        case when is_impossible then 9 else {{ scope_preference() }} end as scope_rank
    from held_to_bounds
),

adopted as (
    select
        * exclude (scope_rank, adopted_because),
        -- Of several values on one date: ours from rosters; else computed with a denominator of the same year
        -- from figures that have no rivals, then stated, then computed otherwise.
        row_number() over (
            partition by region_code, indicator, kind, as_of_date
            order by
                scope_rank,
                case
                    when value_origin = 'computed' and denominator_year = year and not has_rivals then 1
                    when value_origin = 'stated' then 2
                    else 3
                end
        ) = 1 and scope_rank < 3 as is_headline,
        scope_rank < 3 as is_candidate,
        case
            when adopted_because is not null or scope_rank > 2 then adopted_because
            when count(*) filter (scope_rank < 3) over same_day < 2 then null
            when scope_rank = 1 then 'counted_here'
            when value_origin = 'computed' then 'residents_of_same_year'
            else 'as_stated'
        end as adopted_because
    from ranked
    window same_day as (partition by region_code, indicator, kind, as_of_date)
),

contested as (
    select distinct
        region_code,
        indicator,
        kind,
        as_of_date
    from adopted
    where is_contradicted and is_candidate
),

candidates as (
    select adopted.*
    from adopted
    inner join contested
        on adopted.region_code = contested.region_code
        and adopted.indicator = contested.indicator
        and adopted.kind = contested.kind
        and adopted.as_of_date = contested.as_of_date
    where adopted.is_candidate
),

-- what a contested value would be by each of the claims
options as (
    select
        region_code,
        indicator,
        kind,
        as_of_date,
        value,
        impossible_above,
        numerator_claims,
        denominator_claims
    from candidates
    union all
    select
        candidates.region_code,
        candidates.indicator,
        candidates.kind,
        candidates.as_of_date,
        case
            when candidates.denominator is null then cast(claims.value as double)
            else cast(candidates.scale * claims.value as double) / cast(candidates.denominator as double)
        end as value,
        candidates.impossible_above,
        [claims.claim_id] as numerator_claims,
        candidates.denominator_claims
    from candidates
    inner join {{ ref('int_claims') }} as claims
        on candidates.region_code = claims.region_code
        and candidates.ranging_measure = claims.measure
        and candidates.kind = claims.kind
        and candidates.as_of_date = claims.as_of_date
    left join {{ ref('int_superseded_claims') }} as superseded on claims.claim_id = superseded.claim_id
    left join {{ ref('int_implausible_claims') }} as implausible on claims.claim_id = implausible.claim_id
    where
        claims.claim_type in ('population', 'reported', 'roster')
        and claims.scope in ('as_reported', '{{ var("headline_scope") }}')
        and superseded.claim_id is null
        and implausible.claim_id is null
),

ranges as (
    select
        region_code,
        indicator,
        kind,
        as_of_date,
        min(value) as lowest_value,
        arg_min(numerator_claims, value) as lowest_claims,
        arg_min(denominator_claims, value) as lowest_denominator_claims,
        max(value) as highest_value,
        arg_max(numerator_claims, value) as highest_claims,
        arg_max(denominator_claims, value) as highest_denominator_claims
    from options
    where coalesce(value <= impossible_above, true)
    group by region_code, indicator, kind, as_of_date
    having min(value) < max(value)
),

indicator_values as (
    select
        * exclude (
            is_candidate, ranging_measure, scale, has_rivals, impossible_above, is_impossible,
            {{ said_of_values | join(', ') }}
        ),
        {%- for column in said_of_values %}
        case when not is_impossible then {{ column }} end as {{ column }},
        {%- endfor %}
        case when is_impossible then 'implausible' end as missing_reason
    from adopted
)

select
    -- asked here and not in the join, which would then compare row by row
    {%- for column in [
        'lowest_value', 'highest_value', 'lowest_claims', 'lowest_denominator_claims', 'highest_claims',
        'highest_denominator_claims',
    ] %}
    case when indicator_values.is_headline and indicator_values.is_contradicted then ranges.{{ column }} end
        as {{ column }},
    {%- endfor %}
    indicator_values.*
from indicator_values
left join ranges
    on indicator_values.region_code = ranges.region_code
    and indicator_values.indicator = ranges.indicator
    and indicator_values.kind = ranges.kind
    and indicator_values.as_of_date = ranges.as_of_date
