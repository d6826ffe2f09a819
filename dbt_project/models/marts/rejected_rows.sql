with rejected as (
    select * from {{ source('audit', 'rejected_rows') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
)

select
    rejected.source_id,
    sources.source_file as file,
    rejected.source_sheet,
    rejected.source_row,
    rejected.source_cell,
    rejected.column_name,
    rejected.found,
    rejected.reason,
    rejected.candidates,
    rejected.next_step
from rejected
left join sources on rejected.source_id = sources.source_id
