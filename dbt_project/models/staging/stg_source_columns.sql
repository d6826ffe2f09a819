with source as (
    select * from {{ source('raw', 'source_columns') }}
),

renamed as (
    select
        -- keys
        source_id,
        column_name,
        -- attributes
        label as column_label,
        column_letter,
        is_unpivoted
    from source
)

select * from renamed
