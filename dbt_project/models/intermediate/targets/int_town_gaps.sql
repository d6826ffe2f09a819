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

evidence as (
    select * from {{ ref('int_evidence_dates') }}
),

places as (
    select
        region_code,
        year,
        value,
        qualifier,
        as_of_date,
        claim_id
    from {{ ref('int_figures') }}
    where measure = 'places' and kind = 'stock' and is_figure_of_year
),

matched as (
    select
        towns.region_code,
        targets.region_code as target_region_code,
        targets.target_year,
        targets.target_value,
        coalesce(evidence.evidence_date >= {{ target_date('targets.target_year') }}, false) as is_over,
        populations.resident_population as residents,
        populations.population_year,
        {{ required_places('targets.target_value', 'populations.resident_population') }} as required_places,
        places.value as actual_places,
        places.qualifier as actual_qualifier,
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
    left join evidence on towns.region_code = evidence.region_code
),

measured as (
    select
        * exclude (is_known, actual_places, actual_date, actual_claims),
        actual_places is not null as is_known_earlier,
        case when is_known then actual_places end as actual_places,
        case when is_known then actual_date end as actual_date,
        case when is_known then actual_claims end as actual_claims,
        {{ leaves_minimum_open('actual_places', 'actual_qualifier', 'required_places') }} as is_open
    from (
        select
            *,
            not is_over or {{ is_near_target_date('actual_date', 'target_year') }} as is_known
        from matched
    ) as dated
),

judged as (
    select
        *,
        -- how far a bound is from the minimum is not known
        case when not {{ is_bound('actual_qualifier') }} then required_places - actual_places end
            as gap_places_net,
        -- a bound that is enough leaves nothing to add; greatest() would turn an unknown gap into 0
        case
            when is_open then null
            when required_places <= actual_places then 0
            when not {{ is_bound('actual_qualifier') }} then required_places - actual_places
        end as gap_places_need_only,
        case
            when actual_places is null and is_known_earlier then 'nothing_near_target_date'
            when actual_places is null then 'no_figure'
            when required_places is null then 'residents_unknown'
            -- a minimum per 1,000 residents says nothing of a town without any
            when residents = 0 then 'no_residents'
            when is_open then 'only_a_bound_is_known'
            when required_places <= actual_places then 'minimum_reached'
            when is_over then 'below_the_minimum_when_due'
            else 'below_the_minimum'
        end as status_reason
    from measured
)

select
    *,
    {{ status_of('status_reason') }} as status
from judged
