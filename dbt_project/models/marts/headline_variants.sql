select
    region_code,
    indicator,
    scope,
    population_vintage,
    as_of_date,
    year,
    value,
    cast(places as bigint) as places,
    basis,
    cast(resident_population as bigint) as resident_population,
    population_year,
    is_headline
from {{ ref('int_headline_variants') }}
