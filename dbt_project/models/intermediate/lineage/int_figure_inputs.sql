{{ config(materialized="view") }}
-- One row per published figure and cell that it was made from. A figure that is not listed here has
-- no source, and the test `has_lineage` on its mart fails.
with inputs as (
    {{ figure_inputs('int_region_years', 'region_years', ['region_code', 'year'], [
        ('resident_population', 'resident_population of population_year',
            [('resident_population', 'resident_claims')]),
        ('children_under_3',
            "case children_basis when 'modelled' then 'age_0 + age_1_4 / 2' else 'age_0 + age_1 + age_2' end",
            [('ages', 'children_claims')]),
        ('births', 'births', [('births', 'births_claims')]),
        ('facilities', 'facilities', [('facilities', 'facilities_claims')]),
        ('places', 'places', [('places', 'places_claims')]),
        ('inclusive_places', 'inclusive_places', [('inclusive_places', 'inclusive_places_claims')]),
        ('public_places', 'public_places', [('public_places', 'public_places_claims')]),
        ('enrolled_children', 'enrolled_children', [('enrolled_children', 'enrolled_children_claims')]),
        ('infant_places', 'infant_places', [('infant_places', 'infant_places_claims')]),
        ('toddler_places', 'toddler_places', [('toddler_places', 'toddler_places_claims')]),
        ('older_places', 'older_places', [('older_places', 'older_places_claims')]),
        ('mixed_places', 'mixed_places', [('mixed_places', 'mixed_places_claims')]),
        ('caregivers', 'caregivers', [('caregivers', 'caregivers_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_indicator_values', 'indicator_values',
        ['region_code', 'indicator', 'kind', 'as_of_date', 'value_origin', 'scope'], [
        ('value', "case value_origin when 'stated' then 'as stated' when 'counted' then 'count of facilities or sum over them' else 'scale * numerator / denominator' end",
            [('numerator', 'numerator_claims'), ('denominator', 'denominator_claims')]),
        ('numerator', 'numerator', [('numerator', 'numerator_claims')]),
        ('denominator', 'denominator', [('denominator', 'denominator_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_target_gaps', 'target_gaps',
        ['region_code', 'indicator', 'kind', 'target_year'], [
        ('target_value', 'as stated', [('target', 'target_claims')]),
        ('target_value_upper', 'as stated', [('target', 'target_upper_claims')]),
        ('actual_value', 'value of indicator_values', [('actual', 'actual_claims')]),
        ('achievement_ratio', 'actual_value / target_value',
            [('actual', 'actual_claims'), ('target', 'target_claims')]),
        ('gap_value',
            "case comparator when '<=' then 'actual_value - target_value' when '=' then 'distance of actual_value and target_value' when 'between' then 'distance of actual_value from the range' else 'target_value - actual_value' end",
            [('actual', 'actual_claims'), ('target', 'all_target_claims')]),
        ('residents', 'resident_population of population_year',
            [('resident_population', 'resident_claims')]),
        ('required_places', 'ceiling(target_value * residents / 1000)',
            [('target', 'target_claims'), ('resident_population', 'resident_claims')]),
        ('actual_places', 'places at actual_date', [('places', 'actual_places_claims')]),
        ('gap_places_net',
            "case when indicator = 'places_per_1000' then 'required_places - actual_places' else 'gap_value' end",
            [('target', 'all_target_claims'), ('resident_population', 'required_resident_claims'),
             ('actual', 'gap_actual_claims'), ('places', 'actual_places_claims')]),
        ('gap_places_need_only',
            "case when need_towns is null then 'gap_places_net, at least 0' else 'sum over the towns of what each lacks' end",
            [('target', 'all_target_claims'), ('residents and places', 'need_only_claims')]),
        ('quota_places', 'total of the ledger', [('quota', 'quota_claims')]),
        ('quota_places_per_1000', '1000 * quota_places / residents',
            [('quota', 'quota_claims'), ('resident_population', 'resident_claims')]),
        ('quota_gap_places', 'required_places - quota_places',
            [('quota', 'quota_claims'), ('target', 'target_claims'),
             ('resident_population', 'resident_claims')]),
        ('observed_pace_per_year', '(first gap - latest gap) / years between',
            [('latest', 'actual_claims'), ('first', 'first_claims'), ('target', 'all_target_claims')]),
        ('required_pace_per_year', 'gap_value / years left',
            [('actual', 'actual_claims'), ('target', 'all_target_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_target_paths', 'target_paths',
        ['region_code', 'indicator', 'target_year', 'year'], [
        ('target_value', 'as stated', [('target', 'target_claims')]),
        ('actual_value', 'value of indicator_values', [('actual', 'actual_claims')]),
        ('path_value', 'first + (target - first) * days gone / days in all',
            [('first', 'start_claims'), ('target', 'target_claims')]),
        ('quota_places',
            "case quota_basis when 'reported' then 'total of the ledger' else 'sum of the towns' end",
            [('quota', 'quota_claims')]),
        ('residents', 'resident_population of population_year',
            [('resident_population', 'resident_claims')]),
        ('quota_places_per_1000', '1000 * quota_places / residents',
            [('quota', 'quota_claims'), ('resident_population', 'resident_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_town_gaps', 'town_gaps',
        ['region_code', 'target_region_code', 'target_year'], [
        ('target_value', 'as stated', [('target', 'target_claims')]),
        ('residents', 'resident_population of population_year',
            [('resident_population', 'resident_claims')]),
        ('required_places', 'ceiling(target_value * residents / 1000)',
            [('target', 'target_claims'), ('resident_population', 'resident_claims')]),
        ('actual_places', 'places at actual_date', [('places', 'actual_claims')]),
        ('gap_places_net', 'required_places - actual_places',
            [('target', 'target_claims'), ('resident_population', 'resident_claims'),
             ('places', 'actual_claims')]),
        ('gap_places_need_only', 'gap_places_net, at least 0',
            [('target', 'target_claims'), ('resident_population', 'resident_claims'),
             ('places', 'actual_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_quota_totals', 'quota_totals', ['region_code', 'year', 'category'], [
        ('towns_sum_places', 'sum of the towns', [('quota', 'towns_claims')]),
        ('quota_places',
            "case quota_basis when 'reported' then 'total of the ledger' else 'sum of the towns' end",
            [('quota', 'quota_claims')]),
        ('added_quota_places',
            "case when len(year_before_claims) = 0 then 'sum of the towns' else 'quota - quota of the year before' end",
            [('quota', 'added_claims'), ('quota of the year before', 'year_before_claims')]),
        ('stated_total_places', 'as stated', [('stated total', 'stated_total_claims')]),
        ('stated_total_difference_places', 'stated total - quota of the whole period',
            [('stated total', 'stated_total_claims'), ('quota', 'towns_claims')]),
        ('target_per_1000', 'as stated', [('target', 'target_claims')]),
        ('implied_residents', '1000 * final quota / target',
            [('final quota', 'final_claims'), ('target', 'target_claims')]),
        ('implied_places_per_1000', 'target * quota / final quota',
            [('quota', 'towns_claims'), ('final quota', 'final_claims'), ('target', 'target_claims')]),
        ('residents', 'resident_population of population_year',
            [('resident_population', 'resident_claims')]),
        ('residents_difference', 'residents - implied_residents',
            [('resident_population', 'resident_claims'), ('final quota', 'final_claims'),
             ('target', 'target_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_quota_progress', 'quota_progress', ['region_code', 'year', 'category'], [
        ('cumulative_quota_places',
            'as stated', [('quota', 'cumulative_claims')]),
        ('added_quota_places',
            "case when len(year_before_claims) = 0 then 'as stated' else 'quota - quota of the year before' end",
            [('quota', 'added_claims'), ('quota of the year before', 'year_before_claims')]),
        ('target_per_1000', 'as stated', [('target', 'target_claims')]),
        ('implied_residents', '1000 * final quota / target',
            [('final quota', 'period_claims'), ('target', 'target_claims')]),
        ('implied_places_per_1000', 'target * quota / final quota',
            [('quota', 'cumulative_claims'), ('final quota', 'period_claims'),
             ('target', 'target_claims')]),
        ('actual_places', 'places of the year', [('places', 'actual_claims')]),
        ('gap_places', 'quota - places',
            [('quota', 'cumulative_claims'), ('places', 'actual_claims')]),
        ('stated_total_places', 'as stated', [('stated total', 'stated_total_claims')]),
        ('stated_total_difference_places', 'stated total - quota of the whole period',
            [('stated total', 'stated_total_claims'), ('quota', 'period_claims')]),
    ]) }}
    union all
    {{ figure_inputs('int_headline_variants', 'headline_variants',
        ['region_code', 'indicator', 'scope', 'population_vintage'], [
        ('value', '1000 * places / resident_population',
            [('numerator', 'places_claims'), ('denominator', 'resident_claims')]),
        ('places', 'places at as_of_date', [('places', 'places_claims')]),
        ('resident_population', 'resident_population of population_year',
            [('resident_population', 'resident_claims')]),
    ]) }}
)

select * from inputs
where claim_id is not null
