-- One row per stated whole and stated part of a partition of it: do the parts add up to the whole?
-- The other parts of the partition may each be what any of their claims says.
with figures as (
    select * from {{ ref('int_comparable_figures') }}
    where origin != 'roster' and superseded_by is null
),

partitions as (
    select * from {{ ref('stg_indicator_parts') }}
),

parts as (
    select
        partitions.indicator,
        partitions.partition_number,
        count(*) over (partition by partitions.indicator, partitions.partition_number) - 1 as other_parts,
        partitions.part_measure
    from partitions
),

part_figures as (
    select
        parts.*,
        figures.*
    from parts
    inner join figures on parts.part_measure = figures.measure
),

ranges as (
    select
        indicator,
        partition_number,
        part_measure,
        region_code,
        kind,
        as_of_date,
        max(value) as value,
        min(value_low) as value_low,
        max(value_high) as value_high,
        list(claim_id order by claim_id) as claims
    from part_figures
    group by all
),

others as (
    select
        pivots.claim_id,
        pivots.indicator,
        pivots.partition_number,
        sum(ranges.value) as value,
        sum(ranges.value_low) as value_low,
        sum(ranges.value_high) as value_high,
        string_agg({{ plain_number('ranges.value') }}, ' + ' order by ranges.part_measure) as terms,
        flatten(list(ranges.claims order by ranges.part_measure)) as claims
    from part_figures as pivots
    inner join ranges
        on pivots.indicator = ranges.indicator
        and pivots.partition_number = ranges.partition_number
        and pivots.part_measure != ranges.part_measure
        and pivots.region_code = ranges.region_code
        and pivots.kind = ranges.kind
        and pivots.as_of_date = ranges.as_of_date
    group by pivots.claim_id, pivots.indicator, pivots.partition_number
    having count(*) = any_value(pivots.other_parts)
)

select
    'parts' as check_kind,
    wholes.measure || ' ' || pivots.partition_number as check_key,
    wholes.region_code,
    wholes.as_of_date,
    wholes.claim_id as stated_claim,
    pivots.claim_id as part_claim,
    [wholes.claim_id, pivots.claim_id] as tested_claims,
    [wholes.claim_id, pivots.claim_id] || others.claims as input_claims,
    cast(pivots.value + others.value as double) as computed_value,
    pivots.value_low + others.value_low <= wholes.value_high
    and pivots.value_high + others.value_high >= wholes.value_low as is_fit,
    concat(
        {{ plain_number('pivots.value') }}, ' + ', others.terms, ' = ',
        {{ plain_number('pivots.value + others.value') }},
        '; stated ', {{ plain_number('wholes.value') }}
    ) as evidence
from part_figures as pivots
inner join others
    on pivots.claim_id = others.claim_id
    and pivots.indicator = others.indicator
    and pivots.partition_number = others.partition_number
inner join figures as wholes
    on pivots.indicator = wholes.measure
    and pivots.region_code = wholes.region_code
    and pivots.kind = wholes.kind
    and pivots.as_of_date = wholes.as_of_date
