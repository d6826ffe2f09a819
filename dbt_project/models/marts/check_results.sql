{{ config(materialized="view") }}
-- A view, ordered as the stored marts are: checks that run after the models still add their results.
select
    check_code,
    check_name,
    check_name_en,
    stage,
    kind,
    subject,
    column_name,
    severity,
    passed,
    failures,
    detail,
    detail_en
from {{ source('audit', 'check_results') }}
order by all
