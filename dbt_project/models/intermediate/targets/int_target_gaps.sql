-- One row per region, indicator, stock or flow, and target year. Indicators with a formula that have
-- a value but no target, and places per 1,000 of every region with data, have a row without target.
with targets as (
    select * from {{ ref('int_targets') }}
),

indicators as (
    select * from {{ ref('stg_indicators') }}
),

indicator_values as (
    select * from {{ ref('int_indicator_values') }}
),

headlines as (
    select * from indicator_values
    where is_headline
),

-- the least that there is of what is not known as a whole
bounds as (
    select * from {{ ref('int_unknown_counts') }}
    where value_at_least is not null and scope = '{{ var("headline_scope") }}'
),

-- stocks that are known at some time, however far from the target date
known_stocks as (
    select region_code, indicator, kind from headlines
    where kind = 'stock' and value is not null
    group by region_code, indicator, kind
),

evidence as (
    select * from {{ ref('int_evidence_dates') }}
),

regions_with_data as (
    select region_code from {{ ref('int_claims') }}
    where region_code is not null
    group by region_code
),

untargeted as (
    select region_code, 'places_per_1000' as indicator, 'stock' as kind from regions_with_data
    union
    select headlines.region_code, headlines.indicator, headlines.kind
    from headlines
    inner join indicators on headlines.indicator = indicators.indicator
    where indicators.numerator_measure is not null and headlines.kind = 'stock'
    except
    select region_code, indicator, kind from targets
),

aims as (
    select
        region_code, indicator, kind, target_year, comparator, target_value, target_value_upper,
        is_contradicted, target_claims, target_upper_claims
    from targets
    union all
    select
        region_code, indicator, kind,
        cast(null as integer) as target_year,
        cast(null as varchar) as comparator,
        cast(null as decimal(24, 6)) as target_value,
        cast(null as decimal(24, 6)) as target_value_upper,
        false as is_contradicted,
        cast([] as varchar[]) as target_claims,
        cast([] as varchar[]) as target_upper_claims
    from untargeted
),

pairs as (
    select
        aims.*,
        {{ target_date('aims.target_year') }} as target_date,
        coalesce(evidence.evidence_date >= {{ target_date('aims.target_year') }}, false) as is_over
    from aims
    left join evidence on aims.region_code = evidence.region_code
),

figures as (
    select
        region_code, indicator, kind, as_of_date, year, value, scope, qualifier, grade, numerator_claims,
        denominator_claims,
        false as is_bound
    from headlines
    where value is not null
    union all
    select
        region_code, indicator, kind, as_of_date, year,
        value_at_least as value,
        scope,
        'at_least' as qualifier,
        cast(null as varchar) as grade,
        at_least_claims as numerator_claims,
        denominator_claims,
        true as is_bound
    from bounds
),

-- A stock is compared with its figure at the target date, a flow with what was added in the target year.
-- A figure of a later day says whether the target was reached since, and no more.
comparable as (
    select
        pairs.region_code,
        pairs.indicator,
        pairs.kind,
        pairs.target_year,
        figures.as_of_date,
        figures.value,
        figures.scope,
        figures.qualifier,
        figures.grade,
        figures.numerator_claims,
        figures.denominator_claims,
        figures.is_bound,
        -- a target whose year is over is judged by a figure near its date
        not pairs.is_over
        or pairs.kind = 'flow'
        or {{ is_near_target_date('figures.as_of_date', 'pairs.target_year') }} as may_judge,
        row_number() over (
            partition by pairs.region_code, pairs.indicator, pairs.kind, pairs.target_year
            order by figures.as_of_date desc, figures.is_bound asc
        ) as from_last,
        row_number() over (
            partition by pairs.region_code, pairs.indicator, pairs.kind, pairs.target_year
            order by figures.is_bound, figures.as_of_date
        ) as from_first
    from pairs
    inner join figures
        on pairs.region_code = figures.region_code
        and pairs.indicator = figures.indicator
        and pairs.kind = figures.kind
    left join known_stocks
        on pairs.region_code = known_stocks.region_code
        and pairs.indicator = known_stocks.indicator
        and pairs.kind = known_stocks.kind
    where
        -- a bound that decides nothing stands back behind an older figure
        (
            not figures.is_bound
            or not {{ leaves_target_open('figures.value', 'figures.qualifier') }}
            or known_stocks.region_code is null
        )
        and case pairs.kind
            when 'stock' then coalesce(figures.as_of_date <= pairs.target_date, true)
            else figures.year = pairs.target_year
        end
),

