-- Places changed between two lists by more than a stated share and number.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'places_jumped'
order by first_date, source_file, source_row
