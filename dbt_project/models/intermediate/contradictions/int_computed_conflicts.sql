-- One row per stated ratio or whole that no combination of what is stated gives, and the part of the
-- nearest combination: numerator of a ratio, largest part of a whole; and totals that regions below refute.
{%- set columns = 'check_kind, check_key, region_code, as_of_date, stated_claim, part_claim, '
    ~ 'input_claims, computed_value, is_fit, evidence' %}

with checks as (
    select
        {{ columns }},
        has_known_denominator
    from {{ ref('int_ratio_checks') }}
    union all
    select
        {{ columns }},
        false as has_known_denominator
    from {{ ref('int_part_checks') }}
),

figures as (
    select * from {{ ref('int_comparable_figures') }}
),

judged as (
    select
        *,
        bool_or(is_fit) over (partition by check_kind, check_key, region_code, as_of_date) as has_a_fit
    from checks
),

ranked as (
    select
        judged.*,
        row_number() over (
            partition by
                judged.check_kind,
                judged.check_key,
                judged.stated_claim,
                case when judged.check_kind = 'stated_ratio' then judged.part_claim end
            order by abs(judged.computed_value - stated.value), -parts.value, judged.evidence
        ) as rank_of_pair
    from judged
    inner join figures as stated on judged.stated_claim = stated.claim_id
    inner join figures as parts on judged.part_claim = parts.claim_id
    where not judged.has_a_fit
)

select
    stated_claim,
    part_claim,
    check_kind as conflict_kind,
    computed_value,
    case
        when has_known_denominator then 'implied_denominator_refuted'
        when check_kind = 'parts' then 'parts_do_not_add_up'
        else 'ratio_does_not_follow'
    end as reason,
    evidence,
    input_claims
from ranked
where rank_of_pair = 1
union all
select
    stated_claim,
    part_claim,
    conflict_kind,
    computed_value,
    reason,
    evidence,
    input_claims
from {{ ref('int_region_conflicts') }}
