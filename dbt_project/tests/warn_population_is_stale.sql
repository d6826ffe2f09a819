-- Rates over a count of residents that is more than two years older than the places: what the region is said
-- to have per 1,000 residents may be that of another time.
{{ config(severity='warn') }}
select region_code, region_name, year, population_year
from {{ ref('region_years') }}
where places is not null and year - population_year > 2
order by region_code, year
