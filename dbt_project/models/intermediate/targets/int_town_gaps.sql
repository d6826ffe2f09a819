-- One row per region above the towns, year of its minimum of places per 1,000 residents, and town: what
-- the region's minimum asks of the town, and what the town has. Null where its residents or places are
-- not known.
with targets as (
    select * from {{ ref('int_targets') }}
    where indicator = 'places_per_1000' and kind = 'stock' and comparator = '>='
),

towns as (
    select * from {{ ref('int_region_ancestors') }}
    where is_leaf and levels_up > 0
),

populations as (
    select
        region_code,
        year,
        year as population_year,
        resident_population,
        resident_claims
    from {{ ref('int_year_populations') }}
    where resident_population is not null
),

places as (
    select
        region_code,
        year,
        value,
        as_of_date,
        claim_id
    from {{ ref('int_figures') }}
    where measure = 'places' and kind = 'stock' and is_figure_of_year
),

measured as (
    select
        towns.region_code,
        targets.region_code as target_region_code,
        targets.target_year,
        targets.target_value,
        populations.resident_population as residents,
        populations.population_year,
        {{ required_places('targets.target_value', 'populations.resident_population') }} as required_places,
        places.value as actual_places,
        places.as_of_date as actual_date,
        targets.target_claims,
        populations.resident_claims,
        case when places.claim_id is not null then [places.claim_id] end as actual_claims
    from targets
    inner join towns
        on targets.region_code = towns.ancestor_code
        and make_date(targets.target_year, 12, 31) between towns.valid_from_date and towns.valid_to_date
    asof left join populations
        on towns.region_code = populations.region_code
        and targets.target_year >= populations.year
    asof left join places
        on towns.region_code = places.region_code
        and targets.target_year >= places.year
),

judged as (
    select
        *,
        required_places - actual_places as gap_places_net,
        -- greatest() would turn an unknown gap into 0
        case when required_places < actual_places then 0 else required_places - actual_places end
            as gap_places_need_only,
        case
            when actual_places is null then 'no_figure'
            when required_places is null then 'residents_unknown'
            when required_places <= actual_places then 'minimum_reached'
            else 'below_the_minimum'
        end as status_reason
    from measured
)

select
    *,
    {{ status_of('status_reason') }} as status
from judged
