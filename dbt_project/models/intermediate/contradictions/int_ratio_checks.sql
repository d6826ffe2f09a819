-- One row per stated ratio and stated numerator and denominator of it: does one follow from the others?
with figures as (
    select * from {{ ref('int_comparable_figures') }}
    where origin != 'roster' and superseded_by is null
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

combined as (
    {%- set days = "date_diff('day', denominators.as_of_date, stated.as_of_date)" %}
    select
        indicators.indicator,
        indicators.scale,
        indicators.kind,
        stated.region_code,
        stated.as_of_date,
        stated.claim_id as stated_claim,
        stated.value as stated_value,
        stated.value_low,
        stated.value_high,
        numerators.claim_id as numerator_claim,
        numerators.value as numerator,
        numerators.value_low as numerator_low,
        numerators.value_high as numerator_high,
        denominators.claim_id as denominator_claim,
        denominators.origin as denominator_origin,
        denominators.value as denominator,
        denominators.value_low * (1 - {{ population_drift(days) }})
            as denominator_low,
        denominators.value_high * (1 + {{ population_drift(days) }})
            as denominator_high
    from indicators
    inner join figures as stated
        on indicators.indicator = stated.measure
        and indicators.kind = stated.kind
    inner join figures as numerators
        on indicators.numerator_measure = numerators.measure
        and indicators.kind = numerators.kind
        and stated.region_code = numerators.region_code
        and stated.as_of_date = numerators.as_of_date
    -- of the same day, or residents of another day of the year
    inner join figures as denominators
        on indicators.denominator_measure = denominators.measure
        and stated.region_code = denominators.region_code
        and year(stated.as_of_date) = year(denominators.as_of_date)
        and (denominators.origin = 'population' or stated.as_of_date = denominators.as_of_date)
        and (denominators.origin = 'population' or indicators.kind = denominators.kind)
    where denominators.value_low > 0 and stated.value > 0
)

select
    'stated_ratio' as check_kind,
    indicator as check_key,
    region_code,
    as_of_date,
    stated_claim,
    numerator_claim as part_claim,
    [stated_claim, numerator_claim, denominator_claim] as tested_claims,
    [stated_claim, numerator_claim, denominator_claim] as input_claims,
    cast(scale * numerator as double) / cast(denominator as double) as computed_value,
    scale * numerator_low / denominator_high <= value_high
    and scale * numerator_high / denominator_low >= value_low as is_fit,
    concat(
        case when scale != 1 then scale || ' * ' end,
        {{ plain_number('numerator') }}, ' / ', {{ plain_number('denominator') }}, ' = ',
        {{ plain_number('scale * numerator / denominator') }},
        '; stated ', {{ plain_number('stated_value') }},
        case
            when denominator_origin = 'population'
                then '; implied denominator ' || try_cast(round(scale * numerator / stated_value) as bigint)
        end
    ) as evidence,
    denominator_origin = 'population' as has_known_denominator
from combined
