-- One row per town, year and category of a ledger, towns of the same parent without quota included.
with quotas as (
    select * from {{ ref('int_quotas') }}
),

-- the target that the parent's ledger is meant to reach in its final year
targets as (
    select
        *,
        'all' as category
    from {{ ref('int_targets') }}
    where indicator = 'places_per_1000' and kind = 'stock' and comparator = '>='
),

figures as (
    select * from {{ ref('int_figures') }}
    where kind = 'stock' and is_figure_of_year
),

evidence as (
    select * from {{ ref('int_evidence_dates') }}
),

measured as (
    select
        quotas.*,
        -- a quota is due at the end of its year
        coalesce(evidence.evidence_date >= {{ target_date('quotas.year') }}, false) as is_over,
        targets.target_value as target_per_1000,
        targets.target_claims,
        cast(
            round(1000 * cast(quotas.final_quota_places as double) / nullif(targets.target_value, 0))
            as bigint
        ) as implied_residents,
        figures.value as actual_places,
        figures.qualifier as actual_qualifier,
        [figures.claim_id] as actual_claims
    from quotas
    left join targets
        on quotas.parent_code = targets.region_code
        and quotas.final_year = targets.target_year
        and quotas.category = targets.category
    left join figures
        on quotas.region_code = figures.region_code
        and quotas.year = figures.year
        and figures.measure = case quotas.category when 'all' then 'places' else 'inclusive_places' end
    left join evidence on quotas.region_code = evidence.region_code
),

decided as (
    select
        *,
        {{ leaves_minimum_open('actual_places', 'actual_qualifier', 'cumulative_quota_places') }} as is_open
    from measured
),

judged as (
    select
        *,
        -- rate of the year = quota of the year over the residents that the final quota implies
        cumulative_quota_places * cast(target_per_1000 as double) / nullif(final_quota_places, 0)
            as implied_places_per_1000,
        -- how far it is from a bound is not known
        case when not {{ is_bound('actual_qualifier') }} then cumulative_quota_places - actual_places end
            as gap_places,
        stated_total_places - period_places as stated_total_difference_places,
        case
            when cumulative_quota_places is null and added_quota_places is null then 'not_in_ledger'
            -- an addition says nothing about the stock that it is added to
            when cumulative_quota_places is null then 'only_additions_are_known'
            when actual_places is null then 'no_figure'
            when is_open then 'only_a_bound_is_known'
            when actual_places >= cumulative_quota_places then 'quota_reached'
            when is_over then 'below_the_quota_when_due'
            else 'quota_not_reached'
        end as status_reason
    from decided
)

select
    *,
    {{ status_of('status_reason') }} as status
from judged
