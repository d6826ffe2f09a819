-- One row per claim that a later document of its issuer revises: about one fact and day it says what the
-- earlier one cannot mean. An issuer or a day of issue that is not known decides nothing, and what no region
-- can have withdraws nothing.
with documents as (
    select * from {{ ref('stg_documents') }}
    where issuer_key is not null and issued_on is not null
),

-- who issued more than one document
issuers as (
    select issuer_key from documents
    group by issuer_key
    having min(issued_on) < max(issued_on)
),

claims as (
    select
        all_claims.*,
        {{ stated_between() }}
    from {{ ref('int_claims') }} as all_claims
    inner join issuers on all_claims.issuer_key = issuers.issuer_key
    left join {{ ref('int_claims_out_of_bounds') }} as out_of_bounds
        on all_claims.claim_id = out_of_bounds.claim_id
    where
        all_claims.claim_type in ('population', 'reported')
        and all_claims.issued_on is not null
        and out_of_bounds.claim_id is null
)

select
    earlier.claim_id,
    arg_max(later.claim_id, later.issued_on) as superseded_by
from claims as earlier
inner join claims as later
    on earlier.issuer_key = later.issuer_key
    and earlier.region_code = later.region_code
    and earlier.measure = later.measure
    and earlier.kind = later.kind
    and earlier.as_of_date = later.as_of_date
    and earlier.issued_on < later.issued_on
    and (earlier.value_high < later.value_low or earlier.value_low > later.value_high)
group by earlier.claim_id
