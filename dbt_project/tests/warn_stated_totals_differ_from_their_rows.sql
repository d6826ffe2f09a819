-- A total that a file prints is not the sum of the rows that it stands for: a row is missing,
-- refused or counted twice, or the total is wrong. Ledgers have a stricter test of their own.
{{ config(severity='warn') }}
select source_id, file, source_cell, column_name, stated_value, sum_of_rows, difference
from {{ ref('stated_totals') }}
where status = 'differs'
