-- One row per total of a region that the regions right below refute, by what one document says of both
-- for one day: with all of these it is not their sum, or some of them alone are more. The part is the
-- largest region. A list of regions that the residents show to name only some of them says no more than
-- the latter.
with figures as (
    select * from {{ ref('int_comparable_figures') }}
    where origin in ('population', 'reported') and superseded_by is null
),

additive as (
    select indicator as measure from {{ ref('stg_indicators') }}
    where
        numerator_measure is null
        and unit in (
            'places',
            'facilities',
            'children',
            'residents',
            'persons',
            'towns',
            'classes',
            'rooms',
            'service_points',
            'kindergartens'
        )
        and indicator not like '%\_per\_%' escape '\'
),

regions as (
    select
        region_code,
        parent_code,
        count(*) over (partition by parent_code) as regions
    from (
        select distinct
            region_code,
            parent_code
        from {{ ref('stg_regions') }}
        where parent_code is not null
    ) as listed
),

residents as (
    select
        region_code,
        year(as_of_date) as year,
        max(value) as value
    from figures
    where measure = 'resident_population'
    group by region_code, year(as_of_date)
),

partial_lists_by_year as (
    select
        regions.parent_code,
        below.year
    from regions
    inner join residents as below on regions.region_code = below.region_code
    inner join residents as wholes on regions.parent_code = wholes.region_code and below.year = wholes.year
    group by regions.parent_code, below.year
    having count(*) = any_value(regions.regions) and sum(below.value) < 0.9 * any_value(wholes.value)
),

partial_lists as (
    select parent_code from partial_lists_by_year
    group by parent_code
),

-- a region that a document counts twice for one day has no one figure to add
counted as (
    select figures.*
    from figures
    left join additive on figures.measure = additive.measure
    where figures.origin = 'population' or additive.measure is not null
    qualify
        count(*) over (
            partition by
                figures.document_id, figures.region_code, figures.measure, figures.kind, figures.as_of_date
        ) = 1
),

sums as (
    select
        regions.parent_code,
        counted.document_id,
        counted.measure,
        counted.kind,
        counted.as_of_date,
        any_value(regions.regions) as regions,
        count(*) as known,
        sum(counted.value) as value,
        sum(counted.value_low) as value_low,
        sum(counted.value_high) as value_high,
        arg_max(counted.claim_id, counted.value) as part_claim,
        list(counted.claim_id order by counted.claim_id) as claims
    from counted
    inner join regions on counted.region_code = regions.region_code
    group by
        regions.parent_code, counted.document_id, counted.measure, counted.kind, counted.as_of_date
)

select
    wholes.claim_id as stated_claim,
    sums.part_claim,
    'regions' as conflict_kind,
    cast(sums.value as double) as computed_value,
    'regions_do_not_add_up' as reason,
    concat(
        'sum of ', sums.known, ' regions (', sums.document_id, ') = ', {{ plain_number('sums.value') }},
        '; stated ', {{ plain_number('wholes.value') }}
    ) as evidence,
    sums.claims || [wholes.claim_id] as input_claims
from sums
inner join counted as wholes
    on sums.parent_code = wholes.region_code
    and sums.document_id = wholes.document_id
    and sums.measure = wholes.measure
    and sums.kind = wholes.kind
    and sums.as_of_date = wholes.as_of_date
left join partial_lists on sums.parent_code = partial_lists.parent_code
where
    sums.value_low > wholes.value_high
    or (
        sums.known = sums.regions and partial_lists.parent_code is null and sums.value_high < wholes.value_low
    )
