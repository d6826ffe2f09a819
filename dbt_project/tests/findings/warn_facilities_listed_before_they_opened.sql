-- A list names a facility that opens later; it does not count yet.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'not_yet_open'
order by first_date, source_file, source_row
