"""The marts of an invented nation, written by hand in DuckDB, without any check."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

MARTS = ("region_years", "indicator_values", "quota_progress", "target_gaps")
SCRIPT = """
create view regions as
select "区划代码" as code, length("区划代码") = 11 as is_town
from read_csv(getvariable('raw') || '/regions.csv', types = {'区划代码': 'varchar'});

create table population as
select
    "区划代码" as code, "年度" as year, "常住人口" as residents,
    "0岁" + "1岁" + "2岁" as children
from read_csv(getvariable('raw') || '/population-*.csv', types = {'区划代码': 'varchar'});

create table rows as
select
    "区划代码" as town, "统计日期" as day, year("统计日期") as year, "托位数" as places,
    case "是否普惠" when '是' then "托位数" else 0 end as inclusive_places,
    case when "举办性质" in ('公办', '公建民营') then "托位数" else 0 end as public_places,
    "在托婴幼儿数" as enrolled_children, "保育人员数" as caregivers, "月收费" as fee,
    if("机构类型" = '幼儿园', "备案状态" != '已注销', "备案状态" = '已备案') as counts
from read_csv(
    getvariable('raw') || '/roster-*.csv', delim = ',', quote = '"', escape = '"', header = true,
    auto_detect = false,  -- to look at every file first takes longer than to read it
    columns = {
        '统计日期': 'date', '机构编号': 'varchar', '机构名称': 'varchar', '区划代码': 'varchar',
        '地址': 'varchar', '机构类型': 'varchar', '备案状态': 'varchar', '举办性质': 'varchar',
        '是否普惠': 'varchar', '托位数': 'integer', '在托婴幼儿数': 'integer',
        '保育人员数': 'integer', '月收费': 'integer'
    }
);

-- of a year the last list that a province sent counts
create table last_lists as
select town[:4] as province, year, max(day) as day from rows group by all;

create table counted as
select rows.* from rows
join last_lists
    on rows.town[:4] = last_lists.province and rows.year = last_lists.year
    and rows.day = last_lists.day
where counts;

create view above as
select code as town, unnest([code, code[:8], code[:6], code[:4], code[:2]]) as code
from regions where is_town;

create table towns as
select
    regions.code as town, last_lists.year, last_lists.day, count(counted.town) as facilities,
    coalesce(sum(places), 0) as places, coalesce(sum(inclusive_places), 0) as inclusive_places,
    coalesce(sum(public_places), 0) as public_places,
    coalesce(sum(enrolled_children), 0) as enrolled_children,
    coalesce(sum(caregivers), 0) as caregivers
from regions
join last_lists on regions.code[:4] = last_lists.province
left join counted on regions.code = counted.town and last_lists.year = counted.year
where is_town
group by all;

create table counts as
select
    above.code, year, max(day) as day, sum(facilities) as facilities, sum(places) as places,
    sum(inclusive_places) as inclusive_places, sum(public_places) as public_places,
    sum(enrolled_children) as enrolled_children, sum(caregivers) as caregivers,
    count(*) as towns, count_if(facilities > 0) as towns_with_facility
from towns join above using (town)
group by above.code, year;

create table fees as
select above.code, year, median(fee) as fee
from counted join above using (town)
group by above.code, year;

create table region_years as
select
    code as region_code, year, residents as resident_population, children as children_under_3,
    facilities, places, inclusive_places, public_places, enrolled_children, caregivers,
    day as places_date
from population left join counts using (code, year);

