-- A figure, count or visit that is dated after the document that states it, or after today: a mistyped day,
-- or a forecast that stands among figures. Calendars decide no figure; this check alone asks what day it is.
{{ config(severity='warn') }}
with figures as (
    select claim_id, source_id, region_code, as_of_date, issued from {{ ref('int_claims') }}
    where claim_type in ('population', 'reported')
),

lists as (
    select source_id, region_code, as_of_date from {{ ref('stg_facility_rosters') }}
    union
    select source_id, region_code, inspection_date from {{ ref('stg_inspections') }}
),

dated as (
    select claim_id, source_id, region_code, as_of_date, issued from figures
    union all
    select
        cast(null as varchar) as claim_id,
        lists.source_id,
        lists.region_code,
        lists.as_of_date,
        documents.issued
    from lists
    inner join {{ ref('stg_sources') }} as sources on lists.source_id = sources.source_id
    inner join {{ ref('stg_documents') }} as documents on sources.document_id = documents.document_id
)

select * from dated
where as_of_date > try_cast(issued as date) or as_of_date > current_date
order by source_id, region_code, as_of_date, claim_id
