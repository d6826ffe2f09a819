-- The total printed beside a town is its last cumulative quota, or the sum of its additions.
-- One place: a total rounded apart from its parts (ADR-0006).
select region_code, year, category, stated_total_places, stated_total_difference_places
from {{ ref('quota_progress') }}
where abs(stated_total_difference_places) > 1
