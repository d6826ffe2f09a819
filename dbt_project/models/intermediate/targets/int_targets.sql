-- One row per region, indicator, stock or flow, and target year: the target that is used.
with targets as (
    select
        *,
        {{ claim_id("'value'") }} as target_claim,
        {{ claim_id("'value_upper'") }} as target_upper_claim
    from {{ ref('stg_policy_targets') }}
),

claims as (
    select
        claim_id,
        grade,
        issued
    from {{ ref('int_claims') }}
),

ranked as (
    select
        targets.*,
        claims.grade,
        row_number() over (
            partition by targets.region_code, targets.indicator, targets.kind, targets.target_year
            -- a later document replaces an earlier one of the same grade
            order by
                claims.grade asc, claims.issued desc nulls last,
                targets.source_id asc, targets.source_row asc
        ) as target_rank,
        min(concat_ws(' ', targets.comparator, targets.target_value, targets.target_value_upper))
            over same_target
        != max(concat_ws(' ', targets.comparator, targets.target_value, targets.target_value_upper))
            over same_target as is_contradicted
    from targets
    inner join claims on targets.target_claim = claims.claim_id
    window same_target as (
        partition by targets.region_code, targets.indicator, targets.kind, targets.target_year
    )
)

select
    region_code,
    indicator,
    kind,
    target_year,
    comparator,
    target_value,
    target_value_upper,
    is_contradicted,
    [target_claim] as target_claims,
    [target_upper_claim] as target_upper_claims
from ranked
where target_rank = 1
