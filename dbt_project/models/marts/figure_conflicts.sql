with verdicts as (
    select * from {{ ref('int_rival_verdicts') }}
),

computed as (
    select * from {{ ref('int_computed_conflicts') }}
),

figures as (
    select * from {{ ref('int_comparable_figures') }}
),

conflicts as (
    select
        claim_a,
        claim_b,
        conflict_kind,
        cast(null as double) as computed_b,
        supported,
        reason,
        evidence,
        input_claims
    from verdicts
    union all
    select
        stated_claim as claim_a,
        part_claim as claim_b,
        conflict_kind,
        computed_value as computed_b,
        -- that one of the two is wrong follows; which one does not
        'open' as supported,
        reason,
        evidence,
        input_claims
    from computed
)

select
    -- keys
    a.region_code,
    a.measure as indicator,
    a.subject,
    a.kind,
    a.as_of_date,
    conflicts.conflict_kind,
    -- the two figures, in the unit of the indicator
    cast(a.value as double) as value_a,
    a.qualifier as qualifier_a,
    coalesce(conflicts.computed_b, cast(b.value as double)) as value_b,
    b.qualifier as qualifier_b,
    case when conflicts.computed_b is null then 'stated' else 'computed' end as value_b_origin,
    abs(cast(a.value as double) - coalesce(conflicts.computed_b, cast(b.value as double)))
    / greatest(abs(cast(a.value as double)), abs(coalesce(conflicts.computed_b, cast(b.value as double))))
        as relative_difference,
    abs(cast(a.value as double) - coalesce(conflicts.computed_b, cast(b.value as double))) as difference,
    -- verdict
    conflicts.supported,
    conflicts.reason,
    conflicts.evidence,
    -- lineage
    conflicts.claim_a,
    a.source_id as source_a,
    a.locator as locator_a,
    a.document_title as document_title_a,
    a.document_number as document_number_a,
    conflicts.claim_b,
    b.source_id as source_b,
    b.locator as locator_b,
    b.document_title as document_title_b,
    b.document_number as document_number_b,
    array_to_string(list_sort(list_distinct(conflicts.input_claims)), '; ') as evidence_claims
from conflicts
inner join figures as a on conflicts.claim_a = a.claim_id
inner join figures as b on conflicts.claim_b = b.claim_id
