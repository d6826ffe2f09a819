select
    record_id,
    source_id,
    source_sheet,
    source_row
from {{ source('raw', 'facility_twins') }}
