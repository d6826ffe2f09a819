{{ config(materialized="view") }}
-- A view, ordered as the stored marts are: checks that run after the models still add their results.
select
    check_name,
    stage,
    kind,
    subject,
    column_name,
    severity,
    passed,
    failures,
    detail
from {{ source('audit', 'check_results') }}
order by all
