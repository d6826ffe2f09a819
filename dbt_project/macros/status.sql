{# Status words and the reasons that lead to each (ADR-0025). #}
{% macro status_reasons() -%}
    {{ return({
        'met': ['target_reached', 'minimum_reached', 'quota_reached'],
        'on_track': ['pace_sufficient'],
        'behind': [
            'year_not_over', 'one_figure_only', 'pace_insufficient', 'below_the_minimum', 'quota_not_reached',
        ],
        'missed': ['below_when_due', 'below_the_minimum_when_due', 'below_the_quota_when_due'],
        'no_actual': [
            'no_figure', 'residents_unknown', 'no_residents', 'nothing_near_target_date',
            'flow_of_part_of_the_year', 'only_a_bound_is_known',
        ],
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

{# The day by whose figure a target of a year is judged. #}
{% macro target_date(target_year) %}make_date({{ target_year }}, 12, 31){% endmacro %}

{# Whether a figure can stand for the target date of a year that is over: it is not after that day, and
   not more than 12 months before it. #}
{% macro is_near_target_date(day, target_year) -%}
    {{ day }} between make_date({{ target_year }} - 1, 12, 31) and make_date({{ target_year }}, 12, 31)
{%- endmacro %}
