-- A ledger whose years may be stocks or additions, by its numbers as well as by its sources.yml, is not
-- used before somebody says which: add `constants: {accumulation: cumulative}` or `added`.
select source_id, category, towns, totals_like_last_year, totals_like_sum
from {{ ref('int_quota_readings') }}
where accumulation is null or ledger_unit is null
