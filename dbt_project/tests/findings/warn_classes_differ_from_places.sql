-- Classes and the total of one row differ; the total counts.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'classes_differ_from_places'
order by first_date, source_file, source_row
