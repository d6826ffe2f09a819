select * from {{ ref('int_quota_readings') }}
