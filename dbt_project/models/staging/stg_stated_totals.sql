with source as (
    select * from {{ source('raw', 'stated_totals') }}
),

renamed as (
    select
        -- keys
        column_name,
        year as target_year,
        category,
        found,
        -- measures
        value as stated_value,
        -- lineage
        source_id,
        source_sheet,
        source_row,
        source_letter
    from source
    where row_kind = 'total'
)

select * from renamed
