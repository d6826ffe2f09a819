-- One row per figure that stands in a cell of a source file, whatever it is about, and per figure that
-- was counted from the rows of rosters, or bound of one that is not known (claim type `roster_bound`).
{%- set population_measures = [
    'resident_population', 'registered_population', 'births', 'births_registered',
    'age_0', 'age_1', 'age_2', 'age_0_2', 'age_1_4',
] %}
{%- set lineage = 'document_id, locator, note, source_id, source_sheet, source_row, source_letter' %}

with stated as (
    {% for measure in population_measures %}
    select
        {{ claim_id("'" ~ measure ~ "'") }} as claim_id,
        'population' as claim_type,
        region_code,
        '{{ measure }}' as measure,
        '{{ measure }}' as column_name,
        as_of_date,
        cast(null as varchar) as as_of_basis,
        cast({{ measure }} as decimal(24, 6)) as value,
        cast(null as varchar) as qualifier,
        case when '{{ measure }}' like 'births%' then 'flow' else 'stock' end as kind,
        published_precision,
        coalesce(age_0, age_0_2) is not null as has_ages,
        {{ lineage }}
    from {{ ref('stg_populations') }}
    where {{ measure }} is not null
    union all
    {% endfor %}
    select
        {{ claim_id("'value'") }} as claim_id,
        'reported' as claim_type,
        region_code,
        indicator as measure,
        'value' as column_name,
        as_of_date,
        as_of_basis,
        reported_value as value,
        qualifier,
        kind,
        cast(null as bigint) as published_precision,
        false as has_ages,
        {{ lineage }}
    from {{ ref('stg_reported_figures') }}
    union all
    {% for column, field in [('value', 'target_value'), ('value_upper', 'target_value_upper')] %}
    select
        {{ claim_id("'" ~ column ~ "'") }} as claim_id,
        'target' as claim_type,
        region_code,
        indicator as measure,
        '{{ column }}' as column_name,
        make_date(target_year, 12, 31) as as_of_date,
        as_of_basis,
        {{ field }} as value,
        cast(null as varchar) as qualifier,
        kind,
        cast(null as bigint) as published_precision,
        false as has_ages,
        {{ lineage }}
    from {{ ref('stg_policy_targets') }}
    where {{ field }} is not null
    union all
    {% endfor %}
    select
        {{ claim_id("'share'") }} as claim_id,
        'survey' as claim_type,
        region_code,
        'answer_ratio' as measure,
        'share' as column_name,
        survey_date as as_of_date,
        as_of_basis,
        answer_ratio as value,
        cast(null as varchar) as qualifier,
        'stock' as kind,
        cast(null as bigint) as published_precision,
        false as has_ages,
        {{ lineage }}
    from {{ ref('stg_demand_surveys') }}
    union all
    {% for column, field in [
        ('places', 'ledger_value'), ('places_per_1000', 'ledger_value'), ('stated_total', 'stated_total_places'),
    ] %}
    select
        {{ claim_id("'" ~ column ~ "'") }} as claim_id,
        'quota' as claim_type,
        region_code,
        '{{ "stated_total_places" if column == "stated_total" else "ledger_places" }}' as measure,
        '{{ column }}' as column_name,
        make_date(target_year, 12, 31) as as_of_date,
        cast(null as varchar) as as_of_basis,
        cast({{ field }} as decimal(24, 6)) as value,
        cast(null as varchar) as qualifier,
        'stock' as kind,
        cast(null as bigint) as published_precision,
        false as has_ages,
        {{ lineage }}
    from {{ ref('stg_quota_ledgers') }}
    where {{ field }} is not null and '{{ column }}' in (value_column, 'stated_total')
    union all
    {% endfor %}
    select
        {{ claim_id('column_name') }} as claim_id,
        'stated_total' as claim_type,
        cast(null as varchar) as region_code,
        column_name as measure,
        column_name,
        cast(null as date) as as_of_date,
        cast(null as varchar) as as_of_basis,
        stated_value as value,
        cast(null as varchar) as qualifier,
        'stock' as kind,
        cast(null as bigint) as published_precision,
        false as has_ages,
        cast(null as varchar) as document_id,
        cast(null as varchar) as locator,
        cast(null as varchar) as note,
        source_id,
        source_sheet,
        source_row,
        source_letter
    from {{ ref('stg_stated_totals') }}
    where stated_value is not null
),

sources as (
    select * from {{ ref('stg_sources') }}
),

documents as (
    select * from {{ ref('stg_documents') }}
),

source_columns as (
    select * from {{ ref('stg_source_columns') }}
),

merged_cells as (
    select * from {{ ref('stg_merged_cells') }}
),

-- what the cell says beside its number: 约 3.2万
remarks as (
    select * from {{ ref('stg_cell_remarks') }}
),

corrections as (
    select * from {{ ref('stg_corrected_cells') }}
),

corrected_counts as (
    select
        region_code,
        year,
        measure,
        string_agg(correction_id, '; ' order by correction_id) as correction_id
    from {{ ref('int_corrected_counts') }}
    group by region_code, year, measure
),

