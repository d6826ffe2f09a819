select
    region_code,
    region_name,
    region_level,
    cast(year as integer) as year,
    cast(resident_population as bigint) as resident_population,
    cast(population_year as integer) as population_year,
    population_basis,
    cast(children_under_3 as double) as children_under_3,
    cast(children_year as integer) as children_year,
    children_basis,
    cast(births as bigint) as births,
    cast(facilities as bigint) as facilities,
    {%- for measure in roster_measures('sum') %}
    cast({{ measure.name }} as bigint) as {{ measure.name }},
    {%- endfor %}
    cast(places_at_least as bigint) as places_at_least,
    cast(places_at_most as bigint) as places_at_most,
    places_basis,
    places_scope,
    places_known,
    places_parts,
    places_missing_reason,
    places_date,
    residents_are_contradicted,
    places_are_contradicted
from {{ ref('int_region_years') }}
