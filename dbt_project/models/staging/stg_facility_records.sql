select
    record_id,
    facility_key,
    matched_by,
    credit_code_is_valid,
    local_id_is_rounded
from {{ source('raw', 'facility_records') }}
