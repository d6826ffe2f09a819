with source as (
    select * from {{ source('raw', 'verdicts') }}
),

renamed as (
    select
        -- keys
        verdict_id,
        dossier as dossier_id,
        facility_key,
        other_facility_key,
        -- attributes
        verdict,
        facility_name,
        other_facility_name,
        reason,
        document_id,
        reviewed_by,
        reviewed_on as reviewed_date,
        -- lineage
        source_id,
        source_sheet,
        source_row,
        other_source_id,
        other_source_sheet,
        other_source_row
    from source
)

select * from renamed
