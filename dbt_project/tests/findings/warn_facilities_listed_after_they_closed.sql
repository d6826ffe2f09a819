-- A whole list names a facility that has closed; it does not count.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'listed_after_closing'
order by first_date, source_file, source_row
