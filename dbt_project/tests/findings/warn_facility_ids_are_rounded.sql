-- An id of more than 15 digits that a spreadsheet rounded; it identifies nothing.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'local_id_rounded'
order by first_date, source_file, source_row
