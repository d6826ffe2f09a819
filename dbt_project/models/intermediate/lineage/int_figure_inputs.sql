{{ config(materialized="view") }}
-- One row per published figure and cell that it was made from. A formula is a code of
-- pipeline/contracts/formulas.yml. A figure that is not listed here has no source, and the test
-- `has_lineage` on its mart fails.
{% set gap_formula -%}
    case comparator when '<=' then 'gap_to_maximum' when '=' then 'gap_to_value'
        when 'between' then 'gap_to_range' else 'gap_to_minimum' end
{%- endset %}
{%- set summed_measures = [] %}
{%- for measure in roster_measures('sum') %}
{%- set inputs = [(measure.name, measure.name ~ '_claims')] %}
{%- do summed_measures.append((measure.name, 'stated_or_counted', inputs)) %}
{%- endfor %}

with inputs as (
    {{ figure_inputs('int_region_years', 'region_years', ['region_code', 'year'], [
        ('resident_population', 'residents_of_year',
            [('resident_population', 'resident_claims')]),
        ('children_under_3',
            "case when children_are_summed then 'children_of_regions'"
            ~ " when children_basis = 'modelled' then 'age_0_and_half_of_1_to_4'"
            ~ " when len(children_claims) = 1 then 'as_stated' else 'ages_0_to_2' end",
            [('ages', 'children_claims')]),
        ('births', 'births_of_year', [('births', 'births_claims')]),
        ('facilities', 'stated_or_counted', [('facilities', 'facilities_claims')]),
        ('places_at_least', 'known_parts', [('places', 'places_at_least_claims')]),
        ('places_at_most', 'counted_as_several', [('places', 'places_at_most_claims')]),
    ] + summed_measures) }}
    union all
    {{ figure_inputs('int_indicator_values', 'indicator_values',
        ['region_code', 'indicator', 'kind', 'as_of_date', 'value_origin', 'scope'], [
        ('value', "case value_origin when 'stated' then 'as_stated' when 'counted' then 'counted' else 'scaled_ratio' end",
            [('numerator', 'numerator_claims'), ('denominator', 'denominator_claims')]),
        ('numerator', 'numerator', [('numerator', 'numerator_claims')]),
        ('denominator', 'denominator', [('denominator', 'denominator_claims')]),
        ('lowest_value', "case when len(lowest_denominator_claims) = 0 then 'lowest_claim' else 'scaled_ratio' end",
            [('numerator', 'lowest_claims'), ('denominator', 'lowest_denominator_claims')]),
        ('highest_value', "case when len(highest_denominator_claims) = 0 then 'highest_claim' else 'scaled_ratio' end",
            [('numerator', 'highest_claims'), ('denominator', 'highest_denominator_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_unknown_counts', 'indicator_values',
        ['region_code', 'indicator', 'kind', 'as_of_date', 'value_origin', 'scope'], [
        ('value_at_least',
            "case when len(denominator_claims) > 0 then 'scaled_ratio' when value_at_most is null then 'known_parts'"
            ~ " else 'counted_as_one' end",
            [('numerator', 'at_least_claims'), ('denominator', 'denominator_claims')]),
        ('value_at_most',
            "case when len(denominator_claims) > 0 then 'scaled_ratio' else 'counted_as_several' end",
            [('numerator', 'at_most_claims'), ('denominator', 'denominator_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_target_gaps', 'target_gaps',
        ['region_code', 'indicator', 'kind', 'target_year'], [
        ('target_value', 'as_stated', [('target', 'target_claims')]),
        ('target_value_upper', 'as_stated', [('target', 'target_upper_claims')]),
        ('actual_value', 'latest_value', [('actual', 'actual_claims')]),
        ('denied_by_value', 'in_another_scope', [('actual', 'denied_by_claims')]),
        ('since_reached_value', 'reached_later', [('actual', 'since_reached_claims')]),
        ('achievement_ratio', 'achievement',
            [('actual', 'actual_claims'), ('target', 'target_claims')]),
        ('gap_value',
            gap_formula,
            [('actual', 'actual_claims'), ('target', 'target_claims'),
             ('upper target', 'range_claims')]),
        ('residents', 'residents_of_year',
            [('resident_population', 'resident_claims')]),
        ('required_places', 'required_places',
            [('target', 'target_claims'), ('resident_population', 'resident_claims')]),
        ('actual_places', 'places_at_same_date', [('places', 'actual_places_claims')]),
        ('gap_places_net',
            "case when indicator = 'places_per_1000' then 'net_gap' else " ~ gap_formula ~ " end",
            [('target', 'target_claims'), ('upper target', 'range_claims'),
             ('resident_population', 'required_resident_claims'), ('actual', 'gap_actual_claims'),
             ('places', 'actual_places_claims')]),
        ('gap_places_need_only',
            "case when indicator != 'places_per_1000' then 'gap_at_least_0' when need_towns is null then 'net_gap_at_least_0' else 'gaps_of_towns' end",
            [('target', 'target_claims'), ('upper target', 'range_claims'),
             ('actual', 'gap_actual_claims'), ('residents and places', 'need_only_claims')]),
        ('quota_places', 'ledger_total', [('quota', 'quota_claims')]),
        ('quota_places_per_1000', 'quota_per_1000',
            [('quota', 'quota_claims'), ('resident_population', 'resident_claims')]),
        ('quota_gap_places', 'required_less_quota',
            [('quota', 'quota_claims'), ('target', 'target_claims'),
             ('resident_population', 'resident_claims')]),
        ('observed_pace_per_year', 'observed_pace',
            [('latest', 'actual_claims'), ('first', 'first_claims'), ('target', 'target_claims'),
             ('upper target', 'range_claims')]),
        ('required_pace_per_year', 'required_pace',
            [('actual', 'actual_claims'), ('target', 'target_claims'),
             ('upper target', 'range_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_target_paths', 'target_paths',
        ['region_code', 'indicator', 'target_year', 'year'], [
        ('target_value', 'as_stated', [('target', 'target_claims')]),
        ('actual_value', 'latest_value', [('actual', 'actual_claims')]),
        ('path_value', 'path',
            [('first', 'start_claims'), ('target', 'target_claims')]),
        ('quota_places',
            "case quota_basis when 'reported' then 'ledger_total' else 'sum_of_towns' end",
            [('quota', 'quota_claims')]),
        ('residents', 'residents_of_year',
            [('resident_population', 'resident_claims')]),
        ('quota_places_per_1000', 'quota_per_1000',
            [('quota', 'quota_claims'), ('resident_population', 'resident_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_town_gaps', 'town_gaps',
        ['region_code', 'target_region_code', 'target_year'], [
        ('target_value', 'as_stated', [('target', 'target_claims')]),
        ('residents', 'residents_of_year',
            [('resident_population', 'resident_claims')]),
        ('required_places', 'required_places',
            [('target', 'target_claims'), ('resident_population', 'resident_claims')]),
        ('actual_places', 'places_at_same_date', [('places', 'actual_claims')]),
        ('gap_places_net', 'net_gap',
            [('target', 'target_claims'), ('resident_population', 'resident_claims'),
             ('places', 'actual_claims')]),
        ('gap_places_need_only', 'net_gap_at_least_0',
            [('target', 'target_claims'), ('resident_population', 'resident_claims'),
             ('places', 'actual_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_quota_totals', 'quota_totals', ['region_code', 'year', 'category'], [
        ('towns_sum_places', 'sum_of_towns', [('quota', 'towns_claims')]),
        ('quota_places',
            "case quota_basis when 'reported' then 'ledger_total' else 'sum_of_towns' end",
            [('quota', 'quota_claims')]),
        ('added_quota_places',
            "case when len(year_before_claims) = 0 then 'sum_of_towns' else 'added_quota' end",
            [('quota', 'added_claims'), ('quota of the year before', 'year_before_claims')]),
        ('stated_total_places', 'as_stated', [('stated total', 'stated_total_claims')]),
        ('stated_total_difference_places', 'total_less_quota',
            [('stated total', 'stated_total_claims'), ('quota', 'towns_claims')]),
        ('target_per_1000', 'as_stated', [('target', 'target_claims')]),
        ('implied_residents', 'implied_residents',
            [('final quota', 'final_claims'), ('target', 'target_claims')]),
        ('implied_places_per_1000', 'implied_places_per_1000',
            [('quota', 'towns_claims'), ('final quota', 'final_claims'), ('target', 'target_claims')]),
        ('residents', 'residents_of_year',
            [('resident_population', 'resident_claims')]),
        ('residents_difference', 'residents_beyond_implied',
            [('resident_population', 'resident_claims'), ('final quota', 'final_claims'),
             ('target', 'target_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_quota_progress', 'quota_progress', ['region_code', 'year', 'category'], [
        ('cumulative_quota_places',
            'as_stated', [('quota', 'cumulative_claims')]),
        ('added_quota_places',
            "case when len(year_before_claims) = 0 then 'as_stated' else 'added_quota' end",
            [('quota', 'added_claims'), ('quota of the year before', 'year_before_claims')]),
        ('target_per_1000', 'as_stated', [('target', 'target_claims')]),
        ('implied_residents', 'implied_residents',
            [('final quota', 'period_claims'), ('target', 'target_claims')]),
        ('implied_places_per_1000', 'implied_places_per_1000',
            [('quota', 'cumulative_claims'), ('final quota', 'period_claims'),
             ('target', 'target_claims')]),
        ('actual_places', 'places_of_year', [('places', 'actual_claims')]),
        ('gap_places', 'quota_gap',
            [('quota', 'cumulative_claims'), ('places', 'actual_claims')]),
        ('stated_total_places', 'as_stated', [('stated total', 'stated_total_claims')]),
        ('stated_total_difference_places', 'total_less_quota',
            [('stated total', 'stated_total_claims'), ('quota', 'period_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_headline_variants', 'headline_variants',
        ['region_code', 'indicator', 'scope', 'population_vintage'], [
        ('value', 'headline_rate',
            [('numerator', 'places_claims'), ('denominator', 'resident_claims')]),
        ('places', 'places_at_date', [('places', 'places_claims')]),
        ('resident_population', 'residents_of_year',
            [('resident_population', 'resident_claims')]),
    ]) }}
)

select * from inputs
where claim_id is not null
