with source as (
    select * from {{ source('raw', 'documents') }}
),

renamed as (
    select
        -- keys
        document_id,
        dossier as dossier_id,
        -- attributes
        title as document_title,
        document_number,
        issuer,
        issued,
        fetched_from,
        grade,
        note,
        issuer_key,
        issued_on
    from source
)

select * from renamed
