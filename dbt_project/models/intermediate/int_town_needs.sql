-- One row per region above the towns and year of a minimum of places per 1,000 residents: what its towns
-- lack, each for itself, because spare places in one town do not serve another. Null unless every town is
-- known.
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
        claim_id
    from {{ ref('int_figures') }}
    where measure = 'places' and kind = 'stock' and is_figure_of_year
),

of_towns as (
    select
        targets.region_code,
        targets.target_year,
        {{ required_places('targets.target_value', 'populations.resident_population') }} as required_places,
        places.value as actual_places,
        list_concat(populations.resident_claims, [places.claim_id]) as claims
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
)

select
    region_code,
    target_year,
    count(required_places - actual_places) as towns_known,
    count(*) as towns,
    case
        when count(required_places - actual_places) = count(*)
            then sum(greatest(required_places - actual_places, 0))
    end as needed_places,
    flatten(list(claims)) as claims
from of_towns
group by region_code, target_year
