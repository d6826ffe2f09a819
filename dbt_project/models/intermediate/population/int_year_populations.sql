-- One row per region and year with a count of residents or of young children: its own, else the sum of the
-- regions right below where all of these are known. Which these are the region lists say, or a table that
-- declares to name all. Counts of a day on which there were others add up to no count of the year.
{%- set levels = region_levels() %}
{%- set measures = [
    ('resident_population', 'resident'), ('births', 'births'), ('children_under_3', 'children'),
] %}
{%- set of_one_list = 'coalesce(any_value(children.outdated_until_date) < min(below.earliest_date),'
    ~ ' any_value(children.outdated_until_date) is null)' %}

with figures as (
    select * from {{ ref('int_figures') }}
    where is_figure_of_year
),

regions as (
    select * from {{ ref('stg_regions') }}
),

region_parts as (
    select * from {{ ref('int_region_parts') }}
),

declared_parts as (
    select * from {{ ref('int_declared_parts') }}
),

declared as (
    select distinct
        parent_code,
        year
    from declared_parts
),

pivoted as (
    select
        region_code,
        year,
        max(value) filter (measure = 'resident_population') as resident_population,
        max(claim_id) filter (measure = 'resident_population') as resident_claim,
        max(as_of_date) filter (measure = 'resident_population') as resident_date,
        max(grade) filter (measure = 'resident_population') as resident_grade,
        max(source_id) filter (measure = 'resident_population') as resident_source_id,
        bool_or(is_contradicted) filter (measure = 'resident_population') as residents_contradicted,
        bool_or(is_contradicted) filter (measure in ('age_0', 'age_1', 'age_2', 'age_1_4'))
            as ages_contradicted,
        bool_or(is_contradicted) filter (measure = 'age_0_2') as age_0_2_contradicted,
        max(value) filter (measure = 'births') as births,
        max(claim_id) filter (measure = 'births') as births_claim,
        max(as_of_date) filter (measure = 'births') as births_date,
        max(grade) filter (measure = 'births') as births_grade,
        max(source_id) filter (measure = 'births') as births_source_id,
        bool_or(is_contradicted) filter (measure = 'births') as births_contradicted,
        max(value) filter (measure = 'age_0') as age_0,
        max(value) filter (measure = 'age_1') as age_1,
        max(value) filter (measure = 'age_2') as age_2,
        max(value) filter (measure = 'age_1_4') as age_1_4,
        max(claim_id) filter (measure = 'age_0') as age_0_claim,
        max(claim_id) filter (measure = 'age_1') as age_1_claim,
        max(claim_id) filter (measure = 'age_2') as age_2_claim,
        max(claim_id) filter (measure = 'age_1_4') as age_1_4_claim,
        max(as_of_date) filter (measure = 'age_0') as ages_date,
        max(grade) filter (measure in ('age_0', 'age_1', 'age_2', 'age_1_4')) as ages_grade,
        max(source_id) filter (measure = 'age_0') as ages_source_id,
        max(value) filter (measure = 'age_0_2') as age_0_2,
        max(claim_id) filter (measure = 'age_0_2') as age_0_2_claim,
        max(as_of_date) filter (measure = 'age_0_2') as age_0_2_date,
        max(grade) filter (measure = 'age_0_2') as age_0_2_grade,
        max(source_id) filter (measure = 'age_0_2') as age_0_2_source_id
    from figures
    group by region_code, year
),

aged as (
    select
        *,
        -- one number for all of them is taken, unless documents that are trusted more give each age
        age_0_2 is not null
        and (age_0 + age_1 + age_2 is null or age_0_2_grade <= ages_grade) as is_one_number,
        age_0 + age_1 + age_2 is null as is_modelled
    from pivoted
),

with_children as (
    select
        *,
        -- ages 0 + 1 + 2; from the bands 0 and 1-4: age 0 and half of 1-4
        case
            when is_one_number then age_0_2
            else coalesce(age_0 + age_1 + age_2, age_0 + age_1_4 * 0.5)
        end as children_under_3,
        {%- for column in ['contradicted', 'date', 'grade', 'source_id'] %}
        case when is_one_number then age_0_2_{{ column }} else ages_{{ column }} end as children_{{ column }},
        {%- endfor %}
        case when is_modelled and not is_one_number then 'modelled' else 'reported' end as children_basis,
        case
            when is_one_number then [age_0_2_claim]
            when is_modelled then [age_0_claim, age_1_4_claim]
            else [age_0_claim, age_1_claim, age_2_claim]
        end as children_claims
    from aged
),

own as (
    {%- for measure, name in measures %}
    select
        region_code,
        year,
        '{{ measure }}' as measure,
        {{ measure }} as value,
        {%- if name == 'children' %}
        children_basis as basis,
        children_claims as claims,
        {%- else %}
        'reported' as basis,
        [{{ name }}_claim] as claims,
        {%- endif %}
        {{ name }}_date as as_of_date,
        {{ name }}_date as earliest_date,
        {{ name }}_grade as grade,
        {{ name }}_source_id as source_id,
        {{ 'residents' if name == 'resident' else name }}_contradicted as is_contradicted,
        false as is_summed
    from with_children
    where {{ measure }} is not null
    {% if not loop.last %}union all{% endif %}
    {%- endfor %}
),

years as (
    select distinct year from own
),

