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
        coalesce(places, places_per_1000) as ledger_value,
        stated_total as stated_total_places,
        -- how the ledger counts
        case when places is null then 'places_per_1000' else 'places' end as value_column,
        unit as declared_unit,
        accumulation as declared_accumulation,
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
