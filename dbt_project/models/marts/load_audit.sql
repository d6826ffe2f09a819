with audit as (
    select * from {{ source('audit', 'load_audit') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
)

select
    audit.source_id,
    audit.dossier as dossier_id,
    sources.document_id,
    sources.is_fictional,
    audit.file,
    audit.sha256,
    audit.rows_read,
    audit.rows_loaded,
    audit.rows_rejected,
    audit.rows_set_aside,
    audit.status,
    audit.detected
from audit
left join sources on audit.source_id = sources.source_id