-- the last day of the year on which there was, or was counted, a region below that is none at its end
outdated as (
    select
        parent_code,
        year,
        max(until_date) as until_date
    from (
        select
            parent_code,
            year(valid_to_date) as year,
            valid_to_date as until_date
        from region_parts
        where valid_to_date < make_date(year(valid_to_date), 12, 31)
        union all
        select
            region_parts.parent_code,
            own.year,
            own.as_of_date as until_date
        from own
        inner join region_parts on own.region_code = region_parts.region_code
        where
            make_date(own.year, 12, 31)
            not between region_parts.valid_from_date and region_parts.valid_to_date
    ) as ends
    group by parent_code, year
),

children as (
    select
        region_parts.parent_code,
        region_parts.region_code,
        regions.region_level,
        region_parts.parent_height,
        years.year,
        declared.parent_code is not null as is_declared,
        outdated.until_date as outdated_until_date,
        count(*) over (partition by region_parts.parent_code, years.year) as parts
    from region_parts
    inner join regions on region_parts.region_code = regions.region_code
    cross join years
    left join declared
        on region_parts.parent_code = declared.parent_code
        and years.year = declared.year
    left join declared_parts
        on region_parts.region_code = declared_parts.region_code
        and years.year = declared_parts.year
    left join outdated
        on region_parts.parent_code = outdated.parent_code
        and years.year = outdated.year
    where
        (declared.parent_code is null or declared_parts.region_code is not null)
        and make_date(years.year, 12, 31)
        between region_parts.valid_from_date and region_parts.valid_to_date
),

-- A list of regions may name those of interest alone, and what these add up to is then no count of the
-- region. It is taken as whole where the region's own counts, of the year or near it, agree with what they
-- add up to; and where no count of its own says otherwise, of towns, which lists name all of, and of
-- regions that a table declares to be all.
resident_sums as (
    select
        children.parent_code,
        children.year,
        bool_and(children.region_level = 'town') as below_are_towns,
        case
            when count(below.value) = any_value(children.parts) and {{ of_one_list }} then sum(below.value)
        end as value
    from children
    left join own as below
        on children.region_code = below.region_code
        and children.year = below.year
        and below.measure = 'resident_population'
    group by children.parent_code, children.year
),

whole_lists as (
    select
        resident_sums.parent_code,
        bool_and(
            abs(resident_sums.value - wholes.value)
            <= {{ population_drift('365 * (1 + abs(resident_sums.year - wholes.year))') }} * wholes.value
        ) as agrees,
        bool_and(resident_sums.below_are_towns) as are_towns
    from resident_sums
    left join own as wholes
        on resident_sums.parent_code = wholes.region_code
        and wholes.measure = 'resident_population'
    group by resident_sums.parent_code
),

known_0 as (
    select * from own
),
{% for level in range(1, levels) %}
known_{{ level }} as (
    select * from known_{{ level - 1 }}
    union all
    select
        children.parent_code as region_code,
        children.year,
        below.measure,
        sum(below.value) as value,
        case when bool_or(below.basis = 'modelled') then 'modelled' else 'summed' end as basis,
        flatten(list(below.claims order by below.region_code)) as claims,
        max(below.as_of_date) as as_of_date,
        min(below.earliest_date) as earliest_date,
        max(below.grade) as grade,
        string_agg(distinct below.source_id, ', ' order by below.source_id) as source_id,
        bool_or(below.is_contradicted) as is_contradicted,
        true as is_summed
    from children
    inner join whole_lists on children.parent_code = whole_lists.parent_code
    inner join known_{{ level - 1 }} as below
        on children.region_code = below.region_code
        and children.year = below.year
    left join own
        on children.parent_code = own.region_code
        and children.year = own.year
        and below.measure = own.measure
    where
        children.parent_height = {{ level }}
        and coalesce(whole_lists.agrees, whole_lists.are_towns or children.is_declared)
        and own.region_code is null
    group by children.parent_code, children.year, below.measure
    having count(*) = any_value(children.parts) and {{ of_one_list }}
),
{% endfor %}
together as (
    select
        region_code,
        year,
    {%- for measure, name in measures %}
    max(value) filter (measure = '{{ measure }}') as {{ measure }},
    max(basis) filter (measure = '{{ measure }}') as {{ name }}_basis,
    max(as_of_date) filter (measure = '{{ measure }}') as {{ name }}_date,
    max(grade) filter (measure = '{{ measure }}') as {{ name }}_grade,
    max(source_id) filter (measure = '{{ measure }}') as {{ name }}_source_id,
    coalesce(bool_or(is_summed) filter (measure = '{{ measure }}'), false) as {{ name }}_summed,
    coalesce(bool_or(is_contradicted) filter (measure = '{{ measure }}'), false) as {{ name }}_contradicted,
    flatten(list(claims) filter (measure = '{{ measure }}')) as {{ name }}_claims{{ "," if not loop.last }}
    {%- endfor %}
    from known_{{ levels - 1 }}
    group by region_code, year
)

select
    -- keys
    region_code,
    year,
    -- measures
    resident_population,
    resident_basis,
    resident_summed as residents_are_summed,
    resident_contradicted as residents_contradicted,
    children_contradicted as ages_contradicted,
    births,
    children_under_3,
    children_basis,
    children_summed as children_are_summed,
    -- lineage
    resident_date,
    children_date as ages_date,
    resident_grade,
    resident_source_id,
    children_grade as ages_grade,
    children_source_id as ages_source_id,
    coalesce(resident_claims, []) as resident_claims,
    coalesce(births_claims, []) as births_claims,
    coalesce(children_claims, []) as children_claims
from together
