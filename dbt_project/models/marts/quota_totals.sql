select
    region_code,
    year,
    category,
    cast(towns_sum_places as bigint) as towns_sum_places,
    cast(towns_with_quota as bigint) as quota_towns_known,
    cast(towns as bigint) as quota_towns,
    cast(quota_places as bigint) as quota_places,
    quota_basis
from {{ ref('int_quota_totals') }}
