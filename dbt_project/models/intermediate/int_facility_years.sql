-- One row per facility and year: its state at the last list of the year that speaks for its town.
with roster_rows as (
    select * from {{ ref('int_roster_rows') }}
),

roster_years as (
    select * from {{ ref('int_roster_years') }}
),

listed as (
    select
        roster_rows.*,
        roster_years.year,
        roster_years.state_date
    from roster_rows
    inner join roster_years
        on roster_rows.register = roster_years.register
        and roster_rows.region_code = roster_years.region_code
        and roster_rows.as_of_date = roster_years.base_date
    where roster_rows.list_kind = 'full'
    union all
    select
        roster_rows.*,
        roster_years.year,
        roster_years.state_date
    from roster_rows
    inner join roster_years
        on roster_rows.register = roster_years.register
        and roster_rows.region_code = roster_years.region_code
        and roster_rows.as_of_date > roster_years.base_date
        and roster_rows.as_of_date <= roster_years.state_date
    where roster_rows.list_kind = 'changes'
),

-- the latest row of each register
latest as (
    select * from listed
    qualify row_number() over (
            partition by facility_key, year, register
            order by as_of_date desc, source_id asc, source_row asc
        ) = 1
),

-- one facility in two registers counts once, as the health register has it
chosen as (
    select
        *,
        bool_or(facility_type = 'kindergarten') over same_facility as is_kindergarten,
        count(*) over same_facility as registers
    from latest
    window same_facility as (partition by facility_key, year)
    qualify row_number() over (
            partition by facility_key, year
            order by register = 'health' desc
        ) = 1
)

select
    -- keys
    facility_key,
    year,
    state_date as as_of_date,
    region_code,
    -- attributes
    register,
    registers,
    facility_name,
    local_id,
    credit_code,
    address,
    longitude,
    latitude,
    case when is_kindergarten then 'kindergarten' else facility_type end as facility_type,
    filing_status,
    ownership,
    is_inclusive,
    opened_date,
    closed_date,
    coalesce(opened_date <= state_date, true) and coalesce(closed_date > state_date, true) as is_open,
    -- measures
    places,
    inclusive_places,
    case
        when ownership is null then null
        when ownership in ('public', 'public_private') then places
        else 0
    end as public_places,
    {% for class in ['infant', 'toddler', 'older', 'mixed'] -%}
    -- classes that are not given are none where the others make up all places
    case when places_of_classes = places then coalesce({{ class }}_places, 0) else {{ class }}_places end
        as {{ class }}_places,
    {% endfor -%}
    enrolled_children,
    caregivers,
    monthly_fee_yuan,
    -- lineage
    document_id,
    source_id,
    source_sheet,
    source_row
from chosen
