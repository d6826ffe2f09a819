select
    source_id,
    dossier as dossier_id,
    file,
    sha256,
    rows_read,
    rows_loaded,
    rows_rejected,
    rows_set_aside,
    status,
    detected
from {{ source('audit', 'load_audit') }}
