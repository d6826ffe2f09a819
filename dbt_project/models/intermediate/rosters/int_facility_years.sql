-- One row per facility and year: its state at the last list of the year that speaks for its town.
with roster_rows as (
    select * from {{ ref('int_roster_rows') }}
),

roster_years as (
    select * from {{ ref('int_roster_years') }}
),

whole_lists as (
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
),

changes as (
    select * from roster_rows
    where list_kind = 'changes'
),

listed as (
    select * from whole_lists
    union all
    select
        changes.*,
        roster_years.year,
        roster_years.state_date
    from changes
    inner join roster_years
        on changes.register = roster_years.register
        and changes.region_code = roster_years.region_code
        and changes.as_of_date > roster_years.base_date
        and changes.as_of_date <= roster_years.state_date
    union all
    -- a change takes a facility away from its town, wherever it moves
    select
        changes.*,
        whole_lists.year,
        greatest(whole_lists.state_date, changes.as_of_date) as state_date
    from changes
    inner join whole_lists
        on changes.register = whole_lists.register
        and changes.facility_key = whole_lists.facility_key
        and changes.region_code != whole_lists.region_code
        and changes.as_of_date > whole_lists.as_of_date
        and year(changes.as_of_date) <= whole_lists.year
    union all
    -- and a new one may stand where no whole list speaks for, such as in the county as a whole
    select
        changes.*,
        year(changes.as_of_date) as year,
        changes.as_of_date as state_date
    from changes
    left join roster_years
        on changes.register = roster_years.register
        and changes.region_code = roster_years.region_code
        and year(changes.as_of_date) = roster_years.year
    where roster_years.year is null
),

-- the latest row of each register
latest as (
    select * from listed
    qualify row_number() over (
            partition by facility_key, year, register
            order by
                as_of_date desc,
                source_id asc,
                -- of two changes of one day the later one holds
                case list_kind when 'changes' then -source_row else source_row end asc
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
    {{ is_open_at('state_date') }} as is_open,
    -- measures
    {%- for measure in roster_measures() %}
    {%- set class = measure.column.removesuffix('_places') %}
    {%- if measure.column == 'public_places' %}
    case
        -- statistics of kindergartens count collectives as public, those of enterprises do not
        when ownership is null or ownership = 'collective' then null
        when ownership in ('public', 'public_private') then places
        else 0
    end as public_places,
    {%- elif class in ('infant', 'toddler', 'older', 'mixed') %}
    -- classes that are not given are none where the others make up all places
    case when places_of_classes = places then coalesce({{ class }}_places, 0) else {{ class }}_places end
        as {{ class }}_places,
    {%- else %}
    {{ measure.column }},
    {%- endif %}
    {%- endfor %}
    -- lineage
    document_id,
    source_id,
    source_sheet,
    source_row
from chosen
