{# Marts are stored in the order of all their columns, so that the same rows are published as the same
   bytes (pipeline/publishing/export.py). dbt fills each table whose contract is enforced, and these are the
   marts, from this subquery. #}
{% macro duckdb__get_select_subquery(sql) %}
    {{ default__get_select_subquery(sql) }}
    order by all
{%- endmacro %}
