-- A whole list with half the facilities of the one before, for one county and register: a mistyped day
-- or a page that was not sent makes a list of a few rows, and the rest of the county disappears.
{{ config(severity='warn') }}
with listed as (
    select
        rosters.register,
        coalesce(regions.parent_code, regions.region_code) as county_code,
        rosters.as_of_date,
        count(*) as facilities
    from {{ ref('stg_facility_rosters') }} as rosters
    inner join {{ ref('stg_regions') }} as regions on rosters.region_code = regions.region_code
    where rosters.list_kind = 'full'
    group by all
),

in_order as (
    select
        *,
        lag(facilities) over (
            partition by register, county_code
            order by as_of_date
        ) as facilities_before
    from listed
)

select * from in_order
where facilities <= 0.5 * facilities_before and facilities_before - facilities >= 2
order by county_code, register, as_of_date
