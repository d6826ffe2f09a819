with source as (
    select * from {{ source('raw', 'demand_survey') }}
),

renamed as (
    select
        -- keys
        region_code,
        survey_date,
        as_of_basis,
        question,
        option,
        -- measures
        share as answer_ratio,
        respondents,
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
