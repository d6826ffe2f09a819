-- One row per region, measure, year and counting scope that rosters should tell. Of a town the sum over
-- its facilities; of a region above, the sum of the regions right below; null unless all are known, for
-- which `known` of `parts` tells how many are: facilities where lists name all of them, else regions right
-- below. Where towns cannot be told apart, a complete list of the whole region stands in. `value_at_least` is
-- what the known parts of an unknown value add up to; null where that is nothing. Where facilities listed as
-- several may be one, the value lies between `value_at_least` and `value_at_most`, one and several. What no
-- region of its level can have is not known at its level already, so that nothing above follows from it.
{%- set levels = region_levels() %}
{%- set measures = [('facilities', 'facilities', 'facilities', 'facilities'), ('towns', '1', '1', '1'),
    ('towns_with_facility', 'least(facilities, 1)', '1', '1')] %}
{%- for measure in roster_measures('sum') %}
{%- do measures.append((measure.name, measure.column, measure.column ~ '_known', 'facilities')) %}
{%- endfor %}
{%- set impossible = 'coalesce(coalesce(figures.value, figures.value_at_least)'
    ~ ' > bounds.impossible_above, false)' %}
{%- set held_to_bounds %}
{%- for column in ['value', 'value_at_least', 'known', 'parts'] %}
case when not {{ impossible }} then figures.{{ column }} end as {{ column }},
{%- endfor %}
case when {{ impossible }} then 'implausible' else figures.missing_reason end as missing_reason
{%- endset %}

