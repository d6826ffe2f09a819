-- Nothing is lost: each row of each file was loaded, rejected with a reason, or set aside.
select source_id, rows_read, rows_loaded, rows_rejected, rows_set_aside
from {{ ref('load_audit') }}
where rows_read != rows_loaded + rows_rejected + rows_set_aside
