-- has_lineage is content with one cell a figure; a quotient needs the cells of both its parts.
select computed.region_code, computed.indicator, computed.as_of_date
from {{ ref('indicator_values') }} as computed
left join {{ ref('figure_lineage') }} as lineage
    on lineage.mart = 'indicator_values'
    and lineage.figure_column = 'value'
    and lineage.figure_key = {{ figure_key([
        'computed.region_code', 'computed.indicator', 'computed.kind', 'computed.as_of_date',
        'computed.value_origin', 'computed.scope',
    ]) }}
where computed.value_origin = 'computed' and computed.value is not null
group by computed.region_code, computed.indicator, computed.as_of_date
having count(distinct lineage.input_role) < 2