in_cells as (
    select
        -- keys
        stated.claim_id,
        stated.claim_type,
        stated.region_code,
        stated.measure,
        stated.as_of_date,
        year(stated.as_of_date) as year,
        stated.as_of_basis,
        -- measures
        stated.value,
        -- the hedge of a cell is about the number that stands there, not about the one used instead
        coalesce(
            stated.qualifier, case when corrections.correction_id is null then remarks.qualifier end
        ) as qualifier,
        stated.kind,
        coalesce(
            stated.published_precision,
            case when corrections.correction_id is null then remarks.published_precision end
        ) as published_precision,
        stated.has_ages,
        'as_reported' as scope,
        'reported' as basis,
        cast(null as bigint) as known,
        cast(null as bigint) as parts,
        -- lineage
        stated.source_id,
        sources.source_file,
        stated.source_sheet,
        -- the text of a merged cell stands in its first row
        coalesce(merged_cells.anchor_row, stated.source_row) as source_row,
        coalesce(source_columns.column_letter, stated.source_letter)
        || coalesce(merged_cells.anchor_row, stated.source_row) as source_cell,
        source_columns.column_label,
        documents.document_id,
        documents.document_title,
        documents.document_number,
        documents.issuer,
        documents.issued,
        documents.issuer_key,
        documents.issued_on,
        coalesce(stated.locator, sources.locator) as locator,
        documents.grade,
        stated.note,
        corrections.correction_id
    from stated
    left join sources on stated.source_id = sources.source_id
    left join documents on coalesce(stated.document_id, sources.document_id) = documents.document_id
    left join source_columns
        on stated.source_id = source_columns.source_id
        and stated.column_name = source_columns.column_name
        and (not source_columns.is_unpivoted or stated.source_letter = source_columns.column_letter)
    left join merged_cells
        on stated.source_id = merged_cells.source_id
        and stated.column_name = merged_cells.column_name
        and stated.source_row = merged_cells.source_row
    left join corrections
        on stated.source_id = corrections.source_id
        and stated.column_name = corrections.column_name
        and stated.source_row = corrections.source_row
        and stated.source_sheet is not distinct from corrections.source_sheet
        and stated.source_letter is not distinct from corrections.source_letter
    left join remarks
        on stated.source_id = remarks.source_id
        and stated.column_name = remarks.column_name
        and stated.source_row = remarks.source_row
        and stated.source_letter is not distinct from remarks.source_letter
),

rostered as (
    select
        * exclude (value, claim_id),
        value,
        claim_id,
        'roster' as claim_type,
        cast(null as varchar) as qualifier
    from {{ ref('int_roster_figures') }}
    where value is not null
    {%- for bound in ['at_least', 'at_most'] %}
    union all
    select
        * exclude (value, claim_id),
        value_{{ bound }} as value,
        claim_id || '|{{ bound }}' as claim_id,
        'roster_bound' as claim_type,
        '{{ bound }}' as qualifier
    from {{ ref('int_roster_figures') }}
    where value_{{ bound }} is not null
    {%- endfor %}
),

-- the lists that counts are made from, each set of them once
sets_of_lists as (
    select
        sets.source_ids,
        sources.source_id,
        sources.source_file,
        sources.locator,
        documents.*
    from (select distinct source_ids, unnest(source_ids) as list_source_id from rostered) as sets
    inner join sources on sets.list_source_id = sources.source_id
    inner join documents on sources.document_id = documents.document_id
),

lists as (
    select
        source_ids,
        string_agg(source_id, '; ' order by source_id) as source_id,
        string_agg(source_file, '; ' order by source_id) as source_file,
        string_agg(distinct locator, '; ' order by locator) as locator
    from sets_of_lists
    group by source_ids
),

-- names of documents in one order, so that the first number belongs to the first title
papers as (
    select
        source_ids,
        string_agg(document_id, '; ' order by document_id) as document_id,
        string_agg(document_title, '; ' order by document_id) as document_title,
        string_agg(coalesce(document_number, ''), '; ' order by document_id) as document_number,
        string_agg(issuer, '; ' order by document_id) as issuer,
        max(issued) as issued,
        max(grade) as grade
    from (
        select distinct source_ids, document_id, document_title, document_number, issuer, issued, grade
        from sets_of_lists
    ) as distinct_documents
    group by source_ids
),

-- a count stands in no cell; facility_years has the rows behind it
counted as (
    select
        rostered.claim_id,
        rostered.claim_type,
        rostered.region_code,
        rostered.measure,
        rostered.as_of_date,
        rostered.year,
        cast(null as varchar) as as_of_basis,
        rostered.value,
        rostered.qualifier,
        rostered.kind,
        cast(null as bigint) as published_precision,
        false as has_ages,
        rostered.scope,
        rostered.basis,
        rostered.known,
        rostered.parts,
        lists.source_id,
        lists.source_file,
        cast(null as varchar) as source_sheet,
        cast(null as bigint) as source_row,
        cast(null as varchar) as source_cell,
        cast(null as varchar) as column_label,
        papers.document_id,
        papers.document_title,
        papers.document_number,
        papers.issuer,
        papers.issued,
        cast(null as varchar) as issuer_key,
        cast(null as date) as issued_on,
        lists.locator,
        papers.grade,
        cast(null as varchar) as note,
        corrected_counts.correction_id
    from rostered
    inner join lists on rostered.source_ids = lists.source_ids
    inner join papers on rostered.source_ids = papers.source_ids
    left join corrected_counts
        on rostered.region_code = corrected_counts.region_code
        and rostered.year = corrected_counts.year
        and rostered.measure = corrected_counts.measure
)

select * from in_cells
union all
select * from counted
