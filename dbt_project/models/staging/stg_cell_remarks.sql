with source as (
    select * from {{ source('raw', 'cell_remarks') }}
),

renamed as (
    select
        -- keys
        column_name,
        -- what the cell says beside its value
        found,
        missing as missing_reason,
        qualifier,
        low as range_low,
        high as range_high,
        unit as written_unit,
        -- a number written in 万 is exact to the last digit that is written
        case
            when (unit is not null or is_scaled) and published_precision >= 1
                then cast(published_precision as bigint)
        end as published_precision,
        date_part as named_period,
        footnote,
        -- lineage
        source_id,
        source_sheet,
        source_row,
        source_letter
    from source
)

select * from renamed
