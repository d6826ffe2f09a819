-- One row per claim that another claim may contradict, with the range of what it may mean.
-- Of what was counted from rosters only what somebody reports for the same day. What is impossible is no
-- rival, and neither supports nor refutes.
with all_claims as (
    select claims.*
    from {{ ref('int_claims') }} as claims
    left join {{ ref('int_implausible_claims') }} as implausible on claims.claim_id = implausible.claim_id
    where implausible.claim_id is null
),

reported as (
    select distinct region_code, measure, kind, as_of_date from all_claims
    where claim_type = 'reported'
),

claims as (
    select * from all_claims
    where claim_type in ('population', 'reported', 'survey')
    union all
    select all_claims.* from all_claims
    inner join reported
        on all_claims.region_code = reported.region_code
        and all_claims.measure = reported.measure
        and all_claims.kind = reported.kind
        and all_claims.as_of_date = reported.as_of_date
    where all_claims.claim_type = 'roster'
),

answers as (
    select * from {{ ref('int_survey_answers') }}
)

select
    -- keys
    claims.claim_id,
    claims.claim_type as origin,
    claims.scope,
    claims.region_code,
    claims.measure,
    -- what the measure is about besides the region: question and option of a survey
    answers.subject,
    claims.kind,
    claims.as_of_date,
    -- measures
    claims.value,
    claims.qualifier,
    claims.published_precision,
    {{ stated_between() }},
    -- attributes of answers
    answers.question,
    answers.block,
    answers.block_options,
    -- lineage
    superseded.superseded_by,
    claims.source_id,
    claims.source_row,
    claims.document_id,
    claims.document_title,
    claims.document_number,
    claims.locator
from claims
left join answers on claims.claim_id = answers.claim_id
left join {{ ref('int_superseded_claims') }} as superseded on claims.claim_id = superseded.claim_id
