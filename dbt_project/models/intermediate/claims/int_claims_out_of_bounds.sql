-- One row per claim that no region of its level can have, whatever else is said of it.
select claims.claim_id
from {{ ref('int_claims') }} as claims
inner join {{ ref('int_region_bounds') }} as bounds
    on claims.region_code = bounds.region_code
    and claims.measure = bounds.measure
where
    claims.claim_type in ('population', 'reported')
    and claims.value > bounds.impossible_above
