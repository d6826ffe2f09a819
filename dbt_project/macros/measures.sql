{# ceiling(target x residents / 1000) in whole numbers: doubles turn 4.1 x 10,000 / 1,000 into 42. #}
{% macro required_places(target_per_1000, residents) -%}
    cast(
        (
            cast(cast({{ target_per_1000 }} as decimal(18, 6)) * 1000000 as hugeint)
            * cast({{ residents }} as hugeint)
            + 999999999
        ) // 1000000000
        as bigint
    )
{%- endmacro %}

{# How far a value is from its target, in the unit of the indicator: what is missing to a minimum
   (negative beyond it), what exceeds a maximum, how far off an exact value or a range. Null when the
   value is unknown; greatest() skips nulls, so 0 times the value keeps it. #}
{% macro distance_to_target(value) -%}
    case comparator
        when '<=' then {{ value }} - target_value
        when '=' then abs(target_value - {{ value }})
        when 'between'
            then greatest(target_value - {{ value }}, {{ value }} - target_value_upper, 0) + 0 * {{ value }}
        else target_value - {{ value }}
    end
{%- endmacro %}

{# Whether a value satisfies a target; columns comparator, target_value and target_value_upper. #}
{% macro meets_target(value) -%}
    case comparator
        when '>=' then {{ value }} >= target_value
        when '>' then {{ value }} > target_value
        when '=' then {{ value }} = target_value
        when '<=' then {{ value }} <= target_value
        when 'between' then {{ value }} between target_value and target_value_upper
    end
{%- endmacro %}

{# Whether a figure says no more than that there is more, or less. #}
{% macro is_bound(qualifier) -%}
    coalesce({{ qualifier }} in ('over', 'at_least', 'under', 'at_most'), false)
{%- endmacro %}

{# Whether a value that is a bound on one side says nothing about a target: more than 4 may be 4.5, and less
   than 5 need not be. A bound on the other side decides as a value does; columns as above. #}
{% macro leaves_target_open(value, qualifier) -%}
    case
        when {{ qualifier }} in ('over', 'at_least')
            then case
                when comparator in ('>=', '>') then not {{ meets_target(value) }}
                when comparator = '<=' then {{ meets_target(value) }}
                else true
            end
        when {{ qualifier }} in ('under', 'at_most')
            then case
                when comparator in ('>=', '>') then {{ meets_target(value) }}
                when comparator = '<=' then not {{ meets_target(value) }}
                else true
            end
        else false
    end
{%- endmacro %}

{# The same of a minimum of places that stands in a column of its own: of a town, or of a quota. #}
{% macro leaves_minimum_open(value, qualifier, minimum) -%}
    case
        when {{ qualifier }} in ('over', 'at_least') then {{ value }} < {{ minimum }}
        when {{ qualifier }} in ('under', 'at_most') then {{ value }} >= {{ minimum }}
        else false
    end
{%- endmacro %}

{# Our own count within the scope of the headline goes before what a document reports. #}
{% macro scope_preference() -%}
    case scope when '{{ var("headline_scope") }}' then 1 when 'as_reported' then 2 else 3 end
{%- endmacro %}

{# Which of several claims on one fact is used. Nothing is averaged; the others stay in int_claims.
   1 better graded document; 2 later date; 3 exact before hedged; 4 a table that gives ages together
   with the total, so that numerator and denominator come from one table; 5 finer rounding. #}
{% macro claim_preference() -%}
    grade, as_of_date desc, (qualifier is not null), (not has_ages),
    published_precision nulls last, source_id, source_row
{%- endmacro %}

{# By the days of opening and closing; a day that is not given is no reason against it. #}
{% macro is_open_at(day) -%}
    coalesce(opened_date <= {{ day }}, true) and coalesce(closed_date > {{ day }}, true)
{%- endmacro %}

{# Sum of the classes that are given; null where none is. #}
{% macro class_places(relation) -%}
    cast(
        list_sum([
            {{ relation }}.infant_places, {{ relation }}.toddler_places,
            {{ relation }}.older_places, {{ relation }}.mixed_places
        ]) as bigint
    )
{%- endmacro %}

{# What is counted of the facilities that rosters list, a line each: name of the figure, column of a facility,
   how the figure of a town comes from its facilities (`sum` is added over regions, too, a median is taken
   anew in each), and unit. The name is that of an indicator in pipeline/contracts/indicators.yml. #}
{% macro roster_measures(aggregation='any') -%}
    {%- set measures = [
        {'name': 'places', 'column': 'places', 'aggregation': 'sum', 'unit': 'places'},
        {'name': 'inclusive_places', 'column': 'inclusive_places', 'aggregation': 'sum', 'unit': 'places'},
        {'name': 'public_places', 'column': 'public_places', 'aggregation': 'sum', 'unit': 'places'},
        {'name': 'infant_places', 'column': 'infant_places', 'aggregation': 'sum', 'unit': 'places'},
        {'name': 'toddler_places', 'column': 'toddler_places', 'aggregation': 'sum', 'unit': 'places'},
        {'name': 'older_places', 'column': 'older_places', 'aggregation': 'sum', 'unit': 'places'},
        {'name': 'mixed_places', 'column': 'mixed_places', 'aggregation': 'sum', 'unit': 'places'},
        {'name': 'enrolled_children', 'column': 'enrolled_children', 'aggregation': 'sum', 'unit': 'children'},
        {'name': 'caregivers', 'column': 'caregivers', 'aggregation': 'sum', 'unit': 'persons'},
        {'name': 'median_monthly_fee_yuan', 'column': 'monthly_fee_yuan', 'aggregation': 'median', 'unit': 'yuan'},
    ] -%}
    {{ return(measures if aggregation == 'any' else measures | selectattr('aggregation', 'equalto', aggregation) | list) }}
{%- endmacro %}

{# What of a facility is followed from list to list. #}
{% macro changing_attributes() -%}
    {{ return([
        'facility_name', 'region_code', 'facility_type', 'ownership', 'filing_status', 'is_inclusive',
        'places', 'closed_date',
    ]) }}
{%- endmacro %}