-- the first later figure of a stock that satisfies the target
reached_later as (
    select
        pairs.region_code,
        pairs.indicator,
        pairs.kind,
        pairs.target_year,
        headlines.as_of_date,
        headlines.value,
        list_concat(headlines.numerator_claims, headlines.denominator_claims) as claims,
        row_number() over (
            partition by pairs.region_code, pairs.indicator, pairs.kind, pairs.target_year
            order by headlines.as_of_date
        ) as from_first
    from pairs
    inner join headlines
        on pairs.region_code = headlines.region_code
        and pairs.indicator = headlines.indicator
        and pairs.kind = headlines.kind
        and pairs.target_date < headlines.as_of_date
    where
        pairs.kind = 'stock'
        and {{ meets_target('headlines.value') }}
        and not {{ leaves_target_open('headlines.value', 'headlines.qualifier') }}
),

-- what other counting scopes say of the day by which a target is judged, where it denies the target
denials as (
    select
        latest.region_code,
        latest.indicator,
        latest.kind,
        latest.target_year,
        indicator_values.scope,
        indicator_values.value,
        list_concat(indicator_values.numerator_claims, indicator_values.denominator_claims) as claims,
        row_number() over (
            partition by latest.region_code, latest.indicator, latest.kind, latest.target_year
            order by
                {{ distance_to_target('indicator_values.value') }} desc,
                indicator_values.scope, indicator_values.value_origin asc
        ) as from_farthest
    from comparable as latest
    inner join pairs
        on latest.region_code = pairs.region_code
        and latest.indicator = pairs.indicator
        and latest.kind = pairs.kind
        and latest.target_year = pairs.target_year
    inner join indicator_values
        on latest.region_code = indicator_values.region_code
        and latest.indicator = indicator_values.indicator
        and latest.kind = indicator_values.kind
        and latest.as_of_date = indicator_values.as_of_date
        and latest.scope != indicator_values.scope
    where
        latest.from_last = 1
        and not {{ meets_target('indicator_values.value') }}
        and not {{ leaves_target_open('indicator_values.value', 'indicator_values.qualifier') }}
),

-- what a hasty reader would compare: the other kind, or the flow that goes by a similar name
lookalikes as (
    select distinct pairs.region_code, pairs.indicator, pairs.kind
    from pairs
    inner join indicators on pairs.indicator = indicators.indicator
    inner join headlines
        on pairs.region_code = headlines.region_code
        and (
            (pairs.indicator = headlines.indicator and pairs.kind != headlines.kind)
            or (indicators.flow_counterpart = headlines.indicator)
        )
),

populations as (
    select * from {{ ref('int_populations_carried_forward') }}
    where measure = 'resident_population'
),

places as (
    select * from {{ ref('int_figures') }}
    where measure = 'places' and kind = 'stock'
),

needs as (
    select
        *,
        'places_per_1000' as indicator,
        'stock' as kind
    from {{ ref('int_town_needs') }}
    where needed_places is not null
),

quotas as (
    select
        *,
        'places_per_1000' as indicator,
        'stock' as kind
    from {{ ref('int_quota_totals') }}
    where category = 'all'
),

