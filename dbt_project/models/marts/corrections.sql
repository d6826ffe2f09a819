with corrections as (
    select * from {{ ref('stg_corrections') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

documents as (
    select * from {{ ref('stg_documents') }}
)

select
    corrections.correction_id,
    corrections.dossier_id,
    corrections.source_id,
    sources.source_file,
    corrections.source_sheet,
    corrections.source_row,
    corrections.source_letter,
    corrections.column_name,
    corrections.old_value,
    corrections.new_value,
    corrections.reason,
    corrections.document_id,
    documents.document_title,
    corrections.reviewed_by,
    corrections.reviewed_date
from corrections
left join sources on corrections.source_id = sources.source_id
left join documents on corrections.document_id = documents.document_id
