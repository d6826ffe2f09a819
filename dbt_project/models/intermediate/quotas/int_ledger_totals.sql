-- One row per total that a ledger prints for all its towns, with the sum of these towns.
with totals as (
    select
        *,
        {{ claim_id('column_name') }} as total_claim
    from {{ ref('stg_stated_totals') }}
    where column_name in ('places', 'places_per_1000', 'stated_total') and stated_value is not null
),

parts as (
    select
        source_id,
        region_code,
        category,
        target_year,
        accumulation,
        ledger_places,
        max(target_year) over (partition by source_id, category) as final_year,
        -- a total row without a category is about all places where the ledger has such rows
        min(category) over (partition by source_id) as first_category
    from {{ ref('int_quota_ledgers') }}
),

refused as (
    select distinct source_id from {{ ref('int_refused_rows') }}
),

summed as (
    select
        totals.total_claim,
        totals.source_id,
        totals.column_name,
        parts.category,
        coalesce(totals.target_year, parts.final_year) as year,
        totals.stated_value as stated_total_places,
        sum(parts.ledger_places) as towns_sum_places,
        count(distinct parts.region_code) as towns_with_quota,
        -- totals of rounded parts may differ by half a place a part
        0.5 * count(*) as tolerance_places
    from totals
    inner join parts
        on totals.source_id = parts.source_id
        and coalesce(totals.category, parts.first_category) = parts.category
        and case
            when totals.column_name != 'stated_total' and totals.target_year is not null
                then totals.target_year = parts.target_year
            when parts.accumulation = 'cumulative' then parts.target_year = parts.final_year
            else true
        end
    group by
        totals.total_claim, totals.source_id, totals.column_name, parts.category,
        coalesce(totals.target_year, parts.final_year), totals.stated_value
)

select
    summed.*,
    summed.stated_total_places - summed.towns_sum_places as difference_places,
    -- the total counts a refused row, the sum does not
    refused.source_id is null as is_whole
from summed
left join refused on summed.source_id = refused.source_id
