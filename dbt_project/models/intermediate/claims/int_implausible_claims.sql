-- One row per claim that no region of its level can have, or that cannot be true beside what is said of the
-- same region and year: births of more than a tenth of the residents. Where nothing tells which of two is
-- wrong neither is used; a claim that fits another one about the same is, unless its issuer withdrew that.
-- What rosters add up to is withheld before it is a claim (int_roster_figures).
with claims as (
    select * from {{ ref('int_claims') }}
    where claim_type in ('population', 'reported') and region_code is not null
),

bounds as (
    select * from {{ ref('stg_plausible_bounds') }}
    where impossible_above is not null and numerator is not null
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
        out_of_bounds.claim_id is not null as is_impossible,
        superseded.claim_id is not null as is_superseded
    from claims
    inner join {{ ref('stg_regions') }} as regions on claims.region_code = regions.region_code
    left join {{ ref('int_claims_out_of_bounds') }} as out_of_bounds
        on claims.claim_id = out_of_bounds.claim_id
    left join {{ ref('int_superseded_claims') }} as superseded on claims.claim_id = superseded.claim_id
),

in_force as (
    select * from levelled
    where not is_impossible and not is_superseded
),

-- claims that one is divided by the other of, and whether both can be true
pairs as (
    select
        numerators.claim_id as numerator_claim,
        denominators.claim_id as denominator_claim,
        numerators.value > bounds.impossible_above * denominators.value as is_impossible
    from bounds
    inner join in_force as numerators
        on bounds.numerator = numerators.measure
        and bounds.level = numerators.region_level
    inner join in_force as denominators
        on bounds.denominator = denominators.measure
        and numerators.region_code = denominators.region_code
        and numerators.year = denominators.year
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
    levelled.* exclude (region_level, is_impossible, is_superseded),  -- noqa: RF02
    case when levelled.is_impossible then 'out_of_bounds' else 'beside_another' end as reason
from levelled
left join unmatched on levelled.claim_id = unmatched.claim_id
where levelled.is_impossible or unmatched.claim_id is not null
