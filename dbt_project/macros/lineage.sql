{# Identity of the figure in one cell of a source file: source, sheet, row and column.
   column: SQL of the column's name, a literal or a column that holds it. Columns of a wide table
   became rows: such a row has several cells for one column, told apart by their letter. #}
{% macro claim_id(column) -%}
    source_id || '!' || coalesce(source_sheet, '') || '!' || source_row || '!' || {{ column }}
    || coalesce('!' || source_letter, '')
{%- endmacro %}

{# Identity of what a row of a roster says about its facility (raw.facility_records). The formula stands
   in the warehouse (pipeline/shaping/macros.sql), because facilities are told apart before any model is
   built; of what stands there Spark knows tables alone. #}
{% macro record_id(is_fictional, roster) -%}
    {%- if target is defined and target.type == 'duckdbonspark' -%}
    md5(concat_ws(
        chr(31), cast({{ is_fictional }} as varchar), {{ roster }}.register, {{ roster }}.region_code,
        coalesce({{ roster }}.local_id, ''), {{ roster }}.facility_name,
        coalesce({{ roster }}.credit_code, ''), coalesce({{ roster }}.address, '')
    ))
    {%- else -%}
    shaping.record_id(
        {{ is_fictional }}, {{ roster }}.register, {{ roster }}.region_code, {{ roster }}.local_id,
        {{ roster }}.facility_name, {{ roster }}.credit_code, {{ roster }}.address
    )
    {%- endif -%}
{%- endmacro %}

{# Identity of a published figure within its mart: the values of the mart's grain columns. #}
{% macro figure_key(columns) -%}
    concat_ws('|', {% for column in columns %}coalesce(cast({{ column }} as varchar), '')
    {%- if not loop.last %}, {% endif %}{% endfor %})
{%- endmacro %}

{# One row per published figure and input claim.
   figures: list of (column, code of its formula, [(role, claims column)]); a claims column holds a list, in which
   a claim may stand twice. #}
{% macro figure_inputs(model, mart, grain, figures) -%}
    {%- for column, formula, inputs in figures %}
    {%- for role, claims in inputs %}
    select
        '{{ mart }}' as mart,
        {{ figure_key(grain) }} as figure_key,
        region_code,
        '{{ column }}' as figure_column,
        cast({{ column }} as double) as figure_value,
        {{ formula if formula.startswith('case') else "'" ~ formula ~ "'" }} as formula_code,
        '{{ role }}' as input_role,
        unnest(list_distinct({{ claims }})) as claim_id
    from {{ ref(model) }}
    where {{ column }} is not null
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
