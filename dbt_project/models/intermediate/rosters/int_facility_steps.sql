-- One row per facility, register and list that has it, beside the list before that had it.
with roster_rows as (
    select * from {{ ref('int_roster_rows') }}
    -- a facility that one list has twice is told of elsewhere
    qualify row_number() over (
            partition by facility_key, register, as_of_date
            order by source_id, source_row
        ) = 1
)

select
    facility_key,
    register,
    as_of_date,
    lag(as_of_date) over in_order as date_before,
    source_id,
    source_sheet,
    source_row,
{% for attribute in changing_attributes() -%}
cast({{ attribute }} as varchar) as {{ attribute }},
lag(cast({{ attribute }} as varchar)) over in_order as {{ attribute }}_before{{ ',' if not loop.last }}
{% endfor %}
from roster_rows
window in_order as (partition by facility_key, register order by as_of_date)
