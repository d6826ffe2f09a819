with source as (
    select * from {{ source('raw', 'policy_target') }}
),

renamed as (
    select
        -- keys
        region_code,
        indicator,
        year as target_year,
        as_of_basis,
        -- measures
        comparator,
        value as target_value,
        value_upper as target_value_upper,
        -- attributes
        unit as unit_as_issued,
        kind,
        -- lineage
        document_id,
        locator,
        note,
        source_id,
        source_sheet,
        source_row,
        source_letter
    from source
)

select * from renamed
