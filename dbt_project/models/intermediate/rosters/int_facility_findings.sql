-- One row per row of a roster and thing in it that cannot be, or is worth a question.
with roster_rows as (
    select * from {{ ref('int_roster_rows') }}
),

regions as (
    select * from {{ ref('stg_regions') }}
),

steps as (
    select
        * exclude (places, places_before),
        cast(places as bigint) as places,
        cast(places_before as bigint) as places_before
    from {{ ref('int_facility_steps') }}
),

twice as (
    select
        facility_key,
        register,
        as_of_date,
        list_kind
    from roster_rows
    group by facility_key, register, as_of_date, list_kind
    having count(*) > 1
),

of_rows as (
    {%- set lineage = 'facility_key, register, as_of_date, source_id, source_sheet, source_row' %}
    {%- set findings = [
        ('classes_differ_from_places', 'places_of_classes != places_stated',
            "'classes ' || places_of_classes || ', places ' || places_stated"),
        ('enrolled_above_places', 'enrolled_children > places * (1 + ' ~ var('overfull_ratio') ~ ')',
            "'enrolled ' || enrolled_children || ', places ' || places"),
        ('opened_after_closed', 'opened_date > closed_date',
            "'opened ' || opened_date || ', closed ' || closed_date"),
        ('not_yet_open', 'opened_date > as_of_date', "'opens ' || opened_date"),
        ('listed_after_closing', "list_kind = 'full' and closed_date < as_of_date - " ~ var('days_to_strike_off'),
            "'closed ' || closed_date"),
        ('credit_code_invalid', 'not credit_code_is_valid', 'credit_code'),
        ('local_id_rounded', 'local_id_is_rounded', 'local_id'),
    ] %}
    {%- for finding, condition, found in findings %}
    select
        {{ lineage }},
        '{{ finding }}' as finding,
        {{ found }} as found
    from roster_rows
    where {{ condition }}
    union all
    {%- endfor %}
    select
        roster_rows.{{ lineage.replace(', ', ', roster_rows.') }},
        'listed_twice' as finding,
        roster_rows.facility_name as found
    from roster_rows
    inner join twice
        on roster_rows.facility_key = twice.facility_key
        and roster_rows.register = twice.register
        and roster_rows.as_of_date = twice.as_of_date
        and roster_rows.list_kind = twice.list_kind
    union all
    select
        roster_rows.{{ lineage.replace(', ', ', roster_rows.') }},
        'far_from_its_town' as finding,
        roster_rows.longitude || ' ' || roster_rows.latitude as found
    from roster_rows
    inner join regions on roster_rows.region_code = regions.region_code
    where
        abs(roster_rows.longitude - regions.longitude) > {{ var('farthest_degrees') }}
        or abs(roster_rows.latitude - regions.latitude) > {{ var('farthest_degrees') }}
),

of_pairs as (
    select
        latest.facility_key,
        latest.register,
        latest.as_of_date,
        latest.source_id,
        latest.source_sheet,
        latest.source_row,
        'may_be_another' as finding,
        doubts.other_facility_key || ' ' || doubts.other_facility_name || ': ' || doubts.doubt as found
    from {{ ref('stg_doubtful_matches') }} as doubts
    inner join roster_rows as latest on doubts.facility_key = latest.facility_key
    qualify row_number() over (
            partition by doubts.facility_key, doubts.other_facility_key
            order by latest.as_of_date desc, latest.source_id asc, latest.source_row asc
        ) = 1
),

of_steps as (
    select
        facility_key, register, as_of_date, source_id, source_sheet, source_row,
        case when places = 0 then 'places_fell_to_zero' else 'places_jumped' end as finding,
        places_before || ' to ' || places as found
    from steps
    where
        places_before > 0
        and (
            places = 0
            or (
                abs(places - places_before) >= {{ var('jump_places') }}
                and abs(places - places_before) >= {{ var('jump_ratio') }} * places_before
            )
        )
)

select * from of_rows
union all
select * from of_pairs
union all
select * from of_steps