with rostered as (
    select
        rostered.*,
        [regions.source_id] as region_lists
    from {{ ref('int_rostered_regions') }} as rostered
    inner join {{ ref('stg_regions') }} as regions on rostered.region_code = regions.region_code
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

bounds as (
    select * from {{ ref('int_region_bounds') }}
),

years as (
    select distinct year, scope from rostered
),

children as (
    select
        parts.parent_code,
        parts.region_code,
        parts.parent_height,
        years.year,
        years.scope
    from {{ ref('int_region_parts') }} as parts
    cross join years
    where make_date(years.year, 12, 31) between parts.valid_from_date and parts.valid_to_date
),

counted as (
    {%- for measure, value, known, parts in measures %}
    select
        region_code,
        is_leaf,
        year,
        scope,
        as_of_date,
        '{{ measure }}' as measure,
        {%- if measure == 'towns' %}
        -- a town is there, whatever lists of facilities say: the list of regions tells
        cast(1 as decimal(24, 6)) as value,
        cast(1 as decimal(24, 6)) as value_at_least,
        1 as known,
        1 as parts,
        cast(null as varchar) as missing_reason,
        {%- else %}
        cast(
            case when missing_reason is null and {{ known }} = {{ parts }} then {{ value }} end
            as decimal(24, 6)
        ) as value,
        cast(case when is_least then {{ value }} end as decimal(24, 6)) as value_at_least,
        case when missing_reason is null then {{ known }} end as known,
        case when missing_reason is null then {{ parts }} end as parts,
        coalesce(missing_reason, case when {{ known }} < {{ parts }} then 'facilities_unknown' end)
            as missing_reason,
        {%- endif %}
        {{ 'region_lists' if measure == 'towns' else 'source_ids' }} as source_ids
    from rostered
    {%- if parts == '1' %}
    where is_leaf
    {%- endif %}
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

plausible as (
    select
        figures.* exclude (missing_reason, value, value_at_least, known, parts),
        {{ held_to_bounds }}
    from counted as figures
    left join bounds
        on figures.region_code = bounds.region_code
        and figures.measure = bounds.measure
),

measures as (
    select distinct measure from counted
),

level_0 as (
    select
        region_code,
        year,
        scope,
        as_of_date,
        measure,
        value,
        value_at_least,
        known,
        parts,
        missing_reason,
        source_ids,
        known as facilities_known,
        parts as facilities_parts,
        'roster' as basis,
        false as has_implausible_part
    from plausible
    where is_leaf
),
{% for level in range(1, levels) %}
sums_{{ level }} as (
    select
        children.parent_code as region_code,
        children.year,
        children.scope,
        max(below.as_of_date) as as_of_date,
        measures.measure,
        sum(below.value) as value,
        sum(coalesce(below.value, below.value_at_least)) as value_at_least,
        count(below.value) as known,
        count(*) as parts,
        -- null unless lists name all facilities of all regions below
        case when count(below.facilities_parts) = count(*) then cast(sum(below.facilities_known) as bigint)
        end as facilities_known,
        case when count(below.facilities_parts) = count(*) then cast(sum(below.facilities_parts) as bigint)
        end as facilities_parts,
        list_sort(list_distinct(flatten(list(below.source_ids)))) as source_ids,
        coalesce(
            bool_or(below.has_implausible_part or coalesce(below.missing_reason = 'implausible', false)),
            false
        ) as has_implausible_part
    from children
    cross join measures
    left join level_{{ level - 1 }} as below
        on children.region_code = below.region_code
        and children.year = below.year
        and children.scope = below.scope
        and measures.measure = below.measure
    where children.parent_height = {{ level }}
    group by children.parent_code, children.year, children.scope, measures.measure
    having count(below.measure) > 0
),

-- with the list of the whole region, which does not stand in if a part of it is impossible
compared_{{ level }} as (
    select
        {%- for column in ['as_of_date', 'source_ids', 'value', 'value_at_least', 'known', 'parts'] %}
        case when not sums.has_implausible_part then whole.{{ column }} end as whole_{{ column }},
        {%- endfor %}
        sums.*
    from sums_{{ level }} as sums
    left join plausible as whole
        on sums.region_code = whole.region_code
        and sums.year = whole.year
        and sums.scope = whole.scope
        and sums.measure = whole.measure
),

told_{{ level }} as (
    select
        region_code,
        year,
        scope,
        coalesce(case when known < parts then whole_as_of_date end, as_of_date) as as_of_date,
        measure,
        case when known = parts then value else whole_value end as value,
        greatest(value_at_least, whole_value_at_least) as value_at_least,
        case
            when known = parts or whole_value is not null then known
            else coalesce(whole_known, facilities_known, known)
        end as known,
        case
            when known = parts or whole_value is not null then parts
            else coalesce(whole_parts, facilities_parts, parts)
        end as parts,
        case
            when known = parts or whole_value is not null then null
            when coalesce(whole_parts, facilities_parts) is not null then 'facilities_unknown'
            else 'regions_unknown'
        end as missing_reason,
        case
            when known = parts then source_ids
            when whole_value is not null then whole_source_ids
            else list_sort(list_distinct(list_concat(source_ids, whole_source_ids)))
        end as source_ids,
        coalesce(whole_known, facilities_known) as facilities_known,
        coalesce(whole_parts, facilities_parts) as facilities_parts,
        case when known < parts and whole_value is not null then 'roster' else 'summed' end as basis,
        has_implausible_part
    from compared_{{ level }}
),

level_{{ level }} as (
    select * from level_{{ level - 1 }}
    union all
    select
        figures.region_code,
        figures.year,
        figures.scope,
        figures.as_of_date,
        figures.measure,
        {{ held_to_bounds }},
        figures.source_ids,
        {%- for column in ['facilities_known', 'facilities_parts'] %}
        case when not {{ impossible }} then figures.{{ column }} end as {{ column }},
        {%- endfor %}
        figures.basis,
        figures.has_implausible_part
    from told_{{ level }} as figures
    left join bounds
        on figures.region_code = bounds.region_code
        and figures.measure = bounds.measure
),
{% endfor %}
medians as (
    {%- for measure in roster_measures('median') %}
    select
        ancestors.ancestor_code as region_code,
        facilities.year,
        facilities.scope,
        '{{ measure.name }}' as measure,
        median(facilities.{{ measure.column }}) as value,
        count(facilities.{{ measure.column }}) as known
    from {{ ref('int_counted_facilities') }} as facilities
    inner join ancestors on facilities.region_code = ancestors.region_code
    group by ancestors.ancestor_code, facilities.year, facilities.scope
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- of the facilities of which it is known; those of a region that is known itself
middles as (
    select
        medians.region_code,
        medians.year,
        medians.scope,
        figures.as_of_date,
        medians.measure,
        medians.value,
        cast(null as decimal(24, 6)) as value_at_least,
        medians.known,
        cast(figures.value as bigint) as parts,
        case when medians.known = 0 then 'facilities_unknown' end as missing_reason,
        figures.source_ids,
        'roster' as basis
    from medians
    inner join level_{{ levels - 1 }} as figures
        on medians.region_code = figures.region_code
        and medians.year = figures.year
        and medians.scope = figures.scope
        and figures.measure = 'facilities'
    where figures.value is not null
),

inspected as (
    {%- for measure, value in [
        ('safety_rounds', 'sum(quarters.safety_rounds)'),
        ('facility_quarters', 'count(*)'),
    ] %}
    select
        ancestors.ancestor_code as region_code,
        quarters.year,
        scopes.scope,
        make_date(quarters.year, 12, 31) as as_of_date,
        '{{ measure }}' as measure,
        cast({{ value }} as decimal(24, 6)) as value,
        cast(null as decimal(24, 6)) as value_at_least,
        count(distinct quarters.facility_key) as known,
        count(distinct quarters.facility_key) as parts,
        cast(null as varchar) as missing_reason,
        list_sort(list_distinct(flatten(list(quarters.source_ids)))) as source_ids,
        'roster' as basis
    from {{ ref('int_inspection_quarters') }} as quarters
    inner join {{ ref('stg_counting_scopes') }} as scopes
        on quarters.facility_type = scopes.facility_type
        and quarters.filing_status = scopes.filing_status
    inner join ancestors on quarters.region_code = ancestors.region_code
    group by ancestors.ancestor_code, quarters.year, scopes.scope
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

all_figures as (
    {%- set columns = [
        'region_code', 'year', 'scope', 'as_of_date', 'measure', 'value', 'value_at_least', 'known', 'parts', 'missing_reason',
        'source_ids', 'basis',
    ] | join(', ') %}
    select {{ columns }} from level_{{ levels - 1 }}
    union all
    select {{ columns }} from middles
    union all
    select {{ columns }} from inspected
)

select
    all_figures.region_code,
    all_figures.measure,
    case when all_figures.measure in ('safety_rounds', 'facility_quarters') then 'flow' else 'stock' end
        as kind,
    all_figures.year,
    all_figures.scope,
    all_figures.as_of_date,
    case when doubts.region_code is null then all_figures.value end as value,
    -- of nothing that is known nothing follows; of several facilities that may be one, one is certain
    nullif(
        case
            when doubts.region_code is null and all_figures.value is null then all_figures.value_at_least
            when all_figures.value is not null or all_figures.missing_reason = 'facilities_unknown'
                then doubts.least
        end,
        0
    ) as value_at_least,
    case
        when all_figures.value is not null and coalesce(doubts.most <= bounds.impossible_above, true)
            then doubts.most
    end as value_at_most,
    all_figures.known,
    all_figures.parts,
    all_figures.basis,
    case
        when doubts.region_code is not null and all_figures.value is not null then 'facilities_doubtful'
        else all_figures.missing_reason
    end as missing_reason,
    all_figures.source_ids,
    concat_ws(
        '|', 'roster', all_figures.region_code, all_figures.measure, all_figures.year, all_figures.scope
    ) as claim_id
from all_figures
left join {{ ref('int_doubtful_counts') }} as doubts
    on all_figures.region_code = doubts.region_code
    and all_figures.measure = doubts.measure
    and all_figures.year = doubts.year
    and all_figures.scope = doubts.scope
left join bounds
    on all_figures.region_code = bounds.region_code
    and all_figures.measure = bounds.measure
