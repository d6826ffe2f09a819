-- One row per claim that no region of its level can have, or that cannot be true beside what is said of the
-- same region and year: births of more than a tenth of the residents. Where nothing tells which of two is
-- wrong neither is used; a claim that fits another one about the same is. What rosters add up to is withheld
-- before it is a claim (int_roster_figures).
with claims as (
    select * from {{ ref('int_claims') }}
    where claim_type in ('population', 'reported') and region_code is not null
),

bounds as (
    select * from {{ ref('stg_plausible_bounds') }}
    where impossible_above is not null
),

levelled as (
    select
        claims.claim_id,
        claims.region_code,
        claims.measure,
        claims.kind,
        claims.as_of_date,
        claims.as_of_basis,
        claims.year,
        claims.scope,
        claims.value,
        regions.region_level,
        coalesce(claims.value > bounds.impossible_above, false) as is_impossible
    from claims
    inner join {{ ref('stg_regions') }} as regions on claims.region_code = regions.region_code
    left join bounds
        on claims.measure = bounds.measure
        and regions.region_level = bounds.level
        and bounds.numerator is null
),

-- claims that one is divided by the other of, and whether both can be true
pairs as (
    select
        numerators.claim_id as numerator_claim,
        denominators.claim_id as denominator_claim,
        numerators.value > bounds.impossible_above * denominators.value as is_impossible
    from bounds
    inner join levelled as numerators
        on bounds.numerator = numerators.measure
        and bounds.level = numerators.region_level
    inner join levelled as denominators
        on bounds.denominator = denominators.measure
        and numerators.region_code = denominators.region_code
        and numerators.year = denominators.year
    where not numerators.is_impossible and not denominators.is_impossible
),

compared as (
    select numerator_claim as claim_id, is_impossible from pairs
    union all
    select denominator_claim as claim_id, is_impossible from pairs
),

unmatched as (
    select claim_id from compared
    group by claim_id
    having bool_and(is_impossible)
)

select
    -- RF02 takes the names that are left out for references.
    levelled.* exclude (region_level, is_impossible),  -- noqa: RF02
    case when levelled.is_impossible then 'out_of_bounds' else 'beside_another' end as reason
from levelled
left join unmatched on levelled.claim_id = unmatched.claim_id
where levelled.is_impossible or unmatched.claim_id is not null
