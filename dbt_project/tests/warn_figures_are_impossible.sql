-- Figures that no region of its level can have. They are withheld (`implausible`): most likely a file is in another
-- unit than it says.
{{ config(severity='warn') }}
with claims as (
    select * from {{ ref('int_claims') }}
),

rates as (
    select * from {{ ref('int_indicator_values') }}
    where missing_reason is not null and value_origin = 'computed'
)

select
    claims.region_code,
    claims.measure,
    claims.year,
    claims.value,
    claims.source_id,
    claims.source_cell
from {{ ref('int_implausible_claims') }} as implausible
inner join claims on implausible.claim_id = claims.claim_id
union all
select
    rates.region_code,
    rates.indicator as measure,
    rates.year,
    cast(null as decimal(24, 6)) as value,
    claims.source_id,
    claims.source_cell
from rates
inner join claims on rates.numerator_claims[1] = claims.claim_id
union all
select
    region_code,
    measure,
    year,
    cast(null as decimal(24, 6)) as value,
    array_to_string(source_ids, '; ') as source_id,
    cast(null as varchar) as source_cell
from {{ ref('int_roster_figures') }}
where missing_reason = 'implausible'
order by region_code, measure, year, source_id, source_cell
