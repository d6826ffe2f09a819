with source as (
    select * from {{ source('raw', 'reported_figure') }}
),

renamed as (
    select
        -- keys
        region_code,
        indicator,
        as_of as as_of_date,
        as_of_basis,
        -- measures
        value as reported_value,
        qualifier,
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
