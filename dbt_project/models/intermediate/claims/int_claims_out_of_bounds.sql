-- One row per claim that no region of its level can have, whatever else is said of it.
select claims.claim_id
from {{ ref('int_claims') }} as claims
inner join {{ ref('stg_regions') }} as regions on claims.region_code = regions.region_code
inner join {{ ref('stg_plausible_bounds') }} as bounds
    on claims.measure = bounds.measure
    and regions.region_level = bounds.level
where
    claims.claim_type in ('population', 'reported')
    and bounds.numerator is null
    and claims.value > bounds.impossible_above
