-- A quota that was loaded stands in the mart, or a better document for the same year does.
select ledgers.source_id, ledgers.source_row, ledgers.region_code, ledgers.target_year
from {{ ref('stg_quota_ledgers') }} as ledgers
left join {{ ref('quota_progress') }} as published
    on ledgers.region_code = published.region_code
    and ledgers.target_year = published.year
    and ledgers.category = published.category
    and coalesce(published.cumulative_quota_places, published.added_quota_places) is not null
where published.region_code is null
