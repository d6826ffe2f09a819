-- sources.yml declares a unit or an accumulation that the numbers of the ledger contradict.
{{ config(severity='warn') }}
select source_id, category, declared_unit, inferred_unit, declared_accumulation, inferred_accumulation
from {{ ref('int_quota_readings') }}
where is_contradicted
