-- One row per answer of a survey as often as a document prints it, with the block that it stands in.
-- A block is one question with its options; the second time that an option is printed under one
-- question and locator begins a second block.
with surveys as (
    select
        *,
        {{ claim_id("'share'") }} as claim_id,
        -- a remark in brackets behind the question, such as (restated), is not part of it
        trim(regexp_replace(question, '[(（][^()（）]*[)）]\s*$', '')) as plain_question
    from {{ ref('stg_demand_surveys') }}
),

numbered as (
    select
        *,
        row_number() over (
            partition by source_id, source_sheet, region_code, survey_date, question, locator, option
            order by source_row
        ) as printed
    from surveys
),

blocks as (
    select
        *,
        concat_ws('!', source_id, source_sheet, region_code, survey_date, question, locator, printed)
            as block
    from numbered
)

select
    claim_id,
    question,
    plain_question || '：' || option as subject,
    block,
    count(*) over (partition by block) as block_options
from blocks
