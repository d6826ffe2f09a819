-- One row per two claims that contradict each other, with what arithmetic says about them.
with all_rivals as (
    select * from {{ ref('int_rival_claims') }}
),

rivals as (
    select * from all_rivals
    where conflict_kind != 'revision'
),

checks as (
    select * from {{ ref('int_claim_checks') }}
),

-- Sums over regions and options show nothing where neither claim fits: a list of regions may not be
-- whole, and of some questions several options could be chosen.
held_against as (
    select
        rivals.claim_a,
        rivals.claim_b,
        rivals.conflict_kind,
        a.check_kind,
        a.check_key,
        a.is_fit as fits_a,
        b.is_fit as fits_b,
        case
            when a.evidence = b.evidence then a.evidence
            else a.evidence || ' | ' || b.evidence
        end as evidence,
        a.input_claims || b.input_claims as input_claims
    from rivals
    inner join checks as a on rivals.claim_a = a.claim_id
    inner join checks as b
        on rivals.claim_b = b.claim_id
        and a.check_kind = b.check_kind
        and a.check_key = b.check_key
    where a.is_fit or b.is_fit or a.check_kind in ('stated_ratio', 'parts')
),

counted as (
    select
        claim_a,
        claim_b,
        count(*) filter (fits_a and not fits_b) as for_a,
        count(*) filter (fits_b and not fits_a) as for_b,
        count(*) filter (not fits_a and not fits_b) as for_neither,
        -- the first kind of check that tells the two apart
        arg_min(
            check_kind, list_position(['stated_ratio', 'parts', 'question', 'regions'], check_kind)
        ) filter (fits_a != fits_b) as deciding_kind,
        string_agg(evidence, ' || ' order by check_kind, check_key) as evidence,
        flatten(list(input_claims)) as input_claims
    from held_against
    group by claim_a, claim_b
),

judged as (
    select
        *,
        case
            when for_a > 0 and for_b + for_neither = 0 then 'a'
            when for_b > 0 and for_a + for_neither = 0 then 'b'
            when for_neither > 0 and for_a + for_b = 0 then 'neither'
            else 'open'
        end as supported
    from counted
)

select
    rivals.claim_a,
    rivals.claim_b,
    rivals.conflict_kind,
    coalesce(judged.supported, 'open') as supported,
    case
        when judged.claim_a is null then 'nothing_to_check_against'
        when judged.supported = 'neither' then 'neither_fits'
        when judged.supported != 'open' and judged.deciding_kind = 'stated_ratio' then 'fits_stated_ratio'
        when judged.supported != 'open' and judged.deciding_kind = 'parts' then 'fits_sum_of_parts'
        when judged.supported != 'open' and judged.deciding_kind = 'question' then 'fits_sum_of_options'
        when judged.supported != 'open' then 'fits_sum_of_regions'
        when judged.for_a + judged.for_b + judged.for_neither = 0 then 'both_fit'
        else 'checks_disagree'
    end as reason,
    judged.evidence,
    coalesce(judged.input_claims, [rivals.claim_a, rivals.claim_b]) as input_claims
from rivals
left join judged
    on rivals.claim_a = judged.claim_a
    and rivals.claim_b = judged.claim_b
union all
select
    claim_a,
    claim_b,
    conflict_kind,
    'b' as supported,
    'issued_later' as reason,
    cast(null as varchar) as evidence,
    [claim_a, claim_b] as input_claims
from all_rivals
where conflict_kind = 'revision'
