-- One row per region, year, counting scope and measure that is uncertain because facilities listed as several
-- may be one, and the bounds between which it lies: `most` counts all of a group, `least` one of them, and
-- none in a region or scope that holds a part of the group only. What the doubt does not change has no row.
-- `most` is null where a counted facility leaves the measure open; both are null of what is no sum.
{%- set sums = ['facilities'] + roster_measures('sum') | map(attribute='name') | list %}
{%- set no_sums = ['safety_rounds', 'facility_quarters']
    + roster_measures('median') | map(attribute='name') | list %}

with doubtful as (
    select distinct
        doubt_group,
        facility_key
    from (
        select doubt_group, unnest([facility_key, other_facility_key]) as facility_key
        from {{ ref('stg_doubtful_matches') }}
        where doubt_group is not null
    )
),

facility_years as (
    select * from {{ ref('int_facility_years') }}
    where is_open
),

counted_facilities as (
    select * from {{ ref('int_counted_facilities') }}
),

ancestors as (
    select * from {{ ref('int_region_ancestors') }}
),

-- facilities of a group that stand side by side in a year, in whatever scope
members as (
    select
        doubtful.doubt_group,
        facility_years.*,
        count(*) over (partition by doubtful.doubt_group, facility_years.year) as members
    from doubtful
    inner join facility_years on doubtful.facility_key = facility_years.facility_key
    qualify count(*) over (partition by doubtful.doubt_group, facility_years.year) > 1
),

-- the one facility has the figure of one of them
ones as (
    {%- for measure in sums %}
    {%- set value = '1' if measure == 'facilities' else measure %}
    select
        doubt_group,
        year,
        '{{ measure }}' as measure,
        members,
        case when count({{ value }}) = count(*) then min({{ value }}) else 0 end as least_one,
        max({{ value }}) as most_one
    from members
    group by doubt_group, year, members
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

parts as (
    {%- for measure in sums %}
    {%- set value = '1' if measure == 'facilities' else 'counted_facilities.' ~ measure %}
    select
        ancestors.ancestor_code as region_code,
        counted_facilities.year,
        counted_facilities.scope,
        '{{ measure }}' as measure,
        members.doubt_group,
        count(*) as members,
        coalesce(sum({{ value }}), 0) as listed
    from members
    inner join counted_facilities
        on members.facility_key = counted_facilities.facility_key
        and members.year = counted_facilities.year
    inner join ancestors on counted_facilities.region_code = ancestors.region_code
    group by
        ancestors.ancestor_code, counted_facilities.year, counted_facilities.scope, members.doubt_group
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

spans as (
    select
        parts.region_code,
        parts.year,
        parts.scope,
        parts.measure,
        sum(parts.listed - case when parts.members = ones.members then ones.least_one else 0 end) as fewer,
        -- the one facility may be counted with a figure that, of several, is out of scope
        sum(greatest(ones.most_one - parts.listed, 0)) as more
    from parts
    inner join ones
        on parts.doubt_group = ones.doubt_group
        and parts.year = ones.year
        and parts.measure = ones.measure
    group by parts.region_code, parts.year, parts.scope, parts.measure
),

touched as (
    select distinct
        region_code,
        year,
        scope
    from spans
),

listed as (
    {%- for measure in sums %}
    {%- set value = '1' if measure == 'facilities' else 'counted_facilities.' ~ measure %}
    select
        touched.region_code,
        touched.year,
        touched.scope,
        '{{ measure }}' as measure,
        coalesce(sum({{ value }}), 0) as listed,
        count({{ value }}) = count(*) as is_known
    from touched
    inner join ancestors on touched.region_code = ancestors.ancestor_code
    inner join counted_facilities
        on ancestors.region_code = counted_facilities.region_code
        and touched.year = counted_facilities.year
        and touched.scope = counted_facilities.scope
    group by touched.region_code, touched.year, touched.scope
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

-- towns that have no facility if the one stands elsewhere or is out of scope
emptied as (
    select distinct
        ancestors.ancestor_code as region_code,
        spans.year,
        spans.scope
    from spans
    inner join listed
        on spans.region_code = listed.region_code
        and spans.year = listed.year
        and spans.scope = listed.scope
        and spans.measure = listed.measure
    inner join ancestors on spans.region_code = ancestors.region_code
    where spans.measure = 'facilities' and listed.listed = spans.fewer and ancestors.is_leaf
)

select
    spans.region_code,
    cast(spans.year as integer) as year,
    spans.scope,
    spans.measure,
    cast(listed.listed - spans.fewer as decimal(24, 6)) as least,
    cast(case when listed.is_known then listed.listed + spans.more end as decimal(24, 6)) as most
from spans
inner join listed
    on spans.region_code = listed.region_code
    and spans.year = listed.year
    and spans.scope = listed.scope
    and spans.measure = listed.measure
where spans.fewer > 0 or spans.more > 0
{%- for measure in no_sums %}
union all
select
    region_code,
    cast(year as integer) as year,
    scope,
    '{{ measure }}' as measure,
    cast(null as decimal(24, 6)) as least,
    cast(null as decimal(24, 6)) as most
from touched
{%- endfor %}
union all
select
    region_code,
    cast(year as integer) as year,
    scope,
    'towns_with_facility' as measure,
    cast(null as decimal(24, 6)) as least,
    cast(null as decimal(24, 6)) as most
from emptied
