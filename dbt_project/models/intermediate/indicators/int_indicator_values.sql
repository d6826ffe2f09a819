-- One row per region, indicator, stock or flow, date, scope and origin: stated by a document, counted
-- from rosters, or computed here from numerator and denominator.
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
        case figures.scope when 'as_reported' then 'stated' else 'counted' end as value_origin,
        figures.value,
        cast(null as decimal(24, 6)) as numerator,
        cast(null as decimal(24, 6)) as denominator,
        cast(null as integer) as denominator_year,
        cast(null as date) as denominator_date,
        figures.qualifier,
        figures.is_contradicted,
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
        region_code,
        indicator,
        kind,
        as_of_date,
        year,
        as_of_basis,
        scope,
        'computed' as value_origin,
        cast(scale * numerator as double) / cast(denominator as double) as value,
        numerator,
        denominator,
        denominator_year,
        denominator_date,
        qualifier,
        is_contradicted,
        basis,
        grade,
        sources,
        known,
        parts,
        numerator_claims,
        denominator_claims
    from computed
    where denominator > 0
    union all
    select
        region_code,
        indicator,
        kind,
        as_of_date,
        year,
        as_of_basis,
        scope,
        value_origin,
        cast(value as double) as value,
        numerator,
        denominator,
        denominator_year,
        denominator_date,
        qualifier,
        is_contradicted,
        basis,
        grade,
        sources,
        known,
        parts,
        numerator_claims,
        denominator_claims
    from stated
),

ranked as (
    select
        *,
        {{ scope_preference() }} as scope_rank
    from together
)

select
    * exclude (scope_rank),
    -- Of several values on one date: ours from rosters; else computed with a denominator of the same year
    -- from figures that nothing contradicts, then stated, then computed otherwise.
    row_number() over (
        partition by region_code, indicator, kind, as_of_date
        order by
            scope_rank,
            case
                when value_origin = 'computed' and denominator_year = year and not is_contradicted then 1
                when value_origin = 'stated' then 2
                else 3
            end
    ) = 1 and scope_rank < 3 as is_headline
from ranked
