-- One row per region, year and category: the ledger's number read as a stock by the end of the year
-- and as an addition during it. Towns of the same parent without a quota have a row with nulls.
with ledgers as (
    select
        *,
        {{ claim_id('places') }} as places_claim,
        {{ claim_id('stated_total') }} as stated_total_claim
    from {{ ref('stg_quota_ledgers') }}
),

claims as (
    select claim_id, grade from {{ ref('int_claims') }}
),

ranked as (
    select
        ledgers.*,
        row_number() over (
            partition by ledgers.region_code, ledgers.target_year, ledgers.category
            order by claims.grade, ledgers.source_id, ledgers.source_row
        ) as ledger_rank
    from ledgers
    inner join claims on ledgers.places_claim = claims.claim_id
),

used as (
    select * from ranked
    where ledger_rank = 1
),

read_both_ways as (
    select
        *,
        case
            when accumulation = 'cumulative' then ledger_places
            else sum(ledger_places) over years_so_far
        end as cumulative_quota_places,
        case
            when accumulation = 'cumulative' then list_slice(list(places_claim) over years_so_far, -1, -1)
            else list(places_claim) over years_so_far
        end as cumulative_claims,
        case
            when accumulation = 'added' then ledger_places
            when row_number() over years_so_far = 1 then ledger_places
            -- a skipped year leaves the addition of the next one unknown
            when lag(target_year) over in_order = target_year - 1
                then ledger_places - lag(ledger_places) over in_order
        end as added_quota_places,
        case
            when accumulation = 'added' or row_number() over years_so_far = 1 then [places_claim]
            else [places_claim, lag(places_claim) over in_order]
        end as added_claims
    from used
    window
        in_order as (partition by region_code, category, source_id order by target_year),
        years_so_far as (
            partition by region_code, category, source_id
            order by target_year
            rows between unbounded preceding and current row
        )
),

regions as (
    select * from {{ ref('stg_regions') }}
),

ledger_years as (
    select
        regions.parent_code,
        read_both_ways.target_year,
        read_both_ways.category,
        read_both_ways.source_id
    from read_both_ways
    inner join regions on read_both_ways.region_code = regions.region_code
    group by all
)

select
    -- keys
    regions.region_code,
    regions.region_name,
    regions.parent_code,
    ledger_years.target_year as year,
    ledger_years.category,
    -- measures
    quotas.cumulative_quota_places,
    quotas.added_quota_places,
    quotas.stated_total_places,
    quotas.accumulation,
    -- the whole period
    max(ledger_years.target_year) over (
        partition by regions.parent_code, ledger_years.category
    ) as final_year,
    last_value(quotas.cumulative_quota_places) over whole_period as final_quota_places,
    last_value(quotas.cumulative_claims) over whole_period as final_claims,
    sum(quotas.added_quota_places) over whole_period as added_in_all_places,
    -- lineage
    ledger_years.source_id,
    quotas.cumulative_claims,
    quotas.added_claims,
    [quotas.stated_total_claim] as stated_total_claims
from ledger_years
inner join regions on ledger_years.parent_code = regions.parent_code
left join read_both_ways as quotas
    on regions.region_code = quotas.region_code
    and ledger_years.target_year = quotas.target_year
    and ledger_years.category = quotas.category
window whole_period as (
    partition by regions.region_code, ledger_years.category
    order by ledger_years.target_year
    rows between unbounded preceding and unbounded following
)
