-- Coordinates far from the town that the row names.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'far_from_its_town'
order by first_date, source_file, source_row
