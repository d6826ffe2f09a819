-- One row per region, year and category of a ledger: the quota as a stock by the end of the year and
-- as an addition during it. Regions of the same parent that no ledger names have a row with nulls.
with regions as (
    select
        *,
        -- regions of one parent stand in one ledger; one without a parent stands for itself
        coalesce(parent_code, 'itself: ' || region_code) as ledger_area
    from {{ ref('stg_regions') }}
),

claims as (
    select
        claim_id,
        grade,
        issued
    from {{ ref('int_claims') }}
),

ledgers as (
    select
        *,
        {{ claim_id('value_column') }} as places_claim,
        {{ claim_id("'stated_total'") }} as stated_total_claim
    from {{ ref('int_quota_ledgers') }}
),

audit as (
    select
        source_id,
        rows_rejected
    from {{ source('audit', 'load_audit') }}
),

refused as (
    select
        source_id,
        region_code
    from {{ ref('int_refused_rows') }}
    group by source_id, region_code
),

superseded as (
    select * from {{ ref('int_superseded_ledgers') }}
),

-- how many ledgers speak of an area and year
ledger_counts as (
    select
        regions.ledger_area,
        ledgers.category,
        ledgers.target_year,
        count(distinct ledgers.source_id) as ledgers
    from ledgers
    inner join regions on ledgers.region_code = regions.region_code
    group by regions.ledger_area, ledgers.category, ledgers.target_year
),

ranked as (
    select
        ledgers.*,
        regions.ledger_area,
        audit.rows_rejected,
        of_region.source_id is not null as is_region_refused,
        of_any.source_id is not null as is_any_refused,
        superseded.source_id is not null
        -- a town that ended before the year did has no quota, where another ledger speaks of the year
        or (
            others.ledgers > 1
            and coalesce(regions.valid_to_date < {{ target_date('ledgers.target_year') }}, false)
        ) as is_superseded,
        row_number() over (
            partition by ledgers.region_code, ledgers.target_year, ledgers.category
            order by
                superseded.source_id is not null,
                claims.grade asc, claims.issued desc nulls last,
                ledgers.source_id asc, ledgers.source_row asc
        ) as ledger_rank
    from ledgers
    inner join claims on ledgers.places_claim = claims.claim_id
    inner join regions on ledgers.region_code = regions.region_code
    inner join audit on ledgers.source_id = audit.source_id
    left join refused as of_region
        on ledgers.source_id = of_region.source_id
        and ledgers.region_code = of_region.region_code
    left join refused as of_any
        on ledgers.source_id = of_any.source_id
        and of_any.region_code is null
    left join superseded
        on regions.ledger_area = superseded.ledger_area
        and ledgers.category = superseded.category
        and ledgers.target_year = superseded.target_year
        and ledgers.source_id = superseded.source_id
    inner join ledger_counts as others
        on regions.ledger_area = others.ledger_area
        and ledgers.category = others.category
        and ledgers.target_year = others.target_year
),

dated as (
    select
        *,
        max(target_year) over (partition by source_id, category) as final_year,
        min(target_year) over (partition by ledger_area, category) as first_year
    from ranked
),

-- what a ledger asks in all, to be held against the total that it prints for the region; over all its
-- rows, also those that a later document replaces; unknown where one of them was refused
periods as (
    select
        *,
        case
            when is_region_refused then null
            when accumulation = 'cumulative'
                then max(ledger_places) filter (target_year = final_year) over whole_ledger
            when is_any_refused then null
            else sum(ledger_places) over whole_ledger
        end as period_places,
        case
            when accumulation = 'cumulative'
                then list(places_claim) filter (target_year = final_year) over whole_ledger
            else list(places_claim) over whole_ledger
        end as period_claims
    from dated
    window whole_ledger as (partition by region_code, category, source_id)
),

used as (
    select * from periods
    where ledger_rank = 1 and not is_superseded
),

in_order as (
    select
        *,
        -- towns start from zero; where rows were refused, an earlier year may be among them
        target_year = first_year and rows_rejected = 0 as is_opening_year,
        lag(target_year) over by_year as year_before,
        lag(accumulation) over by_year as way_before,
        lag(ledger_places) over by_year as places_before,
        lag(places_claim) over by_year as claim_before
    from used
    window by_year as (partition by region_code, category order by target_year)
),

read_both_ways as (
    select
        *,
        -- additions to a stock that nobody states are no stock
        case when accumulation = 'cumulative' then ledger_places end as cumulative_quota_places,
        case when accumulation = 'cumulative' then [places_claim] else [] end as cumulative_claims,
        case
            when accumulation = 'added' or is_opening_year then ledger_places
            -- A year that is missing or was refused leaves the addition of the next one unknown; so
            -- does a quota that falls, which is no addition (warn_cumulative_quotas_fall).
            when
                year_before = target_year - 1 and way_before = 'cumulative'
                and ledger_places >= places_before
                then ledger_places - places_before
        end as added_quota_places,
        [places_claim] as added_claims,
        case when accumulation = 'added' or is_opening_year then [] else [claim_before] end
            as year_before_claims
    from in_order
),

ledger_years as (
    select
        ledger_area,
        target_year,
        category,
        max(final_year) as final_year
    from read_both_ways
    group by ledger_area, target_year, category
)

select
    -- keys
    regions.region_code,
    regions.region_name,
    regions.parent_code,
    ledger_years.target_year as year,
    ledger_years.category,
    coalesce(quotas.final_year, ledger_years.final_year) as final_year,
    -- measures
    quotas.cumulative_quota_places,
    quotas.added_quota_places,
    quotas.stated_total_places,
    quotas.period_places,
    case when quotas.accumulation = 'cumulative' then quotas.period_places end as final_quota_places,
    quotas.accumulation,
    -- lineage
    quotas.source_id,
    quotas.cumulative_claims,
    quotas.added_claims,
    quotas.year_before_claims,
    quotas.period_claims,
    [quotas.stated_total_claim] as stated_total_claims
from ledger_years
inner join regions on ledger_years.ledger_area = regions.ledger_area
left join read_both_ways as quotas
    on regions.region_code = quotas.region_code
    and ledger_years.target_year = quotas.target_year
    and ledger_years.category = quotas.category
where
    quotas.region_code is not null
    -- a quota holds at the end of its year, for the regions of that day
    or make_date(ledger_years.target_year, 12, 31)
    between coalesce(regions.valid_from_date, date '0001-01-01')
    and coalesce(regions.valid_to_date, date '9999-12-31')
