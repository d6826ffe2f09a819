with source as (
    select * from {{ source('raw', 'merged_cells') }}
),

renamed as (
    select
        -- keys
        source_id,
        column_name,
        source_row,
        -- lineage
        anchor_row
    from source
)

select * from renamed
