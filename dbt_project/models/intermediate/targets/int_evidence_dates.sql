-- One row per region: the newest day of which anything is known in the facts, or the fiction, that the region
-- belongs to. A year is over once this day reaches its end: the build has no clock of its own, so that
-- the same files give the same figures on any day.
with regions as (
    select
        regions.region_code,
        sources.is_fictional
    from {{ ref('stg_regions') }} as regions
    inner join {{ ref('stg_sources') }} as sources on regions.source_id = sources.source_id
),

claims as (
    select
        region_code,
        claim_type,
        as_of_date,
        -- an issue date that is known in part is no day
        try_cast(issued as date) as issued_date
    from {{ ref('int_claims') }}
    where region_code is not null
),

-- Targets and quotas are dated ahead, so that of them only the days of their documents are evidence.
days as (
    select
        regions.is_fictional,
        claims.issued_date,
        case when claims.claim_type in ('population', 'reported', 'roster') then claims.as_of_date end
            as figure_date
    from claims
    inner join regions on claims.region_code = regions.region_code
),

newest as (
    select
        is_fictional,
        greatest(max(issued_date), max(figure_date)) as evidence_date
    from days
    group by is_fictional
)

select
    regions.region_code,
    newest.evidence_date
from regions
inner join newest on regions.is_fictional = newest.is_fictional
