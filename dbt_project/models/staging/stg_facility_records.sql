select
    record_id,
    facility_key,
    matched_by,
    credit_code_is_valid
from {{ source('raw', 'facility_records') }}
