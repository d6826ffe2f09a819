-- Within rounding, but not equal: shown, not fatal.
{{ config(severity='warn') }}
select source_id, column_name, category, year, stated_total_places, towns_sum_places, difference_places
from {{ ref('int_ledger_totals') }}
where difference_places != 0 and abs(difference_places) <= tolerance_places
