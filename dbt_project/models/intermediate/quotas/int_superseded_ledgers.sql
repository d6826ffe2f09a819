-- One row per ledger that is issued again, ledger area, category and year: the ledger that replaces it.
-- A ledger issued again replaces the earlier one as a whole, so that a town which it drops does not linger.
-- It is issued again where it names half or more of the towns of the earlier one; a ledger of fewer towns
-- amends these alone.
with regions as (
    select
        region_code,
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
        {{ claim_id('value_column') }} as places_claim
    from {{ ref('int_quota_ledgers') }}
),

quotas as (
    select distinct
        regions.ledger_area,
        ledgers.category,
        ledgers.target_year,
        ledgers.source_id,
        ledgers.region_code,
        claims.grade,
        claims.issued
    from ledgers
    inner join claims on ledgers.places_claim = claims.claim_id
    inner join regions on ledgers.region_code = regions.region_code
),

issues as (
    select
        ledger_area,
        category,
        target_year,
        source_id,
        count(distinct region_code) as towns,
        -- a date that is not known to the day does not say which of two came first
        try_cast(max(issued) as date) as issued_date,
        row_number() over (
            partition by ledger_area, category, target_year
            -- the order in which one quota goes before another, see int_quotas
            order by min(grade) asc, max(issued) desc nulls last, source_id asc
        ) as issue_rank
    from quotas
    group by ledger_area, category, target_year, source_id
),

common as (
    select
        earlier.ledger_area,
        earlier.category,
        earlier.target_year,
        earlier.source_id,
        later.source_id as later_source_id,
        count(distinct earlier.region_code) as towns_in_both
    from quotas as earlier
    inner join quotas as later
        on earlier.ledger_area = later.ledger_area
        and earlier.category = later.category
        and earlier.target_year = later.target_year
        and earlier.region_code = later.region_code
        and earlier.source_id != later.source_id
    group by
        earlier.ledger_area, earlier.category, earlier.target_year, earlier.source_id, later.source_id
)

select
    common.ledger_area,
    common.category,
    common.target_year,
    common.source_id,
    common.later_source_id as superseded_by
from common
inner join issues as earlier
    on common.ledger_area = earlier.ledger_area
    and common.category = earlier.category
    and common.target_year = earlier.target_year
    and common.source_id = earlier.source_id
inner join issues as later
    on common.ledger_area = later.ledger_area
    and common.category = later.category
    and common.target_year = later.target_year
    and common.later_source_id = later.source_id
where
    later.issue_rank < earlier.issue_rank
    and later.issued_date > earlier.issued_date
    and 2 * common.towns_in_both >= earlier.towns
-- the latest of several that replace it
qualify row_number() over (
        partition by common.ledger_area, common.category, common.target_year, common.source_id
        order by later.issue_rank
    ) = 1
