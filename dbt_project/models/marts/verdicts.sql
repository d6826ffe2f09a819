with verdicts as (
    select * from {{ ref('stg_verdicts') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

documents as (
    select * from {{ ref('stg_documents') }}
)

select
    verdicts.verdict_id,
    verdicts.dossier_id,
    verdicts.verdict,
    verdicts.facility_key,
    verdicts.facility_name,
    verdicts.other_facility_key,
    verdicts.other_facility_name,
    verdicts.source_id,
    sources.source_file,
    verdicts.source_sheet,
    verdicts.source_row,
    verdicts.other_source_id,
    other_sources.source_file as other_source_file,
    verdicts.other_source_sheet,
    verdicts.other_source_row,
    verdicts.reason,
    verdicts.document_id,
    documents.document_title,
    verdicts.reviewed_by,
    verdicts.reviewed_date
from verdicts
left join sources on verdicts.source_id = sources.source_id
left join sources as other_sources on verdicts.other_source_id = other_sources.source_id
left join documents on verdicts.document_id = documents.document_id
