with remarks as (
    select * from {{ ref('stg_cell_remarks') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

source_columns as (
    select * from {{ ref('stg_source_columns') }}
)

select
    remarks.source_id,
    sources.source_file as file,
    remarks.source_sheet,
    remarks.source_row,
    source_columns.column_letter || remarks.source_row as source_cell,
    remarks.column_name,
    remarks.found,
    remarks.missing_reason,
    remarks.qualifier,
    cast(remarks.range_low as double) as range_low,
    cast(remarks.range_high as double) as range_high,
    remarks.written_unit,
    remarks.published_precision,
    remarks.named_period,
    remarks.footnote
from remarks
left join sources on remarks.source_id = sources.source_id
left join source_columns
    on remarks.source_id = source_columns.source_id
    and remarks.column_name = source_columns.column_name
    and (not source_columns.is_unpivoted or remarks.source_letter = source_columns.column_letter)
