with totals as (
    select * from {{ source('raw', 'stated_totals') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

source_columns as (
    select * from {{ ref('stg_source_columns') }}
)

select
    totals.source_id,
    sources.source_file as file,
    totals.source_sheet,
    totals.source_row,
    source_columns.column_letter || totals.source_row as source_cell,
    totals.column_name,
    totals.row_kind,
    totals.found,
    totals.year,
    totals.category,
    cast(totals.value as double) as stated_value,
    cast(totals.sum_of_rows as double) as sum_of_rows,
    totals.added_rows,
    cast(totals.value - totals.sum_of_rows as double) as difference,
    case
        when totals.value is null then 'unreadable'
        when totals.sum_of_rows is null then 'not_comparable'
        when abs(totals.value - totals.sum_of_rows) <= totals.tolerance then 'adds_up'
        else 'differs'
    end as status
from totals
left join sources on totals.source_id = sources.source_id
left join source_columns
    on totals.source_id = source_columns.source_id
    and totals.column_name = source_columns.column_name
    and (not source_columns.is_unpivoted or totals.source_letter = source_columns.column_letter)
