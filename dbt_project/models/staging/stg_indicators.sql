with source as (
    select * from {{ source('raw', 'indicators') }}
),

renamed as (
    select
        -- keys
        indicator,
        -- names
        label as indicator_name,
        label_en as indicator_name_en,
        -- definition
        unit,
        kind,
        numerator as numerator_measure,
        denominator as denominator_measure,
        scale,
        flow_counterpart
    from source
)

select * from renamed
