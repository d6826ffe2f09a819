select
    region_code,
    year,
    category,
    cast(towns_sum_places as bigint) as towns_sum_places,
    cast(towns_with_quota as bigint) as quota_towns_known,
    cast(towns as bigint) as quota_towns,
    cast(quota_places as bigint) as quota_places,
    quota_basis,
    cast(added_quota_places as bigint) as added_quota_places,
    cast(stated_total_places as bigint) as stated_total_places,
    cast(stated_total_difference_places as bigint) as stated_total_difference_places,
    cast(target_per_1000 as double) as target_per_1000,
    implied_residents,
    implied_places_per_1000,
    cast(residents as bigint) as residents,
    cast(population_year as integer) as population_year,
    cast(residents_difference as bigint) as residents_difference
from {{ ref('int_quota_totals') }}
