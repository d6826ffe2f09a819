-- One row per region, measure, stock or flow, date and scope: the claim that is used and why, and how many
-- differ. What is impossible (int_implausible_claims) is not used, whatever else is known, nor what its
-- issuer has withdrawn, even where the revision is not used either.
with verdicts as (
    select * from {{ ref('int_rival_verdicts') }}
),

implausible as (
    select claim_id from {{ ref('int_implausible_claims') }}
),

computed_conflicts as (
    select * from {{ ref('int_computed_conflicts') }}
),

-- figures that checks refute, each beside one that passes them
refuted as (
    select case supported when 'a' then claim_b else claim_a end as claim_id from verdicts
    where supported in ('a', 'b') and conflict_kind = 'same_figure'
    group by 1
),

conflicting as (
    select claim_a as claim_id from verdicts
    where conflict_kind != 'revision'
    union
    select claim_b as claim_id from verdicts
    where conflict_kind != 'revision'
    union
    select stated_claim as claim_id from computed_conflicts
    union
    select part_claim as claim_id from computed_conflicts
),

claims as (
    select
        all_claims.*,
        superseded.claim_id is not null as is_superseded,
        refuted.claim_id is not null as is_refuted,
        conflicting.claim_id is not null as is_in_conflict,
        {{ stated_between() }}
    from {{ ref('int_claims') }} as all_claims
    left join {{ ref('int_superseded_claims') }} as superseded on all_claims.claim_id = superseded.claim_id
    left join refuted on all_claims.claim_id = refuted.claim_id
    left join conflicting on all_claims.claim_id = conflicting.claim_id
    left join implausible on all_claims.claim_id = implausible.claim_id
    where
        all_claims.claim_type in ('population', 'reported', 'roster')
        and implausible.claim_id is null
),

counted as (
    select
        *,
        {{ scope_preference() }} as scope_rank,
        row_number() over (
            partition by region_code, measure, kind, as_of_date, scope
            order by is_superseded, is_refuted, {{ claim_preference() }}
        ) as rank_at_date,
        count(*) filter (not is_superseded) over same_fact as claims,
        -- no value is within what every claim that holds may mean
        max(case when not is_superseded then value_low end) over same_fact
        > min(case when not is_superseded then value_high end) over same_fact as has_rivals,
        bool_or(is_superseded) over same_fact as is_revised,
        bool_or(is_refuted and not is_superseded) over same_fact as has_refuted
    from claims
    window same_fact as (partition by region_code, measure, kind, as_of_date, scope)
),

chosen as (
    select * from counted
    where rank_at_date = 1 and not is_superseded
)

select
    -- keys
    region_code,
    measure,
    kind,
    as_of_date,
    year,
    as_of_basis,
    scope,
    -- measures
    value,
    qualifier,
    -- what figure_conflicts holds against another figure is flagged wherever it stands
    has_rivals or is_in_conflict as is_contradicted,
    has_rivals,
    case
        when has_refuted then 'supported_by_arithmetic'
        when is_revised then 'issued_later'
        when has_rivals then 'preferred'
    end as adopted_because,
    claims,
    basis,
    known,
    parts,
    -- the best figure of its year; other scopes than that of the headline answer other questions
    row_number() over (
        partition by region_code, measure, kind, year
        order by scope_rank, is_refuted, {{ claim_preference() }}
    ) = 1 and scope_rank < 3 as is_figure_of_year,
    -- lineage
    claim_id,
    source_id,
    grade
from chosen
