-- The total that a ledger prints against the sum of its towns. Beyond the rounding of the towns
-- (half a place each) the ledger or our reading of it is wrong (ADR-0006).
select region_code, category, year, stated_total_places, towns_sum_places, difference_places
from {{ ref('int_quota_totals') }}
where abs(difference_places) > tolerance_places
