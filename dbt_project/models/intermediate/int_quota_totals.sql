-- One row per parent region, category and final year: what the ledger's own total says, what its
-- towns add to, and which of the two is used.
with quotas as (
    select * from {{ ref('int_quotas') }}
    where year = final_year
),

summed as (
    select
        parent_code as region_code,
        category,
        year,
        source_id,
        sum(cumulative_quota_places) as towns_sum_places,
        count(cumulative_quota_places) as towns_with_quota,
        count(*) as towns,
        flatten(list(cumulative_claims)) as towns_claims,
        -- totals of rounded parts may differ by half a place a part
        0.5 * count(cumulative_quota_places) as tolerance_places
    from quotas
    group by all
),

stated as (
    select
        source_id,
        max(stated_value) as stated_total_places,
        list(source_id || '!' || coalesce(source_sheet, '') || '!' || source_row || '!' || column_name)
            as stated_claims
    from {{ ref('stg_stated_totals') }}
    where column_name = 'stated_total'
    group by source_id
)

select
    summed.region_code,
    summed.category,
    summed.year,
    summed.source_id,
    summed.towns_sum_places,
    summed.towns_with_quota,
    summed.towns,
    summed.tolerance_places,
    stated.stated_total_places,
    stated.stated_total_places - summed.towns_sum_places as difference_places,
    -- a parent's figure is its own, or the sum of its towns only if every town is known
    coalesce(
        stated.stated_total_places,
        case when summed.towns_with_quota = summed.towns then summed.towns_sum_places end
    ) as quota_places,
    case
        when stated.stated_total_places is not null then 'reported'
        when summed.towns_with_quota = summed.towns then 'summed'
    end as quota_basis,
    case
        when stated.stated_total_places is not null then stated.stated_claims
        else summed.towns_claims
    end as quota_claims
from summed
left join stated on summed.source_id = stated.source_id
