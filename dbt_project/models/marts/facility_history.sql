with steps as (
    select * from {{ ref('int_facility_steps') }}
),

lists as (
    select
        *,
        unnest(source_ids) as source_id
    from {{ ref('int_roster_lists') }}
    where list_kind = 'full'
),

refused as (
    select * from {{ ref('int_refused_rows') }}
),

-- a list with a refused row does not tell that a facility of the town is gone
doubtful_lists as (
    select distinct
        lists.register,
        lists.region_code,
        lists.as_of_date
    from lists
    inner join refused
        on lists.source_id = refused.source_id
        and coalesce(lists.region_code = refused.region_code, true)
        and coalesce(lists.as_of_date = refused.as_of_date, true)
),

full_lists as (
    select
        lists.register,
        lists.region_code,
        lists.as_of_date,
        min(lists.source_id) as source_id
    from lists
    left join doubtful_lists
        on lists.register = doubtful_lists.register
        and lists.region_code = doubtful_lists.region_code
        and lists.as_of_date = doubtful_lists.as_of_date
    where doubtful_lists.register is null
    group by lists.register, lists.region_code, lists.as_of_date
),

sources as (
    select * from {{ ref('stg_sources') }}
),

last_steps as (
    select * from steps
    qualify row_number() over (partition by facility_key, register order by as_of_date desc) = 1
),

changes as (
    select
        facility_key,
        register,
        as_of_date,
        'first_listed' as change,
        cast(null as varchar) as old_value,
        facility_name as new_value,
        source_id,
        source_sheet,
        source_row
    from steps
    where date_before is null
    {%- for attribute in changing_attributes() %}
    union all
    select
        facility_key,
        register,
        as_of_date,
        '{{ attribute }}' as change,
        {{ attribute }}_before as old_value,
        {{ attribute }} as new_value,
        source_id,
        source_sheet,
        source_row
    from steps
    where date_before is not null and {{ attribute }} is distinct from {{ attribute }}_before
    {%- endfor %}
    union all
    -- the first whole list for its town that does not name it any more
    select
        last_steps.facility_key,
        last_steps.register,
        min(full_lists.as_of_date) as as_of_date,
        'no_longer_listed' as change,
        last_steps.facility_name as old_value,
        cast(null as varchar) as new_value,
        min_by(full_lists.source_id, full_lists.as_of_date) as source_id,
        cast(null as varchar) as source_sheet,
        cast(null as bigint) as source_row
    from last_steps
    inner join full_lists
        on last_steps.register = full_lists.register
        and last_steps.region_code = full_lists.region_code
        and last_steps.as_of_date < full_lists.as_of_date
    group by last_steps.facility_key, last_steps.register, last_steps.facility_name
)

select
    changes.facility_key,
    changes.register,
    changes.as_of_date,
    changes.change,
    changes.old_value,
    changes.new_value,
    changes.source_id,
    sources.source_file,
    changes.source_sheet,
    changes.source_row
from changes
left join sources on changes.source_id = sources.source_id
