with known as (
    select * from {{ ref('int_indicator_values') }}
),

missing as (
    select * from {{ ref('int_missing_indicators') }}
),

unknown as (
    select * from {{ ref('int_unknown_counts') }}
)

select
    region_code,
    indicator,
    kind,
    as_of_date,
    as_of_basis,
    cast(year as integer) as year,
    value_origin,
    value,
    cast(null as double) as value_at_least,
    cast(null as double) as value_at_most,
    cast(numerator as double) as numerator,
    cast(denominator as double) as denominator,
    cast(denominator_year as integer) as denominator_year,
    denominator_date,
    qualifier,
    is_contradicted,
    is_headline,
    lowest_value,
    highest_value,
    case when is_headline then adopted_because end as adopted_because,
    basis,
    scope,
    known,
    parts,
    grade,
    array_to_string(list_sort(list_distinct(sources)), ', ') as source_ids,
    missing_reason
from known
union all
select
    region_code,
    indicator,
    kind,
    cast(null as date) as as_of_date,
    cast(null as varchar) as as_of_basis,
    cast(null as integer) as year,
    'missing' as value_origin,
    cast(null as double) as value,
    cast(null as double) as value_at_least,
    cast(null as double) as value_at_most,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    cast(null as integer) as denominator_year,
    cast(null as date) as denominator_date,
    cast(null as varchar) as qualifier,
    false as is_contradicted,
    true as is_headline,
    cast(null as double) as lowest_value,
    cast(null as double) as highest_value,
    cast(null as varchar) as adopted_because,
    cast(null as varchar) as basis,
    cast(null as varchar) as scope,
    cast(null as bigint) as known,
    cast(null as bigint) as parts,
    cast(null as varchar) as grade,
    cast(null as varchar) as source_ids,
    missing_reason
from missing
union all
select
    region_code,
    indicator,
    kind,
    as_of_date,
    cast(null as varchar) as as_of_basis,
    cast(year as integer) as year,
    value_origin,
    cast(null as double) as value,
    value_at_least,
    value_at_most,
    cast(null as double) as numerator,
    cast(null as double) as denominator,
    cast(null as integer) as denominator_year,
    cast(null as date) as denominator_date,
    cast(null as varchar) as qualifier,
    false as is_contradicted,
    is_headline,
    cast(null as double) as lowest_value,
    cast(null as double) as highest_value,
    cast(null as varchar) as adopted_because,
    cast(null as varchar) as basis,
    scope,
    known,
    parts,
    cast(null as varchar) as grade,
    cast(null as varchar) as source_ids,
    missing_reason
from unknown
