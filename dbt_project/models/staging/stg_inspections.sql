with source as (
    select * from {{ source('raw', 'inspection') }}
),

renamed as (
    select
        -- keys
        region_code,
        facility_id as local_id,
        facility_name,
        date as inspection_date,
        kind as inspection_kind,
        -- attributes
        result as inspection_result,
        -- lineage
        document_id,
        source_id,
        source_sheet,
        source_row
    from source
)

select * from renamed
