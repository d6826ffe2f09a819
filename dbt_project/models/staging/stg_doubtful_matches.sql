select
    facility_key,
    other_facility_key,
    other_facility_name,
    reason as doubt
from {{ source('raw', 'doubtful_matches') }}
