-- A wider scope counts whatever a narrower one counts.
with figures as (
    select * from {{ ref('int_roster_figures') }}
    where measure in ('facilities', 'places', 'towns_with_facility') and value is not null
),

ranks as (
    select distinct scope, scope_rank from {{ ref('stg_counting_scopes') }}
)

select narrow.region_code, narrow.year, narrow.measure, narrow.scope, narrow.value
from figures as narrow
inner join ranks as narrow_rank on narrow.scope = narrow_rank.scope
inner join ranks as wide_rank on narrow_rank.scope_rank + 1 = wide_rank.scope_rank
inner join figures as wide
    on narrow.region_code = wide.region_code
    and narrow.measure = wide.measure
    and narrow.year = wide.year
    and wide_rank.scope = wide.scope
where narrow.value > wide.value
