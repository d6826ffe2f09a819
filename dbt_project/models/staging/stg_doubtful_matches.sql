select
    facility_key,
    other_facility_key,
    other_facility_name,
    reason as doubt,
    doubt_group
from {{ source('raw', 'doubtful_matches') }}
