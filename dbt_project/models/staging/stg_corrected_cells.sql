select
    correction_id,
    column_name,
    source_id,
    source_sheet,
    source_row,
    source_letter
from {{ source('raw', 'corrected_cells') }}
