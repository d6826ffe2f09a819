{# The grain that a table's description claims: no key twice, keys of nulls included. #}
{% test unique_grain(model, columns) %}
select {{ columns | join(', ') }}, count(*) as found_rows
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}

{# Values between two bounds; null passes, because null says that nothing is known. #}
{% test accepted_range(model, column_name, min_value=none, max_value=none) %}
select {{ column_name }}
from {{ model }}
where
    {% if min_value is not none %}{{ column_name }} < {{ min_value }}{% else %}false{% endif %}
    or {% if max_value is not none %}{{ column_name }} > {{ max_value }}{% else %}false{% endif %}
{% endtest %}

{# Every figure of the columns leads to at least one cell of a source file. #}
{% test has_lineage(model, mart, grain, columns) %}
with figures as (
    {%- for column in columns %}
    select {{ figure_key(grain) }} as figure_key, '{{ column }}' as figure_column
    from {{ model }}
    where {{ column }} is not null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
)

select figures.*
from figures
left join {{ ref('figure_lineage') }} as lineage
    on lineage.mart = '{{ mart }}'
    and lineage.figure_key = figures.figure_key
    and lineage.figure_column = figures.figure_column
    and lineage.source_file is not null
    and (lineage.source_row is not null or lineage.input_scope != 'as_reported')
    and lineage.document_id is not null
where lineage.figure_key is null
{% endtest %}
