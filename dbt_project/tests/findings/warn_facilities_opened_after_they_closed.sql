-- A facility that opened after it closed.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'opened_after_closed'
order by first_date, source_file, source_row
