-- A credit code with a wrong check digit; it identifies nothing.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'credit_code_invalid'
order by first_date, source_file, source_row
