-- Rates over a count of children under three that is more than one year older than the places: children leave
-- this age within three years, and births change faster than residents do.
{{ config(severity='warn') }}
select region_code, region_name, year, children_year
from {{ ref('region_years') }}
where places is not null and year - children_year > 1
order by region_code, year
