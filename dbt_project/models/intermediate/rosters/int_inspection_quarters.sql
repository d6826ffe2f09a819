-- One row per facility and quarter in which it was open, of counties that report safety rounds in that
-- year: how many safety rounds it had, and which scopes it is within.
with inspections as (
    select * from {{ ref('stg_inspections') }}
    where inspection_kind = 'safety'
),

facility_years as (
    select * from {{ ref('int_facility_years') }}
    where filing_status not in ('cancelled', 'suspended')
),

regions as (
    select * from {{ ref('stg_regions') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

scopes as (
    select
        facility_type,
        filing_status,
        string_agg(scope, ', ' order by scope) as counted_in
    from {{ ref('stg_counting_scopes') }}
    group by facility_type, filing_status
),

-- the ways in which rosters name a facility in a town, each if it is the only one there
named as (
    select region_code, name, max(facility_key) as facility_key
    from (
        select distinct region_code, unnest([local_id, facility_name]) as name, facility_key
        from {{ ref('int_roster_rows') }}
    )
    where name is not null
    group by region_code, name
    having count(distinct facility_key) = 1
),

rounds as (
    select
        coalesce(by_id.facility_key, by_name.facility_key) as facility_key,
        date_trunc('quarter', inspections.inspection_date) as quarter_start,
        count(distinct inspections.inspection_date) as safety_rounds,
        string_agg(
            concat_ws(
                ' ', inspections.inspection_date, sources.source_file,
                '[' || inspections.source_sheet || ']', 'row ' || inspections.source_row
            ),
            '; ' order by inspections.inspection_date, inspections.source_id, inspections.source_row
        ) as rounds,
        list_sort(list(distinct inspections.source_id)) as source_ids
    from inspections
    inner join sources on inspections.source_id = sources.source_id
    left join named as by_id
        on inspections.region_code = by_id.region_code
        and inspections.local_id = by_id.name
    left join named as by_name
        on inspections.region_code = by_name.region_code
        and inspections.facility_name = by_name.name
    where coalesce(by_id.facility_key, by_name.facility_key) is not null
    group by coalesce(by_id.facility_key, by_name.facility_key), quarter_start
),

reporting as (
    select
        regions.parent_code,
        year(inspections.inspection_date) as year,
        list_sort(list(distinct inspections.source_id)) as source_ids
    -- who reports inspections of other kinds alone says nothing of safety rounds
    from inspections
    inner join regions on inspections.region_code = regions.region_code
    group by regions.parent_code, year(inspections.inspection_date)
),

quarters as (
    select
        facility_years.facility_key,
        facility_years.region_code,
        facility_years.facility_name,
        facility_years.facility_type,
        facility_years.filing_status,
        facility_years.year,
        make_date(facility_years.year, 3 * quarters.number - 2, 1) as quarter_start,
        -- that a round was due follows from the roster and from what the county reports
        list_append(reporting.source_ids, facility_years.source_id) as source_ids,
        facility_years.opened_date,
        facility_years.closed_date
    from facility_years
    inner join regions on facility_years.region_code = regions.region_code
    inner join reporting
        on regions.parent_code = reporting.parent_code
        and facility_years.year = reporting.year
    cross join (values (1), (2), (3), (4)) as quarters (number)
)

select
    quarters.facility_key,
    quarters.region_code,
    quarters.facility_name,
    quarters.facility_type,
    quarters.filing_status,
    scopes.counted_in,
    quarters.year,
    quarters.quarter_start,
    cast(coalesce(rounds.safety_rounds, 0) as bigint) as safety_rounds,
    rounds.rounds,
    list_sort(list_distinct(list_concat(quarters.source_ids, rounds.source_ids))) as source_ids
from quarters
left join rounds
    on quarters.facility_key = rounds.facility_key
    and quarters.quarter_start = rounds.quarter_start
left join scopes
    on quarters.facility_type = scopes.facility_type
    and quarters.filing_status = scopes.filing_status
-- a round is due in a quarter through which a facility was open
where
    coalesce(quarters.opened_date <= quarters.quarter_start, true)
    and coalesce(quarters.closed_date >= quarters.quarter_start + interval 3 month, true)
