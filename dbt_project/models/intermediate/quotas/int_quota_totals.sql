-- One row per parent region, category and year: the stock that its ledgers promise. Its own figure is
-- the ledger's total; the sum of the towns stands in only if every town has a quota. What the sum of the
-- towns adds in the year and implies is about the towns with a quota, as the sum itself.
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

-- areas of whose ledgers a row was refused, so that the sum of the towns may lack a town
refused as (
    select distinct quotas.parent_code as region_code
    from quotas
    inner join {{ ref('int_refused_rows') }} as refused_rows
        on quotas.source_id = refused_rows.source_id
        and coalesce(quotas.parent_code = refused_rows.region_code, true)
),

summed as (
    select
        quotas.parent_code as region_code,
        quotas.category,
        quotas.year,
        sum(quotas.cumulative_quota_places) as towns_sum_places,
        count(quotas.cumulative_quota_places) as towns_with_quota,
        count(*) as towns,
        -- one town of the ledger whose addition is not known leaves that of all of them unknown
        case
            when
                count(quotas.added_quota_places)
                = count(coalesce(quotas.cumulative_quota_places, quotas.added_quota_places))
                then sum(quotas.added_quota_places)
        end as added_quota_places,
        flatten(list(quotas.cumulative_claims) filter (quotas.cumulative_claims is not null))
            as towns_claims,
        flatten(list(quotas.added_claims) filter (quotas.added_claims is not null)) as added_claims,
        flatten(list(quotas.year_before_claims) filter (quotas.year_before_claims is not null))
            as year_before_claims,
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
),

finals as (
    select
        *,
        row_number() over (partition by region_code, category order by year desc) as from_last
    from summed
    where towns_sum_places is not null and region_code not in (select refused.region_code from refused)
),

-- the target that the last year of the ledger is meant to reach
targets as (
    select
        *,
        'all' as category
    from {{ ref('int_targets') }}
    where indicator = 'places_per_1000' and kind = 'stock' and comparator = '>='
),

populations as (
    select * from {{ ref('int_populations_carried_forward') }}
    where measure = 'resident_population'
),

measured as (
    select
        summed.*,
        case when summed.is_stock then totals.stated_total_places end as stated_total_places,
        [totals.total_claim] as stated_total_claims,
        refused.region_code is null as is_whole,
        finals.towns_sum_places as final_places,
        finals.towns_claims as final_claims,
        targets.target_value as target_per_1000,
        targets.target_claims,
        cast(
            round(1000 * cast(finals.towns_sum_places as double) / nullif(targets.target_value, 0))
            as bigint
        ) as implied_residents,
        populations.value as residents,
        populations.population_year,
        populations.claims as resident_claims
    from summed
    left join totals
        on summed.only_source_id = totals.source_id
        and summed.category = totals.category
        and summed.year = totals.year
        and totals.total_rank = 1
    left join finals
        on summed.region_code = finals.region_code
        and summed.category = finals.category
        and finals.from_last = 1
    left join refused on summed.region_code = refused.region_code
    left join targets
        on finals.region_code = targets.region_code
        and finals.year = targets.target_year
        and finals.category = targets.category
    left join populations
        on targets.region_code = populations.region_code
        and targets.target_year = populations.year
)

select
    region_code,
    category,
    year,
    towns_sum_places,
    towns_with_quota,
    towns,
    case when is_whole then added_quota_places end as added_quota_places,
    stated_total_places,
    case when is_whole then stated_total_places - towns_sum_places end
        as stated_total_difference_places,
    target_per_1000,
    implied_residents,
    -- rate of the year = quotas of the year over the residents that those of the last year imply
    towns_sum_places * cast(target_per_1000 as double) / nullif(final_places, 0)
        as implied_places_per_1000,
    residents,
    population_year,
    residents - implied_residents as residents_difference,
    case
        when not is_stock then null
        when stated_total_places is not null then stated_total_places
        when towns_with_quota = towns then towns_sum_places
    end as quota_places,
    case
        when not is_stock then null
        when stated_total_places is not null then 'reported'
        when towns_with_quota = towns then 'summed'
    end as quota_basis,
    -- lineage
    towns_claims,
    added_claims,
    year_before_claims,
    final_claims,
    stated_total_claims,
    target_claims,
    resident_claims,
    case when stated_total_places is not null then stated_total_claims else towns_claims end
        as quota_claims
from measured
