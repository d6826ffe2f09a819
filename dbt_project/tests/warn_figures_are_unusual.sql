-- Figures that a region of its level can have and hardly ever has (plausible_bounds.yml): published, and to be
-- looked at.
{{ config(severity='warn') }}
with held as (
    select region_code, measure, year, cast(value as double) as value
    from {{ ref('int_figures') }}
    where is_figure_of_year
    union
    select region_code, indicator as measure, year, value
    from {{ ref('int_indicator_values') }}
    where is_headline
)

select
    held.region_code,
    held.measure,
    held.year,
    held.value
from held
inner join {{ ref('int_region_bounds') }} as bounds
    on held.region_code = bounds.region_code
    and held.measure = bounds.measure
where held.value > bounds.unusual_above or (held.value > 0 and held.value < bounds.unusual_below)
order by held.region_code, held.measure, held.year, held.value
