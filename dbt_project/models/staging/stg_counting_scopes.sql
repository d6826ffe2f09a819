select
    scope,
    scope_rank,
    facility_type,
    filing_status
from {{ source('raw', 'counting_scopes') }}
