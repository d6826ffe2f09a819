-- One row per region, measure, stock or flow, and date: the claim that is used, and how many differ.
with claims as (
    select * from {{ ref('int_claims') }}
    where claim_type in ('population', 'reported')
),

counted as (
    select
        *,
        row_number() over (
            partition by region_code, measure, kind, as_of_date
            order by {{ claim_preference() }}
        ) as rank_at_date,
        count(*) over (partition by region_code, measure, kind, as_of_date) as claims,
        min(value) over (partition by region_code, measure, kind, as_of_date)
        != max(value) over (partition by region_code, measure, kind, as_of_date) as is_contradicted
    from claims
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
    -- measures
    value,
    qualifier,
    is_contradicted,
    claims,
    -- the best figure of its year
    row_number() over (
        partition by region_code, measure, kind, year
        order by {{ claim_preference() }}
    ) = 1 as is_figure_of_year,
    -- lineage
    claim_id,
    source_id,
    grade
from chosen
