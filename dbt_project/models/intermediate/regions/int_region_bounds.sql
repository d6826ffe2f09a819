-- One row per region and measure that has bounds for regions of its level (plausible_bounds.yml): above what
-- it cannot be, and above and below what it is looked at. A bound is null where there is none. Bounds of one
-- measure per another, which hold of two claims of a region together, are not here.
with bounds as (
    select * from {{ ref('stg_plausible_bounds') }}
    where numerator is null
),

regions as (
    select * from {{ ref('stg_regions') }}
)

select
    regions.region_code,
    bounds.measure,
    bounds.impossible_above,
    bounds.unusual_above,
    bounds.unusual_below
from regions
inner join bounds on regions.region_level = bounds.level
