-- Two ledgers that give one town different quotas for a year, neither of which is known to be issued later:
-- the order of their names decides, which is no reason. Their documents need their issue dates.
{{ config(severity='warn') }}
with quotas as (
    select
        ledgers.region_code,
        ledgers.target_year,
        ledgers.category,
        ledgers.source_id,
        ledgers.ledger_places,
        ledgers.accumulation,
        documents.grade,
        try_cast(documents.issued as date) as issued_date
    from {{ ref('int_quota_ledgers') }} as ledgers
    inner join {{ ref('stg_sources') }} as sources on ledgers.source_id = sources.source_id
    inner join {{ ref('stg_documents') }} as documents
        on coalesce(ledgers.document_id, sources.document_id) = documents.document_id
)

select
    one.region_code,
    one.target_year,
    one.category,
    one.source_id,
    one.ledger_places,
    other.source_id as other_source_id,
    other.ledger_places as other_ledger_places
from quotas as one
inner join quotas as other
    on one.region_code = other.region_code
    and one.target_year = other.target_year
    and one.category = other.category
    and one.accumulation = other.accumulation
    and one.grade = other.grade
    and one.source_id < other.source_id
    and one.ledger_places != other.ledger_places
where coalesce(one.issued_date = other.issued_date, true)
order by one.region_code, one.target_year, one.category, one.source_id, other.source_id
