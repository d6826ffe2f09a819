-- One row per sum over one source that should make a whole: the regions right below one, against
-- each claim of that region; the options of a question, against 1.
with figures as (
    select * from {{ ref('int_comparable_figures') }}
    where origin != 'roster' and superseded_by is null
),

children as (
    select distinct
        parent_code,
        region_code
    from {{ ref('stg_regions') }}
    where parent_code is not null
),

wanted as (
    select
        parent_code,
        count(*) as regions
    from children
    group by parent_code
),

-- a region that a source counts twice for one day has no one figure to add
counted as (
    select * from figures
    where origin = 'population'
    qualify count(*) over (partition by source_id, region_code, measure, kind, as_of_date) = 1
),

below as (
    select
        children.parent_code as region_code,
        counted.source_id,
        counted.measure,
        counted.kind,
        counted.as_of_date,
        sum(counted.value) as value,
        sum(counted.value_low) as value_low,
        sum(counted.value_high) as value_high,
        list(counted.claim_id order by counted.claim_id) as claims
    from counted
    inner join children on counted.region_code = children.region_code
    inner join wanted on children.parent_code = wanted.parent_code
    group by all
    having count(*) = any_value(wanted.regions)
),

-- A region without a figure of its own is what its own regions add up to: counties right below a
-- province stand under a heading of the code list that nobody counts.
known as (
    select
        region_code, source_id, measure, kind, as_of_date, value, value_low, value_high,
        [claim_id] as claims
    from counted
    union all
    select
        below.region_code, below.source_id, below.measure, below.kind, below.as_of_date, below.value,
        below.value_low, below.value_high, below.claims
    from below
    anti join counted
        on below.source_id = counted.source_id
        and below.region_code = counted.region_code
        and below.measure = counted.measure
        and below.kind = counted.kind
        and below.as_of_date = counted.as_of_date
),

region_sums as (
    select
        children.parent_code,
        known.source_id,
        known.measure,
        known.kind,
        known.as_of_date,
        sum(known.value) as value,
        sum(known.value_low) as value_low,
        sum(known.value_high) as value_high,
        flatten(list(known.claims order by known.region_code)) as claims
    from known
    inner join children on known.region_code = children.region_code
    inner join wanted on children.parent_code = wanted.parent_code
    group by all
    having count(*) = any_value(wanted.regions)
),

block_sums as (
    select
        region_code,
        as_of_date,
        block,
        sum(value) as value,
        sum(value_low) as value_low,
        sum(value_high) as value_high,
        string_agg({{ plain_number('value') }}, ' + ' order by source_row) as terms,
        list(claim_id order by source_row) as claims
    from figures
    where block is not null
    group by all
)

select
    'regions' as check_kind,
    region_sums.parent_code || ' ' || region_sums.measure as check_key,
    region_sums.claims || [parents.claim_id] as tested_claims,
    region_sums.claims || [parents.claim_id] as input_claims,
    region_sums.value_low <= parents.value_high
    and region_sums.value_high >= parents.value_low as is_fit,
    'sum of ' || len(region_sums.claims) || ' regions (' || region_sums.source_id || ') = '
    || {{ plain_number('region_sums.value') }}
    || '; stated ' || {{ plain_number('parents.value') }} as evidence
from region_sums
inner join figures as parents
    on region_sums.parent_code = parents.region_code
    and region_sums.measure = parents.measure
    and region_sums.kind = parents.kind
    and region_sums.as_of_date = parents.as_of_date
union all
select
    'question' as check_kind,
    'options' as check_key,
    claims as tested_claims,
    claims as input_claims,
    value_low <= 1 and value_high >= 1 as is_fit,
    terms || ' = ' || {{ plain_number('value') }} || '; whole 1' as evidence
from block_sums
