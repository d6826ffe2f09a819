-- One row per region, year and category of a ledger, its number as places.
with ledgers as (
    select * from {{ ref('stg_quota_ledgers') }}
),

readings as (
    select * from {{ ref('int_quota_readings') }}
),

populations as (
    select
        region_code,
        year,
        resident_population
    from {{ ref('int_year_populations') }}
    where resident_population is not null
)

select
    ledgers.*,
    readings.accumulation,
    case readings.ledger_unit
        when 'places' then cast(ledgers.ledger_value as bigint)
        else {{ required_places('ledgers.ledger_value', 'populations.resident_population') }}
    end as ledger_places
from ledgers
inner join readings
    on ledgers.source_id = readings.source_id
    and ledgers.category = readings.category
-- a rate is turned into places by the residents of its year, else the latest before
asof left join populations
    on ledgers.region_code = populations.region_code
    and ledgers.target_year >= populations.year
