with source as (
    select * from {{ source('raw', 'population') }}
),

renamed as (
    select
        -- keys
        region_code,
        coalesce(date, make_date(year, 12, 31)) as as_of_date,
        -- measures
        resident_population,
        registered_population,
        births,
        births_registered,
        age_0,
        age_1,
        age_2,
        age_0_2,
        age_1_4,
        published_precision,
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