measured as (
    select
        pairs.*,
        indicators.unit,
        latest.value as actual_value,
        latest.as_of_date as actual_date,
        latest.qualifier as actual_qualifier,
        list_concat(latest.numerator_claims, latest.denominator_claims) as actual_claims,
        case when latest.as_of_date > earliest.as_of_date then earliest.value end as first_value,
        case when latest.as_of_date > earliest.as_of_date then earliest.as_of_date end as first_date,
        earliest.qualifier as first_qualifier,
        list_concat(earliest.numerator_claims, earliest.denominator_claims) as first_claims,
        -- where the path to the target begins; the one figure is the first one too
        earliest.value as start_value,
        earliest.as_of_date as start_date,
        reached_later.as_of_date as since_reached_on,
        reached_later.value as since_reached_value,
        reached_later.claims as since_reached_claims,
        denials.scope as denied_by_scope,
        denials.value as denied_by_value,
        denials.claims as denied_by_claims,
        known_stocks.region_code is not null as is_known_at_some_time,
        lookalikes.region_code is not null as has_lookalike,
        pairs.region_code in (select known.region_code from places as known) as has_places,
        populations.value as residents,
        populations.population_year,
        populations.claims as resident_claims,
        case
            when pairs.indicator = 'places_per_1000' and pairs.comparator = '>='
                then {{ required_places('pairs.target_value', 'populations.value') }}
        end as required_places,
        case when pairs.indicator = 'places_per_1000' then places.value end as actual_places,
        places.qualifier as actual_places_qualifier,
        case when pairs.indicator = 'places_per_1000' then [places.claim_id] end as actual_places_claims,
        needs.needed_places,
        needs.towns as need_towns,
        needs.claims as need_claims,
        quotas.quota_places,
        quotas.quota_basis,
        quotas.towns_with_quota,
        quotas.towns,
        quotas.quota_claims
    from pairs
    inner join indicators on pairs.indicator = indicators.indicator
    left join comparable as latest
        on pairs.region_code = latest.region_code
        and pairs.indicator = latest.indicator
        and pairs.kind = latest.kind
        and pairs.target_year is not distinct from latest.target_year
        and latest.from_last = 1
        and latest.may_judge
    left join comparable as earliest
        on pairs.region_code = earliest.region_code
        and pairs.indicator = earliest.indicator
        and pairs.kind = earliest.kind
        and pairs.target_year is not distinct from earliest.target_year
        and earliest.from_first = 1
        and not earliest.is_bound
    left join reached_later
        on pairs.region_code = reached_later.region_code
        and pairs.indicator = reached_later.indicator
        and pairs.kind = reached_later.kind
        and pairs.target_year = reached_later.target_year
        and reached_later.from_first = 1
    left join denials
        on pairs.region_code = denials.region_code
        and pairs.indicator = denials.indicator
        and pairs.kind = denials.kind
        and pairs.target_year = denials.target_year
        and denials.from_farthest = 1
    left join known_stocks
        on pairs.region_code = known_stocks.region_code
        and pairs.indicator = known_stocks.indicator
        and pairs.kind = known_stocks.kind
    left join lookalikes
        on pairs.region_code = lookalikes.region_code
        and pairs.indicator = lookalikes.indicator
        and pairs.kind = lookalikes.kind
    left join populations
        on pairs.region_code = populations.region_code
        and pairs.target_year = populations.year
    left join places
        on pairs.region_code = places.region_code
        and latest.as_of_date = places.as_of_date
        and latest.scope = places.scope
    left join needs
        on pairs.region_code = needs.region_code
        and pairs.target_year = needs.target_year
        and pairs.indicator = needs.indicator
        and pairs.kind = needs.kind
    left join quotas
        on pairs.region_code = quotas.region_code
        and pairs.target_year = quotas.year
        and pairs.indicator = quotas.indicator
        and pairs.kind = quotas.kind
),

decided as (
    select
        *,
        {{ meets_target('actual_value') }} as is_met,
        {{ leaves_target_open('actual_value', 'actual_qualifier') }} as is_open,
        {{ leaves_minimum_open('actual_places', 'actual_places_qualifier', 'required_places') }}
            as are_places_open,
        date_diff('day', actual_date, target_date) / 365.25 as years_left,
        date_diff('day', first_date, actual_date) / 365.25 as years_observed
    from measured
),

