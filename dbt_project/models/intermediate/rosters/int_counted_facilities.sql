{{ config(materialized="view") }}
-- One row per open facility, year and counting scope that it is within.
with facility_years as (
    select * from {{ ref('int_facility_years') }}
    where is_open
),

scopes as (
    select * from {{ ref('stg_counting_scopes') }}
)

select
    scopes.scope,
    facility_years.*
from facility_years
inner join scopes
    on facility_years.facility_type = scopes.facility_type
    and facility_years.filing_status = scopes.filing_status
