-- Children under three as one number, and as ages 0, 1 and 2, of one year: documents contradict one another.
{{ config(severity='warn') }}
with ages as (
    select
        region_code,
        year,
        max(value) filter (measure = 'age_0_2') as children,
        sum(value) filter (measure in ('age_0', 'age_1', 'age_2')) as sum_of_ages,
        count(*) filter (measure in ('age_0', 'age_1', 'age_2')) as ages
    from {{ ref('int_figures') }}
    where is_figure_of_year
    group by region_code, year
)

select region_code, year, children, sum_of_ages
from ages
where ages = 3 and children != sum_of_ages
order by region_code, year
