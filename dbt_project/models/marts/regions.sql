with regions as (
    select * from {{ ref('stg_regions') }}
),

sources as (
    select * from {{ ref('stg_sources') }}
),

claimed as (
    select region_code, count(*) as figures from {{ ref('int_claims') }}
    where region_code is not null and claim_type != 'roster_bound'
    group by region_code
)

select
    regions.region_code,
    regions.region_name,
    regions.region_level,
    regions.parent_code,
    parents.region_name as parent_name,
    regions.code_scheme,
    regions.aliases,
    sources.is_fictional,
    cast(coalesce(claimed.figures, 0) as bigint) as source_figures
from regions
inner join sources on regions.source_id = sources.source_id
left join regions as parents on regions.parent_code = parents.region_code
left join claimed on regions.region_code = claimed.region_code
