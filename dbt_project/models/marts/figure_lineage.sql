with inputs as (
    select * from {{ ref('int_figure_inputs') }}
),

claims as (
    select * from {{ ref('int_claims') }}
),

formulas as (
    select * from {{ ref('stg_formulas') }}
)

select
    inputs.mart,
    inputs.figure_key,
    inputs.region_code,
    inputs.figure_column,
    inputs.figure_value,
    inputs.formula_code,
    formulas.formula,
    formulas.formula_en,
    inputs.input_role,
    claims.measure as input_measure,
    claims.region_code as input_region_code,
    claims.as_of_date as input_date,
    cast(claims.year as integer) as input_year,
    claims.scope as input_scope,
    cast(claims.value as double) as input_value,
    claims.qualifier as input_qualifier,
    inputs.claim_id,
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
    claims.correction_id
from inputs
left join claims on inputs.claim_id = claims.claim_id
-- a code without words is null here, which the mart's contract refuses
left join formulas on inputs.formula_code = formulas.formula_code
