with claims as (
    select * from {{ ref('int_claims') }}
    -- counts stand in no cell
    where claim_type not in ('roster', 'roster_bound')
),

figures as (
    select * from {{ ref('int_figures') }}
)

select
    claims.claim_id,
    claims.claim_type,
    claims.region_code,
    claims.measure,
    claims.kind,
    claims.as_of_date,
    claims.as_of_basis,
    cast(claims.value as double) as value,
    claims.qualifier,
    claims.published_precision,
    coalesce(figures.is_contradicted and superseded.claim_id is null, false) as is_contradicted,
    superseded.superseded_by as revised_by,
    -- of a fact of which all claims are impossible no figure is used
    claims.claim_type not in ('population', 'reported') or coalesce(figures.claim_id = claims.claim_id, false)
        as is_used,
    claims.source_id,
    claims.source_file,
    claims.source_sheet,
    claims.source_row,
    claims.source_cell,
    claims.column_label,
    claims.document_id,
    claims.document_title,
    claims.document_number,
    claims.issuer,
    claims.locator,
    claims.grade,
    claims.note,
    claims.correction_id
from claims
left join {{ ref('int_superseded_claims') }} as superseded on claims.claim_id = superseded.claim_id
left join figures
    -- a condition on claims alone would have every pair of rows looked at
    on case when claims.claim_type in ('population', 'reported') then claims.region_code end
    = figures.region_code
    and claims.measure = figures.measure
    and claims.kind = figures.kind
    and claims.as_of_date = figures.as_of_date
    and claims.scope = figures.scope
