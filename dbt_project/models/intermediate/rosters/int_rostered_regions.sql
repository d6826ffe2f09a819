-- One row per region, year and counting scope of which a list should tell all facilities, and what these
-- add up to. Such are the towns (regions without regions below) of every county that sends a
-- roster, and larger regions that a roster declares itself complete for.
with roster_years as (
    select * from {{ ref('int_roster_years') }}
),

regions as (
    select * from {{ ref('stg_regions') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

counted_facilities as (
    select * from {{ ref('int_counted_facilities') }}
),

scopes as (
    select
        scope,
        bool_or(facility_type = 'kindergarten') as counts_kindergartens
    from {{ ref('stg_counting_scopes') }}
    group by scope
),

themselves as (
    select
        ancestors.region_code,
        ancestors.is_leaf,
        ancestors.valid_from_date,
        ancestors.valid_to_date,
        regions.parent_code
    from ancestors
    inner join regions on ancestors.region_code = regions.region_code
    where ancestors.levels_up = 0
),

lists as (
    select * from {{ ref('int_roster_lists') }}
),

spoken as (
    select
        themselves.region_code,
        themselves.is_leaf,
        themselves.parent_code,
        lists.register,
        bool_or(lists.is_complete and lists.list_kind = 'full') as is_declared
    from lists
    inner join themselves on lists.region_code = themselves.region_code
    group by themselves.region_code, themselves.is_leaf, themselves.parent_code, lists.register
),

-- registers that are expected to speak for a region: of a town those that speak for it or a town beside
-- it, of a larger region those that declare to
registers as (
    select
        region_code,
        parent_code,
        register
    from spoken
    where is_leaf or is_declared
    union
    select
        themselves.region_code,
        themselves.parent_code,
        beside.register
    from themselves
    inner join spoken as beside on themselves.parent_code = beside.parent_code
    where themselves.is_leaf and beside.is_leaf
),

expected as (
    select
        registers.region_code,
        registers.register,
        scopes.scope
    from registers
    cross join scopes
    where registers.register = 'health' or scopes.counts_kindergartens
),

-- of a region above the towns only what is declared to list all of it is its state
states as (
    select roster_years.*
    from roster_years
    inner join themselves on roster_years.region_code = themselves.region_code
    where themselves.is_leaf or roster_years.is_complete
),

tops as (
    select
        region_code,
        arg_max(ancestor_code, levels_up) as top_code
    from ancestors
    group by region_code
),

years as (
    select
        tops.top_code,
        unnest(range(year(min(lists.as_of_date)), year(max(lists.as_of_date)) + 1)) as year
    from lists
    inner join tops on lists.region_code = tops.region_code
    group by tops.top_code
),

region_years as (
    select
        themselves.region_code,
        themselves.is_leaf,
        years.year
    from themselves
    inner join tops on themselves.region_code = tops.region_code
    inner join years on tops.top_code = years.top_code
    where
        make_date(years.year, 12, 31) between themselves.valid_from_date and themselves.valid_to_date
        and (
            themselves.region_code in (select registers.region_code from registers)
            -- a town of which nobody sends anything is unknown, as its county then is
            or (
                themselves.is_leaf
                and themselves.parent_code in (select registers.parent_code from registers)
            )
        )
),

refused as (
    select * from {{ ref('int_refused_rows') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

change_sources as (
    select distinct unnest(source_ids) as source_id from lists
    where list_kind = 'changes'
),

listed_sources as (
    select distinct unnest(source_ids) as source_id from lists
),

refused_lists as (
    select
        refused.source_id,
        sources.dossier_id,
        refused.region_code,
        year(refused.as_of_date) as year
    from refused
    inner join sources on refused.source_id = sources.source_id
    left join listed_sources on refused.source_id = listed_sources.source_id
    where
        sources.contract = 'facility_roster'
        and listed_sources.source_id is null
),

-- towns that such a list names, those beside them, and the regions above
refused_lists_regions as (
    select distinct
        refused_lists.source_id,
        ancestors.ancestor_code as region_code
    from refused_lists
    inner join themselves on refused_lists.region_code = themselves.region_code
    inner join themselves as beside on themselves.parent_code = beside.parent_code
    inner join ancestors on beside.region_code = ancestors.region_code
    where themselves.is_leaf
),

-- Lists of which no row was loaded: what they would have changed is not known of any list of their dossier
-- and year. A row without a region is about those that the others name; if none does, about any.
unloaded as (
    select
        dossier_id,
        region_code,
        year
    from refused_lists
    where region_code is not null
    union
    select
        refused_lists.dossier_id,
        refused_lists_regions.region_code,
        refused_lists.year
    from refused_lists
    left join refused_lists_regions on refused_lists.source_id = refused_lists_regions.source_id
    where refused_lists.region_code is null
),

incomplete_lists as (
    select
        roster_lists.register,
        roster_lists.region_code,
        roster_lists.year,
        bool_or(change_sources.source_id is not null) as is_of_changes
    from (select *, unnest(source_ids) as source_id from roster_years) as roster_lists
    inner join refused
        on roster_lists.source_id = refused.source_id
        and coalesce(roster_lists.region_code = refused.region_code, true)
        and coalesce(
            refused.as_of_date between roster_lists.base_date and roster_lists.state_date, true
        )
    left join change_sources on roster_lists.source_id = change_sources.source_id
    group by roster_lists.register, roster_lists.region_code, roster_lists.year
    union all
    select
        roster_lists.register,
        roster_lists.region_code,
        roster_lists.year,
        true as is_of_changes
    from (select *, unnest(source_ids) as source_id from roster_years) as roster_lists
    inner join sources on roster_lists.source_id = sources.source_id
    inner join unloaded
        on sources.dossier_id = unloaded.dossier_id
        and coalesce(roster_lists.region_code = unloaded.region_code, true)
        and coalesce(roster_lists.year = unloaded.year, true)
),

incomplete as (
    select
        register,
        region_code,
        year,
        bool_or(is_of_changes) as is_of_changes
    from incomplete_lists
    group by register, region_code, year
),

spoken_for as (
    select
        region_years.region_code,
        region_years.is_leaf,
        region_years.year,
        scopes.scope,
        count(expected.register) as registers_expected,
        count(states.register) as registers_known,
        count(incomplete.register) as registers_incomplete,
        -- What lists name is the least that there is, unless something that is not known could take from it:
        -- a change that was refused may close a facility, and what the health register says of a facility
        -- goes before what the other one says.
        count(states.register) > 0
        and not coalesce(bool_or(incomplete.is_of_changes), false)
        and coalesce(bool_and(states.register is not null) filter (expected.register = 'health'), true)
        and not (
            count(distinct expected.register) > 1
            and coalesce(
                bool_or(incomplete.register is not null) filter (expected.register = 'health'), false
            )
        ) as is_least,
        max(states.state_date) as as_of_date,
        list_sort(list_distinct(flatten(list(states.source_ids)))) as source_ids
    from region_years
    cross join scopes
    left join expected
        on region_years.region_code = expected.region_code
        and scopes.scope = expected.scope
    left join states
        on expected.region_code = states.region_code
        and expected.register = states.register
        and region_years.year = states.year
    left join incomplete
        on states.register = incomplete.register
        and states.region_code = incomplete.region_code
        and states.year = incomplete.year
    group by region_years.region_code, region_years.is_leaf, region_years.year, scopes.scope
),

-- towns of a region of which lists place some facility that counts no nearer, or in a town that is no more
misplaced as (
    select distinct
        counted_facilities.year,
        counted_facilities.scope,
        case when themselves.is_leaf then themselves.parent_code else themselves.region_code end
            as region_code
    from counted_facilities
    inner join themselves on counted_facilities.region_code = themselves.region_code
    where
        not themselves.is_leaf
        or make_date(counted_facilities.year, 12, 31)
        not between themselves.valid_from_date and themselves.valid_to_date
),

blurred as (
    select distinct
        ancestors.region_code,
        misplaced.year,
        misplaced.scope
    from misplaced
    inner join ancestors on misplaced.region_code = ancestors.ancestor_code
),

counted as (
    select
        spoken_for.region_code,
        spoken_for.year,
        spoken_for.scope,
        count(*) as facilities,
    {%- for measure in roster_measures('sum') %}
    sum(counted_facilities.{{ measure.column }}) as {{ measure.column }},
    count(counted_facilities.{{ measure.column }}) as {{ measure.column }}_known{{ "," if not loop.last }}
    {%- endfor %}
    from spoken_for
    inner join ancestors on spoken_for.region_code = ancestors.ancestor_code
    inner join counted_facilities
        on ancestors.region_code = counted_facilities.region_code
        and spoken_for.year = counted_facilities.year
        and spoken_for.scope = counted_facilities.scope
    group by spoken_for.region_code, spoken_for.year, spoken_for.scope
)

select
    -- keys
    spoken_for.region_code,
    spoken_for.is_leaf,
    cast(spoken_for.year as integer) as year,
    spoken_for.scope,
    spoken_for.as_of_date,
    -- null where all facilities are known
    case
        when spoken_for.registers_expected = 0 then 'no_roster'
        when spoken_for.registers_expected != spoken_for.registers_known then 'no_roster'
        when spoken_for.registers_incomplete > 0 then 'rows_refused'
        when spoken_for.is_leaf and blurred.region_code is not null then 'facilities_without_town'
    end as missing_reason,
    -- whether the measures are the least that there is where not all facilities are known
    spoken_for.is_least,
    -- measures
    coalesce(counted.facilities, 0) as facilities,
    {%- for measure in roster_measures('sum') %}
    coalesce(counted.{{ measure.column }}, 0) as {{ measure.column }},
    coalesce(counted.{{ measure.column }}_known, 0) as {{ measure.column }}_known,
    {%- endfor %}
    -- lineage
    spoken_for.source_ids
from spoken_for
left join counted
    on spoken_for.region_code = counted.region_code
    and spoken_for.year = counted.year
    and spoken_for.scope = counted.scope
left join blurred
    on spoken_for.region_code = blurred.region_code
    and spoken_for.year = blurred.year
    and spoken_for.scope = blurred.scope
