-- Two numbers for one measure, region and date in one source: one of the rows is a slip.
select source_id, region_code, measure, as_of_date, count(*) as found_rows
from {{ ref('int_claims') }}
where claim_type = 'population'
group by source_id, region_code, measure, as_of_date
having count(*) > 1
