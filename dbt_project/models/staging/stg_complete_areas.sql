select
    source_id,
    region_code
from {{ source('raw', 'complete_areas') }}
