-- Two facilities that are alike and kept apart; one of them may be counted twice.
{{ config(severity='warn') }}
select facility_key, register, found, first_date, source_file, source_row
from {{ ref('facility_findings') }}
where finding = 'may_be_another'
order by first_date, source_file, source_row
