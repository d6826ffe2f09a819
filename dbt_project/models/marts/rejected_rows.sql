with rejected as (
    select * from {{ source('audit', 'rejected_rows') }}
),

words as (
    select * from {{ source('audit', 'refusal_words') }}
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
    rejected.reason_code,
    words.reason,
    words.reason_en,
    rejected.candidates,
    words.next_step,
    words.next_step_en
from rejected
left join words
    on rejected.reason_code = words.reason_code
    and rejected.parameters = words.parameters
left join sources on rejected.source_id = sources.source_id
