-- A fictional region below a real one would enter its totals, and the other way round.
select children.region_code, parents.region_code as parent_code
from {{ ref('regions') }} as children
inner join {{ ref('regions') }} as parents on children.parent_code = parents.region_code
where children.is_fictional != parents.is_fictional