create table indicator_values as
with known as (select * from counts join population using (code, year)),
ratios as (
    from (values
        ('places_per_1000', 1000), ('inclusive_place_ratio', 1), ('public_place_ratio', 1),
        ('places_per_child_under_3', 1), ('place_utilisation_ratio', 1), ('enrolment_ratio', 1),
        ('town_coverage_ratio', 1), ('children_per_caregiver', 1)
    ) as t (indicator, scale)
),
parts as (
    select
        code as region_code, indicator, day as as_of_date, year, scale,
        case
            when indicator in ('places_per_1000', 'places_per_child_under_3') then places
            when indicator = 'inclusive_place_ratio' then inclusive_places
            when indicator = 'public_place_ratio' then public_places
            when indicator = 'town_coverage_ratio' then towns_with_facility
            else enrolled_children
        end as numerator,
        case
            when indicator = 'places_per_1000' then residents
            when indicator in ('places_per_child_under_3', 'enrolment_ratio') then children
            when indicator = 'town_coverage_ratio' then towns
            when indicator = 'children_per_caregiver' then caregivers
            else places
        end as denominator
    from known cross join ratios
)
select
    region_code, indicator, as_of_date, year,
    (scale * numerator)::double / denominator::double as value, numerator, denominator
from parts where denominator > 0
union all
select code, 'median_monthly_fee_yuan', day, year, fee, null, null
from counts join fees using (code, year)
where fee is not null;

create table quotas as
select "区划代码" as code, "年度" as year, "累计托位数" as quota
from read_csv(getvariable('raw') || '/quotas.csv', types = {'区划代码': 'varchar'});

create table targets as
select "区划代码" as code, "目标年份" as year, "目标值"::decimal(18, 6) as target
from read_csv(getvariable('raw') || '/targets.csv', all_varchar = true);

create table quota_progress as
with finals as (select code, arg_max(quota, year) as final from quotas group by code)
select
    code as region_code, quotas.year, quota as cumulative_quota_places,
    quota - lag(quota, 1, 0) over (partition by code order by quotas.year) as added_quota_places,
    round(1000 * final::double / target)::bigint as implied_residents,
    quota * target::double / nullif(final, 0) as implied_places_per_1000, places as actual_places,
    quota - places as gap_places, if(places >= quota, 'met', 'missed') as status
from quotas
join finals using (code)
join targets on code[:8] = targets.code
left join towns on code = towns.town and quotas.year = towns.year;

create table target_gaps as
with paths as (
    select * from indicator_values where indicator = 'places_per_1000'
),
ends as (
    select
        region_code, max(as_of_date) as last_day, arg_max(value, as_of_date) as last_value
    from paths group by region_code
),
needs as (
    select
        above.code,
        sum(greatest(ceil(target * residents / 1000)::bigint - places, 0)) as need
    from towns
    join population on towns.town = population.code and towns.year = population.year
    join above on towns.town = above.town
    join targets on above.code = targets.code and towns.year = targets.year
    group by above.code
),
measured as (
    select
        targets.code as region_code, targets.year as target_year, target::double as target_value,
        last_value as actual_value, last_day as actual_date,
        target::double - last_value as gap_value,
        residents, (target * residents / 1000) as needed, places as actual_places, need
    from targets
    join ends on targets.code = ends.region_code
    join population on targets.code = population.code and targets.year = population.year
    join counts on targets.code = counts.code and targets.year = counts.year
    join needs on targets.code = needs.code
)
select
    region_code, target_year, target_value, actual_value, actual_date, gap_value, residents,
    ceil(needed)::bigint as required_places, actual_places,
    ceil(needed)::bigint - actual_places as gap_places_net, need as gap_places_need_only,
    -- residents of the end of its year are known: the year is over
    null::double as required_pace_per_year, if(gap_value <= 0, 'met', 'missed') as status
from measured;
"""


def main() -> None:
    """Compute the marts of the files of one folder into another."""
    raw, out = Path(sys.argv[1]), Path(sys.argv[2])
    with duckdb.connect(str(out / "rival.duckdb")) as connection:
        connection.execute("set variable raw = ?", [str(raw)])
        connection.execute(SCRIPT)
        for mart in MARTS:
            connection.execute(f"copy {mart} to '{out / mart}.parquet'")


if __name__ == "__main__":
    main()
