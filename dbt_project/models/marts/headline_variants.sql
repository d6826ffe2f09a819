select
    region_code,
    indicator,
    scope,
    population_vintage,
    as_of_date,
    cast(year as integer) as year,
    value,
    cast(places as bigint) as places,
    basis,
    cast(resident_population as bigint) as resident_population,
    cast(population_year as integer) as population_year,
    is_headline
from {{ ref('int_headline_variants') }}
