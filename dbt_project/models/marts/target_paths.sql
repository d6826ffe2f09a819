select
    region_code,
    indicator,
    cast(target_year as integer) as target_year,
    cast(year as integer) as year,
    cast(target_value as double) as target_value,
    cast(actual_value as double) as actual_value,
    actual_date,
    cast(path_value as double) as path_value,
    cast(quota_places as bigint) as quota_places,
    cast(residents as bigint) as residents,
    cast(population_year as integer) as population_year,
    quota_places_per_1000
from {{ ref('int_target_paths') }}
