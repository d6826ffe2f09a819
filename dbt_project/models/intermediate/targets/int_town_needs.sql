-- One row per region above the towns and year of a minimum of places per 1,000 residents: what its towns
-- lack, each for itself, because spare places in one town do not serve another. Null unless every town is
-- known, or known to be enough.
select
    target_region_code as region_code,
    target_year,
    count(gap_places_need_only) as towns_known,
    count(*) as towns,
    case
        when count(gap_places_need_only) = count(*) then sum(gap_places_need_only)
    end as needed_places,
    flatten(list(list_concat(resident_claims, actual_claims))) as claims
from {{ ref('int_town_gaps') }}
group by target_region_code, target_year
