-- One row per region, year and measure of facilities on which corrections bear, of rows of rosters and of
-- inspections. A corrected row that no scope counts is named as well: without the correction it might count.
with corrections as (
    select * from {{ ref('stg_corrected_cells') }}
),

facility_years as (
    select * from {{ ref('int_facility_years') }}
),

inspections as (
    select * from {{ ref('stg_inspections') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

measures as (
    select distinct measure from {{ ref('int_roster_figures') }}
),

of_towns as (
    select
        facility_years.region_code,
        facility_years.year,
        measures.measure,
        corrections.correction_id
    from corrections
    inner join facility_years
        on corrections.source_id = facility_years.source_id
        and corrections.source_sheet is not distinct from facility_years.source_sheet
        and corrections.source_row = facility_years.source_row
    inner join measures
        on
        case
            -- classes make up the places, and places those that are inclusive or public
            when corrections.column_name like '%places' then measures.measure like '%places'
            {%- for measure in roster_measures() if not measure.column.endswith('places') %}
            when corrections.column_name = '{{ measure.column }}' then measures.measure = '{{ measure.name }}'
            {%- endfor %}
            -- whose row it is, and whether it counts
            else true
        end
    union all
    -- of which facility, when and about what an inspection was
    select
        inspections.region_code,
        year(inspections.inspection_date) as year,
        'safety_rounds' as measure,
        corrections.correction_id
    from corrections
    inner join inspections
        on corrections.source_id = inspections.source_id
        and corrections.source_sheet is not distinct from inspections.source_sheet
        and corrections.source_row = inspections.source_row
)

select
    ancestors.ancestor_code as region_code,
    of_towns.year,
    of_towns.measure,
    string_agg(distinct of_towns.correction_id, '; ' order by of_towns.correction_id)
        as correction_id
from of_towns
inner join ancestors on of_towns.region_code = ancestors.region_code
group by ancestors.ancestor_code, of_towns.year, of_towns.measure
