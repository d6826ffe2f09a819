-- A facility with places before has none, and is still listed.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'places_fell_to_zero'
order by first_date, source_file, source_row
