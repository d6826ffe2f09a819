with source as (
    select * from {{ source('raw', 'sources') }}
),

renamed as (
    select
        -- keys
        source_id,
        dossier as dossier_id,
        document_id,
        -- attributes
        contract,
        file as source_file,
        sha256,
        locator,
        is_fictional
    from source
)

select * from renamed
