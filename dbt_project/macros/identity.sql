{# How a roster row describes its facility; rows that describe it alike have one record. #}
{% macro facility_record_id() -%}
    md5(concat_ws(chr(31), register, region_code, coalesce(facility_id, ''), facility_name, coalesce(credit_code, ''), coalesce(address, '')))
{%- endmacro %}
