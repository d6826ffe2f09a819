-- One row per region and region right below it, with the days within which the lower one exists and how many
-- levels there are below the upper one at most. Sums go upwards by that height, the lowest regions first.
with ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

heights as (
    select
        ancestor_code as region_code,
        max(levels_up) as height
    from ancestors
    group by ancestor_code
)

select
    ancestors.ancestor_code as parent_code,
    ancestors.region_code,
    heights.height as parent_height,
    ancestors.valid_from_date,
    ancestors.valid_to_date
from ancestors
inner join heights on ancestors.ancestor_code = heights.region_code
where ancestors.levels_up = 1
