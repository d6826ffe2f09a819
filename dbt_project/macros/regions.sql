{# How many levels of regions there are, from a country down to its towns: sums go upwards one time less. #}
{% macro region_levels() -%}
    {{ return(5) }}
{%- endmacro %}
