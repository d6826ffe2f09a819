select
    measure,
    level,
    numerator,
    denominator,
    unusual_below,
    unusual_above,
    impossible_above
from {{ source('raw', 'plausible_bounds') }}
