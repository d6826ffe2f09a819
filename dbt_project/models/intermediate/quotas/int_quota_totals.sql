-- One row per parent region, category and year: the stock that its ledgers promise. Its own figure is
-- the ledger's total; the sum of the towns stands in only if every town has a quota.
with quotas as (
    select * from {{ ref('int_quotas') }}
    where parent_code is not null
),

-- over all rows of the ledger, also those that a later document replaces
reach as (
    select
        ledgers.source_id,
        count(distinct coalesce(regions.parent_code, regions.region_code)) as parents
    from {{ ref('int_quota_ledgers') }} as ledgers
    inner join {{ ref('stg_regions') }} as regions on ledgers.region_code = regions.region_code
    group by ledgers.source_id
),

summed as (
    select
        quotas.parent_code as region_code,
        quotas.category,
        quotas.year,
        sum(quotas.cumulative_quota_places) as towns_sum_places,
        count(quotas.cumulative_quota_places) as towns_with_quota,
        count(*) as towns,
        flatten(list(quotas.cumulative_claims) filter (quotas.cumulative_claims is not null))
            as towns_claims,
        -- the one ledger that speaks about this area alone
        case
            when count(distinct quotas.source_id) = 1 and max(reach.parents) = 1
                then min(quotas.source_id)
        end as only_source_id,
        bool_and(quotas.accumulation = 'cumulative') as is_stock
    from quotas
    left join reach on quotas.source_id = reach.source_id
    group by quotas.parent_code, quotas.category, quotas.year
),

totals as (
    select
        *,
        row_number() over (
            partition by source_id, category, year
            order by column_name desc, total_claim asc
        ) as total_rank
    from {{ ref('int_ledger_totals') }}
)

select
    summed.region_code,
    summed.category,
    summed.year,
    summed.towns_sum_places,
    summed.towns_with_quota,
    summed.towns,
    summed.towns_claims,
    case
        when not summed.is_stock then null
        when totals.stated_total_places is not null then totals.stated_total_places
        when summed.towns_with_quota = summed.towns then summed.towns_sum_places
    end as quota_places,
    case
        when not summed.is_stock then null
        when totals.stated_total_places is not null then 'reported'
        when summed.towns_with_quota = summed.towns then 'summed'
    end as quota_basis,
    case
        when totals.stated_total_places is not null then [totals.total_claim]
        else summed.towns_claims
    end as quota_claims
from summed
left join totals
    on summed.only_source_id = totals.source_id
    and summed.category = totals.category
    and summed.year = totals.year
    and totals.total_rank = 1
