with source as (
    select * from {{ source('raw', 'corrections') }}
),

renamed as (
    select
        -- keys
        correction_id,
        dossier as dossier_id,
        column_name,
        -- attributes
        old_value,
        new_value,
        reason,
        document_id,
        reviewed_by,
        reviewed_on as reviewed_date,
        -- lineage
        source_id,
        source_sheet,
        source_row,
        source_letter
    from source
)

select * from renamed
