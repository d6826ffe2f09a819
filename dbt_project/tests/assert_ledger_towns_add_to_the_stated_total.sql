-- The total that a ledger prints against the sum of its towns. Beyond the rounding of the towns
-- (half a place each) the ledger or our reading of it is wrong (ADR-0006). Where rows were refused, their
-- places are missing in the sum, so it may fall short of the total; it may not go beyond it all the same.
select totals.source_id, sources.source_file, totals.column_name, totals.category, totals.year,
    totals.stated_total_places, totals.towns_sum_places, totals.difference_places
from {{ ref('int_ledger_totals') }} as totals
left join {{ ref('stg_sources') }} as sources on totals.source_id = sources.source_id
where
    totals.difference_places < -totals.tolerance_places
    or (totals.is_whole and totals.difference_places > totals.tolerance_places)
