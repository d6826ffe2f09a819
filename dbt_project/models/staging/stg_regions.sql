with source as (
    select * from {{ source('raw', 'region_list') }}
),

renamed as (
    select
        -- keys
        region_code,
        parent_code,
        -- names
        region_name,
        aliases,
        -- attributes
        level as region_level,
        scheme as code_scheme,
        valid_from as valid_from_date,
        valid_to as valid_to_date,
        longitude,
        latitude,
        -- lineage
        source_id,
        source_sheet,
        source_row
    from source
)

select * from renamed
