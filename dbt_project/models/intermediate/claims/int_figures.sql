-- One row per region, measure, stock or flow, date and scope: the claim that is used, and how many
-- differ.
with claims as (
    select
        *,
        {{ stated_between() }}
    from {{ ref('int_claims') }}
    where claim_type in ('population', 'reported', 'roster')
),

counted as (
    select
        *,
        {{ scope_preference() }} as scope_rank,
        row_number() over (
            partition by region_code, measure, kind, as_of_date, scope
            order by {{ claim_preference() }}
        ) as rank_at_date,
        count(*) over same_fact as claims,
        -- no value is within what every claim may mean
        max(value_low) over same_fact > min(value_high) over same_fact as is_contradicted
    from claims
    window same_fact as (partition by region_code, measure, kind, as_of_date, scope)
),

chosen as (
    select * from counted
    where rank_at_date = 1
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
    is_contradicted,
    claims,
    basis,
    known,
    parts,
    -- the best figure of its year; other scopes than that of the headline answer other questions
    row_number() over (
        partition by region_code, measure, kind, year
        order by scope_rank, {{ claim_preference() }}
    ) = 1 and scope_rank < 3 as is_figure_of_year,
    -- lineage
    claim_id,
    source_id,
    grade
from chosen
