-- More children than places by more than a stated share.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'enrolled_above_places'
order by first_date, source_file, source_row