compared as (
    select
        *,
        -- how far it is from a bound is not known
        case when not {{ is_bound('actual_qualifier') }} then {{ distance_to_target('actual_value') }} end
            as gap_value,
        {{ distance_to_target('first_value') }} as first_gap_value
    from decided
),

paced as (
    select
        *,
        -- paces count what is gained on the target, whichever side it is approached from
        case
            when not {{ is_bound('first_qualifier') }} and not {{ is_bound('actual_qualifier') }}
                then (first_gap_value - gap_value) / years_observed
        end as observed_pace_per_year,
        case when not is_met and not is_over and years_left > 0 then gap_value / years_left end
            as required_pace_per_year
    from compared
),

netted as (
    select
        *,
        case
            when indicator = 'places_per_1000' and not {{ is_bound('actual_places_qualifier') }}
                then required_places - actual_places
            when indicator != 'places_per_1000' and unit = 'places' then gap_value
        end as gap_places_net,
        case
            when indicator = 'places_per_1000' then required_places <= actual_places and not are_places_open
            when unit = 'places' then is_met and not is_open
        end as are_places_enough,
        list_concat(resident_claims, actual_places_claims) as gap_claims
    from paced
),

judged as (
    select
        *,
        case
            when target_value is null then 'no_target_set'
            when actual_value is null and indicator = 'places_per_1000' and residents = 0 then 'no_residents'
            when actual_value is null and is_over and is_known_at_some_time then 'nothing_near_target_date'
            when actual_value is null and has_lookalike then 'only_a_flow_is_known'
            when
                actual_value is null and indicator = 'places_per_1000' and residents is null and has_places
                then 'residents_unknown'
            when actual_value is null then 'no_figure'
            when is_open then 'only_a_bound_is_known'
            when is_met then 'target_reached'
            when is_over and kind = 'flow' and actual_date < target_date then 'flow_of_part_of_the_year'
            when is_over then 'below_when_due'
            when observed_pace_per_year >= required_pace_per_year then 'pace_sufficient'
            when kind = 'flow' then 'year_not_over'
            when observed_pace_per_year is null then 'one_figure_only'
            else 'pace_insufficient'
        end as status_reason
    from netted
)

select
    * exclude (
        since_reached_on, since_reached_value, since_reached_claims,
        denied_by_scope, denied_by_value, denied_by_claims
    ),
    case when status_reason = 'target_reached' then denied_by_scope end as denied_by_scope,
    case when status_reason = 'target_reached' then denied_by_value end as denied_by_value,
    case when status_reason = 'target_reached' then denied_by_claims end as denied_by_claims,
    case when status_reason in ('below_when_due', 'nothing_near_target_date') then since_reached_on end
        as since_reached_on,
    case when status_reason in ('below_when_due', 'nothing_near_target_date') then since_reached_value end
        as since_reached_value,
    case when status_reason in ('below_when_due', 'nothing_near_target_date') then since_reached_claims end
        as since_reached_claims,
    -- a bound that is enough leaves nothing to add; greatest() would turn an unknown gap into 0
    coalesce(needed_places, case when are_places_enough then 0 else gap_places_net end)
        as gap_places_need_only,
    case when indicator = 'places_per_1000' then coalesce(need_claims, gap_claims) end
        as need_only_claims,
    case when quota_places is not null then 1000 * cast(quota_places as double) / nullif(residents, 0) end
        as quota_places_per_1000,
    required_places - quota_places as quota_gap_places,
    -- inputs of gap_places_net: of required places their target and residents, else the value itself
    case when required_places is not null then resident_claims end as required_resident_claims,
    case when indicator != 'places_per_1000' then actual_claims end as gap_actual_claims,
    case when target_value_upper is not null then target_upper_claims end as range_claims,
    case
        when comparator in ('>=', '>', '=') and target_value > 0 and not is_open
            then actual_value / cast(target_value as double)
    end as achievement_ratio,
    {{ status_of('status_reason') }} as status
from judged
