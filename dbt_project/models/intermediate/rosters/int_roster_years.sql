-- One row per register, region and year in which a list speaks for the region: which lists make its
-- state at the end of the year. The state is the whole list of `base_date` and the changes after it.
with lists as (
    select * from {{ ref('int_roster_lists') }}
),

by_year as (
    select
        register,
        region_code,
        year(as_of_date) as year,
        max(as_of_date) as state_date,
        max(as_of_date) filter (list_kind = 'full') as full_date
    from lists
    group by register, region_code, year(as_of_date)
),

based as (
    select
        * exclude (full_date),
        -- of this year, else the last one before
        max(full_date) over (partition by register, region_code order by year) as base_date
    from by_year
)

select
    based.register,
    based.region_code,
    based.year,
    based.base_date,
    based.state_date,
    bool_or(lists.is_complete and lists.list_kind = 'full') as is_complete,
    list_sort(list_distinct(flatten(list(lists.source_ids)))) as source_ids
from based
inner join lists
    on based.register = lists.register
    and based.region_code = lists.region_code
    and (
        (lists.list_kind = 'full' and based.base_date = lists.as_of_date)
        or (
            lists.list_kind = 'changes'
            and based.base_date < lists.as_of_date
            and based.state_date >= lists.as_of_date
        )
    )
-- changes to a list that nobody sent say nothing of the whole
where based.base_date is not null
group by based.register, based.region_code, based.year, based.base_date, based.state_date
