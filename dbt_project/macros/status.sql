{# Status words and the reasons that lead to each (ADR-0007). #}
{% macro status_reasons() -%}
    {{ return({
        'met': ['target_reached', 'minimum_reached', 'quota_reached'],
        'on_track': ['pace_sufficient'],
        'behind': [
            'target_year_over', 'year_not_over', 'one_figure_only', 'pace_insufficient', 'below_the_minimum',
            'quota_not_reached',
        ],
        'no_actual': ['no_figure', 'residents_unknown'],
        'no_target': ['no_target_set', 'not_in_ledger'],
        'not_comparable': ['only_a_flow_is_known', 'only_additions_are_known'],
    }) }}
{%- endmacro %}

{# The status that follows from a reason. Null for a reason that is not listed, which the contract of a
   mart refuses. #}
{% macro status_of(reason) -%}
    case
        {%- for status, reasons in status_reasons().items() %}
        when {{ reason }} in ('{{ reasons | join("', '") }}') then '{{ status }}'
        {%- endfor %}
    end
{%- endmacro %}
