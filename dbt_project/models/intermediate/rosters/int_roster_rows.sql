-- One row per row of a roster, with the facility that it is about and the defaults of its register.
with rosters as (
    select * from {{ ref('stg_facility_rosters') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

records as (
    select * from {{ ref('stg_facility_records') }}
),

twins as (
    select * from {{ ref('stg_facility_twins') }}
)

select
    rosters.* exclude (facility_type, filing_status, places, inclusive_places),
    records.facility_key,
    records.credit_code_is_valid,
    records.local_id_is_rounded,
    coalesce(
        rosters.facility_type,
        case rosters.register when 'education' then 'kindergarten' else 'registered' end
    ) as facility_type,
    coalesce(
        rosters.filing_status,
        case rosters.register when 'education' then 'not_filed' else 'filed' end
    ) as filing_status,
    {{ class_places('rosters') }} as places_of_classes,
    rosters.places as places_stated,
    coalesce(rosters.places, {{ class_places('rosters') }}) as places,
    coalesce(
        rosters.inclusive_places,
        case
            when rosters.is_inclusive then coalesce(rosters.places, {{ class_places('rosters') }})
            when not rosters.is_inclusive then 0
        end
    ) as inclusive_places
from rosters
inner join sources on rosters.source_id = sources.source_id
left join twins
    on rosters.source_id = twins.source_id
    and rosters.source_sheet is not distinct from twins.source_sheet
    and rosters.source_row = twins.source_row
inner join records
    on records.record_id = coalesce(twins.record_id, {{ record_id('sources.is_fictional', 'rosters') }})
