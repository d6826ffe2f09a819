-- One row per claim with a rival and check: does it fit in any combination with what else is stated?
with rivals as (
    select claim_a as claim_id from {{ ref('int_rival_claims') }}
    union
    select claim_b as claim_id from {{ ref('int_rival_claims') }}
),

checks as (
    select check_kind, check_key, tested_claims, input_claims, is_fit, evidence
    from {{ ref('int_ratio_checks') }}
    union all
    select check_kind, check_key, tested_claims, input_claims, is_fit, evidence
    from {{ ref('int_part_checks') }}
    union all
    select check_kind, check_key, tested_claims, input_claims, is_fit, evidence
    from {{ ref('int_total_checks') }}
),

tested as (
    select
        *,
        unnest(tested_claims) as claim_id
    from checks
),

-- the combination that fits, else any, always the same
ranked as (
    select
        *,
        row_number() over (
            partition by claim_id, check_kind, check_key
            order by (not is_fit), evidence
        ) as rank_in_check
    from tested
)

select
    ranked.claim_id,
    ranked.check_kind,
    ranked.check_key,
    ranked.is_fit,
    ranked.evidence,
    ranked.input_claims
from ranked
inner join rivals on ranked.claim_id = rivals.claim_id
where ranked.rank_in_check = 1
