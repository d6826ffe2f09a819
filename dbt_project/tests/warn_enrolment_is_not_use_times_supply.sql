-- Identity: enrolment ratio = use of places x places per child under three. It holds by algebra for
-- values computed from the same figures; a stated rate that breaks it by more than 5 % (rates are
-- printed to two digits) contradicts the figures beside it.
{{ config(severity='warn') }}
with figures as (
    select
        region_code,
        as_of_date,
        scope,
        max(value) filter (indicator = 'enrolment_ratio') as enrolment_ratio,
        max(value) filter (indicator = 'place_utilisation_ratio') as use_of_places,
        max(value) filter (indicator = 'places_per_child_under_3') as places_per_child
    from {{ ref('indicator_values') }}
    where is_headline or scope != 'as_reported'
    group by region_code, as_of_date, scope
)

select * from figures
where abs(enrolment_ratio - use_of_places * places_per_child) > 0.05 * enrolment_ratio
