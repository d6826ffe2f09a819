with findings as (
    select * from {{ ref('int_facility_findings') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

-- a finding that list after list repeats is one
grouped as (
    select
        facility_key,
        register,
        finding,
        found,
        min(as_of_date) as first_date,
        max(as_of_date) as last_date,
        count(*) as rows_found,
        min_by(source_id, (as_of_date, source_id, source_row)) as source_id,
        min_by(source_sheet, (as_of_date, source_id, source_row)) as source_sheet,
        min_by(source_row, (as_of_date, source_id, source_row)) as source_row
    from findings
    group by facility_key, register, finding, found
)

select
    grouped.facility_key,
    grouped.register,
    grouped.finding,
    grouped.found,
    grouped.first_date,
    grouped.last_date,
    grouped.rows_found,
    grouped.source_id,
    sources.source_file,
    grouped.source_sheet,
    grouped.source_row
from grouped
left join sources on grouped.source_id = sources.source_id
