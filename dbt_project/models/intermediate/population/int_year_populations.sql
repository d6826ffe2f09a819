-- One row per region and year with a count of residents or of young children.
with figures as (
    select * from {{ ref('int_figures') }}
    where is_figure_of_year
),

pivoted as (
    select
        region_code,
        year,
        max(value) filter (measure = 'resident_population') as resident_population,
        max(claim_id) filter (measure = 'resident_population') as resident_claim,
        max(as_of_date) filter (measure = 'resident_population') as resident_date,
        max(grade) filter (measure = 'resident_population') as resident_grade,
        max(source_id) filter (measure = 'resident_population') as resident_source_id,
        bool_or(is_contradicted) filter (measure = 'resident_population') as residents_contradicted,
        bool_or(is_contradicted) filter (measure in ('age_0', 'age_1', 'age_2', 'age_1_4'))
            as ages_contradicted,
        max(value) filter (measure = 'births') as births,
        max(claim_id) filter (measure = 'births') as births_claim,
        max(value) filter (measure = 'age_0') as age_0,
        max(value) filter (measure = 'age_1') as age_1,
        max(value) filter (measure = 'age_2') as age_2,
        max(value) filter (measure = 'age_1_4') as age_1_4,
        max(claim_id) filter (measure = 'age_0') as age_0_claim,
        max(claim_id) filter (measure = 'age_1') as age_1_claim,
        max(claim_id) filter (measure = 'age_2') as age_2_claim,
        max(claim_id) filter (measure = 'age_1_4') as age_1_4_claim,
        max(as_of_date) filter (measure = 'age_0') as ages_date,
        max(grade) filter (measure in ('age_0', 'age_1', 'age_2', 'age_1_4')) as ages_grade,
        max(source_id) filter (measure = 'age_0') as ages_source_id
    from figures
    group by region_code, year
)

select
    -- keys
    region_code,
    year,
    -- measures
    resident_population,
    residents_contradicted,
    ages_contradicted,
    births,
    -- ages 0 + 1 + 2; from the bands 0 and 1-4: age 0 and half of 1-4
    coalesce(age_0 + age_1 + age_2, age_0 + age_1_4 * 0.5) as children_under_3,
    case
        when age_0 + age_1 + age_2 is not null then 'reported'
        when age_0 + age_1_4 is not null then 'modelled'
    end as children_basis,
    -- lineage
    resident_date,
    ages_date,
    resident_grade,
    resident_source_id,
    ages_grade,
    ages_source_id,
    case when resident_claim is not null then [resident_claim] else [] end as resident_claims,
    case when births_claim is not null then [births_claim] else [] end as births_claims,
    case
        when age_0 + age_1 + age_2 is not null then [age_0_claim, age_1_claim, age_2_claim]
        when age_0 + age_1_4 is not null then [age_0_claim, age_1_4_claim]
        else []
    end as children_claims
from pivoted
