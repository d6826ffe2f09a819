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
    {%- for measure in roster_measures() %}
    {%- set data_type = 'double' if measure.aggregation == 'median' else 'bigint' %}
    cast(facility_years.{{ measure.column }} as {{ data_type }}) as {{ measure.column }},
    {%- endfor %}
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
