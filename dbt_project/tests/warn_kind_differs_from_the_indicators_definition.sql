-- A file calls a figure a stock that the indicator defines as a flow, or the other way round.
{{ config(severity='warn') }}
select claims.claim_id, claims.kind, indicators.kind as defined_kind
from {{ ref('int_claims') }} as claims
inner join {{ ref('stg_indicators') }} as indicators on claims.measure = indicators.indicator
where claims.claim_type in ('reported', 'target') and claims.kind != indicators.kind
