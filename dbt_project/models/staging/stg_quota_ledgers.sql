with source as (
    select * from {{ source('raw', 'quota_ledger') }}
),

renamed as (
    select
        -- keys
        region_code,
        year as target_year,
        category,
        -- measures
        places as ledger_places,
        stated_total as stated_total_places,
        -- how the ledger counts
        unit as ledger_unit,
        accumulation,
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
