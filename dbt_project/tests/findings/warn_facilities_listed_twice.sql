-- One list has one facility twice; it counts once.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'listed_twice'
order by first_date, source_file, source_row
