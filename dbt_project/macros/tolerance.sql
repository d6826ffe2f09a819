{# What a stated figure may mean: columns value_low and value_high from value, qualifier,
   published_precision and measure. Two figures contradict each other where these have nothing in common.
   exact, about  half a step each side; the upper end is left out, as half a step more rounds up
   over, under   one step above, or below
   at_least, at_most  no end on one side; nothing is below 0
   The step is published_precision. Where it is not known: of an exact figure its last decimal,
   but no more than 1, and 0.01 of a ratio (whole percent), so zeros of a whole number are taken at
   their word; of a hedged figure the place of its last digit that is not 0, or the precision if
   that is coarser: over 1,440 is up to 1,450. #}
{% macro stated_between() -%}
    {%- set value = 'cast(value as double)' -%}
    {%- set digits = "replace(cast(cast(value as decimal(24, 6)) as varchar), '.', '')" -%}
    {%- set last_digit -%}
    power(10, length({{ digits }}) - length(rtrim({{ digits }}, '0')) - 6)
    {%- endset -%}
    {%- set step -%}
    case
        when qualifier is not null then greatest(coalesce(published_precision, 0), {{ last_digit }})
        when published_precision is not null then published_precision
        else least({{ last_digit }}, case when measure like '%\_ratio' escape '\' then 0.01 else 1 end)
    end
    {%- endset -%}
    case coalesce(qualifier, 'exact')
        when 'over' then {{ value }}
        when 'at_least' then {{ value }}
        when 'under' then {{ value }} - {{ step }}
        when 'at_most' then 0
        else {{ value }} - 0.5 * {{ step }}
    end as value_low,
    case coalesce(qualifier, 'exact')
        when 'over' then {{ value }} + {{ step }}
        when 'at_least' then cast('infinity' as double)
        when 'under' then {{ value }}
        when 'at_most' then {{ value }}
        else {{ value }} + 0.499999 * {{ step }}
    end as value_high
{%- endmacro %}

{# By what share a count of residents may differ that was taken so many days earlier or later.
   5 % a year: the fastest of the cities known when this was written grew by 4.97 %. #}
{% macro population_drift(days) %}(0.05 * abs({{ days }}) / 365){% endmacro %}

{# A number as text, without zeros behind its last decimal; null where it is absurdly large. #}
{% macro plain_number(number) -%}
    regexp_replace(cast(try_cast({{ number }} as decimal(24, 6)) as varchar), '\.?0+$', '')
{%- endmacro %}
