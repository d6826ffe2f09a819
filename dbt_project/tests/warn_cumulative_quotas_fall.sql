-- A cumulative quota below that of the year before: a wrong cell, additions that are called cumulative, or
-- a target that was lowered. The quota is published as stated, what the year adds is not known.
{{ config(severity='warn') }}
with in_order as (
    select
        *,
        lag(year) over by_year as year_before,
        lag(cumulative_quota_places) over by_year as quota_before_places
    from {{ ref('int_quotas') }}
    window by_year as (partition by region_code, category order by year)
)

select
    quotas.region_code,
    quotas.region_name,
    quotas.category,
    quotas.year,
    quotas.cumulative_quota_places,
    quotas.year_before,
    quotas.quota_before_places,
    sources.source_file,
    claims.source_sheet,
    claims.source_row,
    claims.source_cell
from in_order as quotas
left join {{ ref('int_claims') }} as claims on quotas.cumulative_claims[1] = claims.claim_id
left join {{ ref('stg_sources') }} as sources on claims.source_id = sources.source_id
where
    quotas.year_before = quotas.year - 1
    and quotas.cumulative_quota_places < quotas.quota_before_places
order by quotas.region_code, quotas.category, quotas.year
