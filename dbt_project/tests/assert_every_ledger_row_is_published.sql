-- A quota that was loaded stands in the mart, or another document for the same year does, or its ledger was
-- issued again without the town, or the town had ended.
with published as (
    select * from {{ ref('quota_progress') }}
    where coalesce(cumulative_quota_places, added_quota_places) is not null
)

select ledgers.source_id, ledgers.source_row, ledgers.region_code, ledgers.target_year
from {{ ref('stg_quota_ledgers') }} as ledgers
left join {{ ref('stg_regions') }} as regions on ledgers.region_code = regions.region_code
left join published
    on ledgers.region_code = published.region_code
    and ledgers.target_year = published.year
    and ledgers.category = published.category
left join {{ ref('int_superseded_ledgers') }} as superseded
    on ledgers.source_id = superseded.source_id
    and ledgers.category = superseded.category
    and ledgers.target_year = superseded.target_year
    and coalesce(regions.parent_code, 'itself: ' || ledgers.region_code) = superseded.ledger_area
where
    published.region_code is null
    and superseded.source_id is null
    and coalesce(regions.valid_to_date >= {{ target_date('ledgers.target_year') }}, true)
