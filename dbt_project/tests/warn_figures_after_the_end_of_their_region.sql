-- A figure, count or visit about a region that had ended by then: it belongs to the region that took its
-- place, or the day is mistyped.
{{ config(severity='warn') }}
with dated as (
    select source_id, region_code, as_of_date from {{ ref('int_claims') }}
    where claim_type in ('population', 'reported')
    union
    select source_id, region_code, as_of_date from {{ ref('stg_facility_rosters') }}
    union
    select source_id, region_code, inspection_date from {{ ref('stg_inspections') }}
)

select dated.source_id, dated.region_code, dated.as_of_date, regions.valid_to_date
from dated
inner join {{ ref('stg_regions') }} as regions on dated.region_code = regions.region_code
where dated.as_of_date > regions.valid_to_date
order by dated.source_id, dated.region_code, dated.as_of_date
