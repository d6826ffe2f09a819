with source as (
    select * from {{ source('raw', 'facility_roster') }}
),

renamed as (
    select
        -- keys
        register,
        list_kind,
        as_of as as_of_date,
        region_code,
        -- attributes
        facility_id as local_id,
        facility_name,
        credit_code,
        address,
        longitude,
        latitude,
        facility_type,
        ownership,
        filing_status,
        is_inclusive,
        opened_on as opened_date,
        closed_on as closed_date,
        -- measures
        {%- for measure in roster_measures() if measure.column != 'public_places' %}
        {{ measure.column }},
        {%- endfor %}
        -- lineage
        document_id,
        source_id,
        source_sheet,
        source_row
    from source
)

select * from renamed
