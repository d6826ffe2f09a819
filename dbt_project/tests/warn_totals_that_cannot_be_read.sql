-- A total row holds something that is no number, so that nothing is held against it.
{{ config(severity='warn') }}
select totals.source_id, sources.source_file, totals.source_row, totals.column_name, totals.found
from {{ ref('stg_stated_totals') }} as totals
left join {{ ref('stg_sources') }} as sources on totals.source_id = sources.source_id
where totals.stated_value is null
