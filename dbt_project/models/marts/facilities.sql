with facility_years as (
    select * from {{ ref('int_facility_years') }}
),

roster_rows as (
    select
        *,
        {{ is_open_at('as_of_date') }} as is_open
    from {{ ref('int_roster_rows') }}
),

-- what no year's last list has, such as a facility struck off between two lists
between_lists as (
    select roster_rows.*
    from roster_rows
    left join facility_years on roster_rows.facility_key = facility_years.facility_key
    where facility_years.facility_key is null
),

paths as (
    select
        ancestors.region_code,
        string_agg(regions.region_name, ' ' order by ancestors.levels_up desc) as region_path
    from {{ ref('int_region_ancestors') }} as ancestors
    inner join {{ ref('stg_regions') }} as regions on ancestors.ancestor_code = regions.region_code
    group by ancestors.region_code
),

seen as (
    select
        facility_key,
        min(as_of_date) as first_listed_date,
        max(as_of_date) as last_listed_date,
        bool_and(credit_code_is_valid) as credit_code_is_valid
    from roster_rows
    group by facility_key
),

states as (
    {%- set columns = [
        'facility_key', 'facility_name', 'region_code', 'as_of_date', 'is_open', 'register', 'facility_type',
        'filing_status', 'ownership', 'is_inclusive', 'places', 'enrolled_children', 'credit_code', 'local_id',
        'address', 'longitude', 'latitude', 'opened_date', 'closed_date', 'source_id', 'source_row',
    ] | join(', ') %}
    select {{ columns }}, year from facility_years
    union all
    select {{ columns }}, cast(null as integer) as year from between_lists
),

latest as (
    select * from states
    qualify row_number() over (
            partition by facility_key
            order by year desc, as_of_date desc, register = 'health' desc, source_id asc, source_row asc
        ) = 1
)

select
    latest.facility_key,
    latest.facility_name,
    latest.region_code,
    paths.region_path,
    latest.as_of_date,
    latest.is_open,
    latest.register,
    latest.facility_type,
    latest.filing_status,
    latest.ownership,
    latest.is_inclusive,
    latest.places,
    latest.enrolled_children,
    latest.credit_code,
    seen.credit_code_is_valid,
    latest.local_id,
    latest.address,
    cast(latest.longitude as double) as longitude,
    cast(latest.latitude as double) as latitude,
    latest.opened_date,
    latest.closed_date,
    seen.first_listed_date,
    seen.last_listed_date,
    latest.source_id,
    latest.source_row
from latest
inner join seen on latest.facility_key = seen.facility_key
left join paths on latest.region_code = paths.region_code
