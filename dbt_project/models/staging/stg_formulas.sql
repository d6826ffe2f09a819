select
    -- keys
    formula_code,
    -- names
    formula,
    formula_en
from {{ source('raw', 'formulas') }}
