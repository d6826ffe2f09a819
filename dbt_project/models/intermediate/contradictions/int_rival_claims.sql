-- One row per two claims about one thing on one day that no value satisfies together, and per two of which
-- the later issue of one issuer revises the earlier (`revision`, the earlier one first).
-- One thing: region, measure, stock or flow, day; of a survey also question and option. A figure of
-- a year stands for its last day; figures of two days never contradict each other.
with figures as (
    select * from {{ ref('int_comparable_figures') }}
),

pairs as (
    select
        a.claim_id as claim_a,
        b.claim_id as claim_b,
        a.origin = 'survey' as is_survey,
        -- what is reported, beside what was counted
        case
            when a.origin = 'roster' then b.claim_id
            when b.origin = 'roster' then a.claim_id
        end as reported_claim,
        case when a.origin = 'roster' then a.scope else b.scope end as scope,
        a.value_high < b.value_low or b.value_high < a.value_low as is_contradiction,
        a.superseded_by is not null or b.superseded_by is not null as is_over,
        coalesce(a.superseded_by = b.claim_id or b.superseded_by = a.claim_id, false) as is_revision,
        b.superseded_by is not null as is_b_the_earlier,
        a.question = b.question as is_same_wording,
        a.block as block_a,
        b.block as block_b,
        a.block_options as options_a,
        b.block_options as options_b
    from figures as a
    inner join figures as b
        on a.region_code = b.region_code
        and a.measure = b.measure
        and a.subject is not distinct from b.subject
        and a.kind = b.kind
        and a.as_of_date is not distinct from b.as_of_date
        -- counts of two scopes answer two questions
        and (a.origin != 'roster' or b.origin != 'roster')
        and (a.source_id, a.source_row, a.claim_id) < (b.source_id, b.source_row, b.claim_id)
),

-- Blocks of answers are of one question if they have the same options and either the same wording,
-- or at least half of their answers agree: a remark in brackets may also name another group asked.
compared as (
    select
        *,
        count(*) over (partition by block_a, block_b) as shared_options,
        count(*) filter (not is_contradiction) over (partition by block_a, block_b) as agreeing,
        bool_or(not is_contradiction) over (partition by reported_claim) as fits_some_scope
    from pairs
)

select
    case when is_revision and is_b_the_earlier then claim_b else claim_a end as claim_a,
    case when is_revision and is_b_the_earlier then claim_a else claim_b end as claim_b,
    case when is_revision then 'revision' when is_survey then 'same_question' else 'same_figure' end
        as conflict_kind
from compared
where
    is_revision
    or (
        is_contradiction
        and not is_over
        -- an issuer does not say which facilities it counts: its figure is held against every scope
        and (reported_claim is null or (not fits_some_scope and scope = '{{ var("headline_scope") }}'))
        and (
            not is_survey
            or (
                options_a = shared_options
                and options_b = shared_options
                and (is_same_wording or 2 * agreeing >= shared_options)
            )
        )
    )
