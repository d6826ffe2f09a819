with source as (
    select * from {{ source('raw', 'indicator_parts') }}
),

renamed as (
    select
        -- keys
        indicator,
        partition_number,
        part as part_measure
    from source
)

select * from renamed
