with facility_years as (
    select * from {{ ref('int_facility_years') }}
),

counted as (
    select
        facility_key,
        year,
        string_agg(scope, ', ' order by scope) as counted_in
    from {{ ref('int_counted_facilities') }}
    group by facility_key, year
),

sources as (
    select * from {{ ref('stg_sources') }}
),

documents as (
    select * from {{ ref('stg_documents') }}
)

select
    facility_years.facility_key,
    cast(facility_years.year as integer) as year,
    facility_years.as_of_date,
    facility_years.region_code,
    facility_years.facility_name,
    facility_years.register,
    facility_years.facility_type,
    facility_years.filing_status,
    facility_years.ownership,
    facility_years.is_inclusive,
    facility_years.opened_date,
    facility_years.closed_date,
    facility_years.is_open,
    counted.counted_in,
    facility_years.places,
    cast(facility_years.inclusive_places as bigint) as inclusive_places,
    facility_years.public_places,
    facility_years.infant_places,
    facility_years.toddler_places,
    facility_years.older_places,
    facility_years.mixed_places,
    facility_years.enrolled_children,
    facility_years.caregivers,
    cast(facility_years.monthly_fee_yuan as double) as monthly_fee_yuan,
    facility_years.source_id,
    sources.source_file,
    facility_years.source_sheet,
    facility_years.source_row,
    documents.document_id,
    documents.document_number,
    sources.locator
from facility_years
left join counted
    on facility_years.facility_key = counted.facility_key
    and facility_years.year = counted.year
left join sources on facility_years.source_id = sources.source_id
left join documents
    on coalesce(facility_years.document_id, sources.document_id) = documents.document_id
