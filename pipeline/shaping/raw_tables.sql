-- What every warehouse holds beside one raw table a contract.
create schema raw;
create schema audit;
create table raw.documents (
    document_id varchar, dossier varchar, title varchar, document_number varchar, issuer varchar,
    issued varchar, fetched_from varchar, grade varchar, note varchar,
    issuer_key varchar,  -- two spellings of one name are equal; null where nobody is named
    issued_on date  -- null where the day is not known
);
create table raw.sources (
    source_id varchar, dossier varchar, is_fictional boolean, contract varchar, file varchar,
    sha256 varchar, document_id varchar, locator varchar,
    extract_name varchar  -- name of the folder of its rows
);
create table raw.source_columns (
    source_id varchar, column_name varchar, label varchar, column_letter varchar,
    is_unpivoted boolean
);
create table raw.stated_totals (
    source_id varchar, source_sheet varchar, source_row bigint, column_name varchar,
    source_letter varchar, row_kind varchar, value decimal(24, 6), found varchar, year integer,
    category varchar, sum_of_rows decimal(24, 6), added_rows bigint, tolerance decimal(24, 6)
);
create table raw.cell_remarks (
    source_id varchar, source_sheet varchar, source_row bigint, source_letter varchar,
    column_name varchar, found varchar, missing varchar, qualifier varchar,
    low decimal(24, 6), high decimal(24, 6), unit varchar, is_scaled boolean,
    published_precision decimal(24, 6), date_part varchar, footnote varchar
);
create table raw.merged_cells (
    source_id varchar, column_name varchar, source_row bigint, anchor_row bigint
);
-- known errors of issuers
create table raw.corrections (
    correction_id varchar, dossier varchar, source_id varchar, source_sheet varchar,
    source_row bigint, source_letter varchar, column_name varchar, old_value varchar,
    new_value varchar, reason varchar, document_id varchar, reviewed_by varchar, reviewed_on date
);
-- rows in which a correction shows; a merged cell stands in several. The views of the raw tables have
-- its new value.
create view raw.corrected_cells as
select correction_id, source_id, source_sheet, source_row, source_letter, column_name, new_value
from raw.corrections
union all
select correction_id, source_id, source_sheet, merged.source_row, source_letter, column_name, new_value
from raw.corrections
inner join raw.merged_cells as merged using (source_id, column_name)
where merged.anchor_row = corrections.source_row and merged.source_row != merged.anchor_row;
create table raw.complete_areas (source_id varchar, region_code varchar);
create table raw.counting_scopes (
    scope varchar, scope_rank integer, facility_type varchar, filing_status varchar
);
create table raw.formulas (formula_code varchar, formula varchar, formula_en varchar);
create table raw.indicators (
    indicator varchar, label varchar, label_en varchar, unit varchar, kind varchar,
    numerator varchar, denominator varchar, scale integer, flow_counterpart varchar
);
create table raw.plausible_bounds (
    measure varchar, level varchar, numerator varchar, denominator varchar,
    unusual_below decimal(24, 6), unusual_above decimal(24, 6), impossible_above decimal(24, 6)
);
create table raw.indicator_parts (indicator varchar, partition_number integer, part varchar);
-- Filled by pipeline.warehouse.facility_matching, which describes them.
create table raw.facility_records (
    record_id varchar, is_fictional boolean, register varchar, region_code varchar,
    facility_id varchar, facility_name varchar, credit_code varchar, address varchar,
    facility_key varchar, matched_by varchar, credit_code_is_valid boolean,
    local_id_is_rounded boolean,
    first_as_of date, last_as_of date, rows bigint
);
create table raw.facility_twins (
    source_id varchar, source_sheet varchar, source_row bigint, record_id varchar
);
create table raw.doubtful_matches (
    facility_key varchar, other_facility_key varchar, facility_name varchar,
    other_facility_name varchar, address varchar, other_address varchar,
    name_likeness integer, address_likeness integer, reason varchar, doubt_group varchar
);
-- what persons decided about pairs of facilities
create table raw.verdicts (
    verdict_id varchar, dossier varchar, verdict varchar, facility_key varchar,
    other_facility_key varchar, facility_name varchar, other_facility_name varchar,
    source_id varchar, source_sheet varchar, source_row bigint, other_source_id varchar,
    other_source_sheet varchar, other_source_row bigint, reason varchar, document_id varchar,
    reviewed_by varchar, reviewed_on date
);
create table audit.load_audit (
    source_id varchar, dossier varchar, file varchar, sha256 varchar, rows_read bigint,
    rows_loaded bigint, rows_rejected bigint, rows_set_aside bigint, status varchar,
    detected varchar
);
create table audit.rejected_rows (
    source_id varchar, source_sheet varchar, source_row bigint, source_cell varchar,
    -- parameters of the words for the code, as a JSON object: texts, and lists of texts
    column_name varchar, found varchar, reason_code varchar, parameters varchar, candidates varchar,
    -- what is known of the row all the same, and whether an equal row was loaded
    region_code varchar, as_of_date date, is_repetition boolean
);
-- The words for each reason of a refusal; not kept with a source, because they may be worded anew.
create table audit.refusal_words (
    reason_code varchar, parameters varchar, reason varchar, reason_en varchar, next_step varchar,
    next_step_en varchar
);
create table audit.set_aside_rows (
    source_id varchar, source_sheet varchar, source_row bigint, row_kind varchar, row_text varchar
);
create table audit.check_results (
    check_code varchar, check_name varchar, check_name_en varchar, stage varchar, kind varchar,
    subject varchar, column_name varchar, severity varchar, passed boolean, failures bigint,
    detail varchar, detail_en varchar
);
create table shaping.indicator_units (indicator varchar, word varchar, factor decimal(18, 3));
create table shaping.region_names (
    region_code varchar, region_name varchar, is_alias boolean, is_fictional boolean
);
create table shaping.region_parents (region_code varchar, parent_code varchar, level varchar);
create table shaping.region_lists (checksum varchar);  -- of the two tables above; one row
