-- One row per ledger and category: what its numbers count and whether its years add up, as declared and
-- as the numbers themselves show. A declaration goes before the evidence; without either the ledger
-- is not understood.
with ledgers as (
    select * from {{ ref('stg_quota_ledgers') }}
),

in_order as (
    select
        *,
        lag(ledger_value) over (
            partition by source_id, category, region_code
            order by target_year
        ) as value_before
    from ledgers
),

towns as (
    select
        source_id,
        category,
        region_code,
        count(*) as years,
        max(stated_total_places) as stated_total_places,
        arg_max(ledger_value, target_year) as last_value,
        sum(ledger_value) as sum_of_years,
        bool_or(ledger_value < value_before) as falls
    from in_order
    group by source_id, category, region_code
),

counted as (
    select
        source_id,
        category,
        count(*) filter (years > 1) as towns,
        count(*) filter (years > 1 and abs(last_value - stated_total_places) <= 1) as totals_like_last_year,
        count(*) filter (years > 1 and abs(sum_of_years - stated_total_places) <= 1) as totals_like_sum,
        count(*) filter (years > 1 and falls) as towns_that_fall
    from towns
    group by source_id, category
),

declared as (
    select
        source_id,
        category,
        min(declared_unit) as declared_unit,
        min(declared_accumulation) as declared_accumulation,
        min(value_column) as value_column,
        max(ledger_value) as largest_value
    from ledgers
    group by source_id, category
),

together as (
    select
        declared.*,
        counted.towns,
        counted.totals_like_last_year,
        counted.totals_like_sum,
        counted.towns_that_fall
    from declared
    inner join counted
        on declared.source_id = counted.source_id
        and declared.category = counted.category
),

judged as (
    select
        *,
        -- nobody plans 20 places per 1,000 residents
        case
            when largest_value > 20 then 'places'
            when value_column = 'places_per_1000' then 'places_per_1000'
            when declared_unit is null then 'places'
        end as inferred_unit,
        case
            when totals_like_last_year > totals_like_sum then 'cumulative'
            when totals_like_sum > totals_like_last_year then 'added'
            when towns_that_fall > 0 then 'added'
        end as inferred_accumulation
    from together
)

select
    source_id,
    category,
    declared_unit,
    inferred_unit,
    coalesce(declared_unit, inferred_unit) as ledger_unit,
    declared_accumulation,
    inferred_accumulation,
    coalesce(declared_accumulation, inferred_accumulation) as accumulation,
    towns,
    totals_like_last_year,
    totals_like_sum,
    towns_that_fall,
    cast(largest_value as double) as largest_value,
    coalesce(declared_unit != inferred_unit, false)
    or coalesce(declared_accumulation != inferred_accumulation, false) as is_contradicted
from judged
