"""Rows of the published marts, made by ``row_types.py`` from dbt's YAML; edited there alone."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict, final

from pipeline.values.shown import Figure, Ordinal


@final
class CellRemarksRow(TypedDict):
    """A row of mart ``cell_remarks``; its grain is source_id, source_cell."""

    source_id: str
    file: str
    source_sheet: str | None
    source_row: Ordinal
    source_cell: str
    column_name: str
    found: str
    missing_reason: str | None
    qualifier: str | None
    range_low: Figure | None
    range_high: Figure | None
    written_unit: str | None
    published_precision: Figure | None
    named_period: str | None
    footnote: str | None


@final
class CheckResultsRow(TypedDict):
    """A row of mart ``check_results``; its grain is check_code, stage, subject, column_name."""

    check_code: str | None
    check_name: str | None
    check_name_en: str | None
    stage: str | None
    kind: str | None
    subject: str | None
    column_name: str | None
    severity: str | None
    passed: bool | None
    failures: Figure | None
    detail: str | None
    detail_en: str | None


@final
class CorrectionsRow(TypedDict):
    """A row of mart ``corrections``; its grain is correction_id."""

    correction_id: str
    dossier_id: str
    source_id: str
    source_file: str
    source_sheet: str | None
    source_row: Ordinal
    source_letter: str | None
    column_name: str
    old_value: str | None
    new_value: str | None
    reason: str
    document_id: str | None
    document_title: str | None
    reviewed_by: str
    reviewed_date: dt.date


@final
class FacilitiesRow(TypedDict):
    """A row of mart ``facilities``; its grain is facility_key."""

    facility_key: str
    facility_name: str
    region_code: str
    region_path: str | None
    as_of_date: dt.date
    is_open: bool
    register: str
    facility_type: str
    filing_status: str
    ownership: str | None
    is_inclusive: bool | None
    places: Figure | None
    enrolled_children: Figure | None
    credit_code: str | None
    credit_code_is_valid: bool | None
    local_id: str | None
    address: str | None
    longitude: Figure | None
    latitude: Figure | None
    opened_date: dt.date | None
    closed_date: dt.date | None
    first_listed_date: dt.date
    last_listed_date: dt.date
    source_id: str
    source_row: Ordinal


@final
class FacilityFindingsRow(TypedDict):
    """A row of mart ``facility_findings``; its grain is facility_key, register, finding, found."""

    facility_key: str
    register: str
    finding: str
    found: str | None
    first_date: dt.date
    last_date: dt.date
    rows_found: Figure
    source_id: str
    source_file: str
    source_sheet: str | None
    source_row: Ordinal


@final
class FacilityHistoryRow(TypedDict):
    """A row of mart ``facility_history``."""

    facility_key: str
    register: str
    as_of_date: dt.date
    change: str
    old_value: str | None
    new_value: str | None
    source_id: str
    source_file: str
    source_sheet: str | None
    source_row: Ordinal | None


@final
class FacilityYearsRow(TypedDict):
    """A row of mart ``facility_years``; its grain is facility_key, year."""

    facility_key: str
    year: Ordinal
    as_of_date: dt.date
    region_code: str
    facility_name: str
    register: str
    facility_type: str
    filing_status: str
    ownership: str | None
    is_inclusive: bool | None
    opened_date: dt.date | None
    closed_date: dt.date | None
    is_open: bool
    counted_in: str | None
    places: Figure | None
    inclusive_places: Figure | None
    public_places: Figure | None
    infant_places: Figure | None
    toddler_places: Figure | None
    older_places: Figure | None
    mixed_places: Figure | None
    enrolled_children: Figure | None
    caregivers: Figure | None
    monthly_fee_yuan: Figure | None
    source_id: str
    source_file: str
    source_sheet: str | None
    source_row: Ordinal
    document_id: str
    document_number: str | None
    locator: str | None


@final
class FigureConflictsRow(TypedDict):
    """A row of mart ``figure_conflicts``; its grain is claim_a, claim_b, conflict_kind."""

    region_code: str
    indicator: str
    subject: str | None
    kind: str
    as_of_date: dt.date | None
    conflict_kind: str
    value_a: Figure
    qualifier_a: str | None
    value_b: Figure
    qualifier_b: str | None
    value_b_origin: str
    relative_difference: Figure
    difference: Figure
    supported: str
    reason: str
    evidence: str | None
    claim_a: str
    source_a: str
    locator_a: str | None
    document_title_a: str
    document_number_a: str | None
    claim_b: str
    source_b: str
    locator_b: str | None
    document_title_b: str
    document_number_b: str | None
    evidence_claims: str


@final
class FigureLineageRow(TypedDict):
    """A row of mart ``figure_lineage``."""

    mart: str
    figure_key: str
    region_code: str
    figure_column: str
    figure_value: Figure
    formula_code: str
    formula: str
    formula_en: str
    input_role: str
    input_measure: str
    input_region_code: str | None
    input_date: dt.date | None
    input_year: Ordinal | None
    input_scope: str | None
    input_value: Figure
    input_qualifier: str | None
    claim_id: str
    source_id: str
    source_file: str
    source_sheet: str | None
    source_row: Ordinal | None
    source_cell: str | None
    column_label: str | None
    document_id: str
    document_title: str
    document_number: str | None
    issuer: str
    locator: str | None
    grade: str
    correction_id: str | None


@final
class HeadlineVariantsRow(TypedDict):
    """A row of mart ``headline_variants``."""

    region_code: str
    indicator: str
    scope: str
    population_vintage: str
    as_of_date: dt.date
    year: Ordinal
    value: Figure | None
    places: Figure
    basis: str
    resident_population: Figure
    population_year: Ordinal
    is_headline: bool


@final
class IndicatorValuesRow(TypedDict):
    """A row of mart ``indicator_values``."""

    region_code: str
    indicator: str
    kind: str
    as_of_date: dt.date | None
    as_of_basis: str | None
    year: Ordinal | None
    value_origin: str
    value: Figure | None
    value_at_least: Figure | None
    value_at_most: Figure | None
    numerator: Figure | None
    denominator: Figure | None
    denominator_year: Ordinal | None
    denominator_date: dt.date | None
    qualifier: str | None
    is_contradicted: bool
    is_headline: bool
    lowest_value: Figure | None
    highest_value: Figure | None
    adopted_because: str | None
    basis: str | None
    scope: str | None
    known: Figure | None
    parts: Figure | None
    grade: str | None
    source_ids: str | None
    missing_reason: str | None


@final
class InspectionQuartersRow(TypedDict):
    """A row of mart ``inspection_quarters``; its grain is facility_key, year, quarter."""

    facility_key: str
    region_code: str
    facility_name: str
    year: Ordinal
    quarter: Ordinal
    counted_in: str | None
    safety_rounds: Figure
    is_missed: bool
    rounds: str | None
    source_ids: str


@final
class LoadAuditRow(TypedDict):
    """A row of mart ``load_audit``; its grain is source_id."""

    source_id: str
    dossier_id: str
    document_id: str | None
    is_fictional: bool
    file: str
    sha256: str
    rows_read: Figure
    rows_loaded: Figure
    rows_rejected: Figure
    rows_set_aside: Figure
    status: str
    detected: str | None


@final
class QuotaProgressRow(TypedDict):
    """A row of mart ``quota_progress``; its grain is region_code, year, category."""

    region_code: str
    region_name: str
    parent_code: str
    year: Ordinal
    category: str
    cumulative_quota_places: Figure | None
    added_quota_places: Figure | None
    target_per_1000: Figure | None
    implied_residents: Figure | None
    implied_places_per_1000: Figure | None
    actual_places: Figure | None
    gap_places: Figure | None
    stated_total_places: Figure | None
    stated_total_difference_places: Figure | None
    status: str
    status_reason: str


@final
class QuotaReadingsRow(TypedDict):
    """A row of mart ``quota_readings``; its grain is source_id, category."""

    source_id: str
    category: str
    declared_unit: str | None
    inferred_unit: str | None
    ledger_unit: str | None
    declared_accumulation: str | None
    inferred_accumulation: str | None
    accumulation: str | None
    towns: Figure
    totals_like_last_year: Figure
    totals_like_sum: Figure
    towns_that_fall: Figure
    largest_value: Figure
    is_contradicted: bool
    superseded_by: str | None
    superseded_years: str | None


@final
class QuotaTotalsRow(TypedDict):
    """A row of mart ``quota_totals``; its grain is region_code, year, category."""

    region_code: str
    year: Ordinal
    category: str
    towns_sum_places: Figure | None
    quota_towns_known: Figure
    quota_towns: Figure
    quota_places: Figure | None
    quota_basis: str | None
    added_quota_places: Figure | None
    stated_total_places: Figure | None
    stated_total_difference_places: Figure | None
    target_per_1000: Figure | None
    implied_residents: Figure | None
    implied_places_per_1000: Figure | None
    residents: Figure | None
    population_year: Ordinal | None
    residents_difference: Figure | None


@final
class RegionYearsRow(TypedDict):
    """A row of mart ``region_years``; its grain is region_code, year."""

    region_code: str
    region_name: str
    region_level: str
    year: Ordinal
    resident_population: Figure | None
    population_year: Ordinal | None
    population_basis: str | None
    children_under_3: Figure | None
    children_year: Ordinal | None
    children_basis: str | None
    births: Figure | None
    facilities: Figure | None
    places: Figure | None
    inclusive_places: Figure | None
    public_places: Figure | None
    infant_places: Figure | None
    toddler_places: Figure | None
    older_places: Figure | None
    mixed_places: Figure | None
    enrolled_children: Figure | None
    caregivers: Figure | None
    places_at_least: Figure | None
    places_at_most: Figure | None
    places_basis: str | None
    places_scope: str | None
    places_known: Figure | None
    places_parts: Figure | None
    places_missing_reason: str | None
    places_date: dt.date | None
    residents_are_contradicted: bool
    places_are_contradicted: bool


@final
class RegionsRow(TypedDict):
    """A row of mart ``regions``; its grain is region_code."""

    region_code: str
    region_name: str
    region_level: str
    parent_code: str | None
    parent_name: str | None
    code_scheme: str | None
    aliases: str | None
    is_fictional: bool
    source_figures: Figure


@final
class RejectedRowsRow(TypedDict):
    """A row of mart ``rejected_rows``."""

    source_id: str
    file: str
    source_sheet: str | None
    source_row: Ordinal
    source_cell: str | None
    column_name: str
    found: str | None
    reason_code: str
    reason: str
    reason_en: str
    candidates: str | None
    next_step: str
    next_step_en: str


@final
class SourceFiguresRow(TypedDict):
    """A row of mart ``source_figures``; its grain is claim_id."""

    claim_id: str
    claim_type: str
    region_code: str | None
    measure: str
    kind: str
    as_of_date: dt.date | None
    as_of_basis: str | None
    value: Figure
    qualifier: str | None
    published_precision: Figure | None
    is_contradicted: bool
    revised_by: str | None
    is_used: bool
    source_id: str
    source_file: str
    source_sheet: str | None
    source_row: Ordinal
    source_cell: str | None
    column_label: str | None
    document_id: str
    document_title: str
    document_number: str | None
    issuer: str
    locator: str | None
    grade: str
    note: str | None
    correction_id: str | None


@final
class StatedTotalsRow(TypedDict):
    """A row of mart ``stated_totals``; its grain is source_id, source_cell."""

    source_id: str
    file: str
    source_sheet: str | None
    source_row: Ordinal
    source_cell: str
    column_name: str
    row_kind: str
    found: str
    year: Ordinal | None
    category: str | None
    stated_value: Figure | None
    sum_of_rows: Figure | None
    added_rows: Figure | None
    difference: Figure | None
    status: str


@final
class TargetGapsRow(TypedDict):
    """A row of mart ``target_gaps``; its grain is region_code, indicator, kind, target_year."""

    region_code: str
    indicator: str
    kind: str
    target_year: Ordinal | None
    comparator: str | None
    target_value: Figure | None
    target_value_upper: Figure | None
    target_is_contradicted: bool
    actual_value: Figure | None
    actual_date: dt.date | None
    actual_qualifier: str | None
    achievement_ratio: Figure | None
    gap_value: Figure | None
    residents: Figure | None
    population_year: Ordinal | None
    required_places: Figure | None
    actual_places: Figure | None
    gap_places_net: Figure | None
    gap_places_need_only: Figure | None
    need_towns: Figure | None
    quota_places: Figure | None
    quota_basis: str | None
    quota_towns_known: Figure | None
    quota_towns: Figure | None
    quota_places_per_1000: Figure | None
    quota_gap_places: Figure | None
    observed_pace_per_year: Figure | None
    required_pace_per_year: Figure | None
    denied_by_scope: str | None
    denied_by_value: Figure | None
    since_reached_on: dt.date | None
    since_reached_value: Figure | None
    status: str
    status_reason: str


@final
class TargetPathsRow(TypedDict):
    """A row of mart ``target_paths``; its grain is region_code, indicator, target_year, year."""

    region_code: str
    indicator: str
    target_year: Ordinal
    year: Ordinal
    target_value: Figure
    actual_value: Figure | None
    actual_date: dt.date | None
    path_value: Figure | None
    quota_places: Figure | None
    residents: Figure | None
    population_year: Ordinal | None
    quota_places_per_1000: Figure | None


@final
class TownGapsRow(TypedDict):
    """A row of mart ``town_gaps``; its grain is region_code, target_region_code, target_year."""

    region_code: str
    target_region_code: str
    target_year: Ordinal
    target_value: Figure
    residents: Figure | None
    population_year: Ordinal | None
    required_places: Figure | None
    actual_places: Figure | None
    actual_date: dt.date | None
    gap_places_net: Figure | None
    gap_places_need_only: Figure | None
    status: str
    status_reason: str


@final
class VerdictsRow(TypedDict):
    """A row of mart ``verdicts``; its grain is verdict_id."""

    verdict_id: str
    dossier_id: str
    verdict: str
    facility_key: str
    facility_name: str
    other_facility_key: str
    other_facility_name: str
    source_id: str | None
    source_file: str | None
    source_sheet: str | None
    source_row: Ordinal | None
    other_source_id: str | None
    other_source_file: str | None
    other_source_sheet: str | None
    other_source_row: Figure | None
    reason: str
    document_id: str | None
    document_title: str | None
    reviewed_by: str
    reviewed_date: dt.date


MART_OF: dict[type, str] = {
    CellRemarksRow: "cell_remarks",
    CheckResultsRow: "check_results",
    CorrectionsRow: "corrections",
    FacilitiesRow: "facilities",
    FacilityFindingsRow: "facility_findings",
    FacilityHistoryRow: "facility_history",
    FacilityYearsRow: "facility_years",
    FigureConflictsRow: "figure_conflicts",
    FigureLineageRow: "figure_lineage",
    HeadlineVariantsRow: "headline_variants",
    IndicatorValuesRow: "indicator_values",
    InspectionQuartersRow: "inspection_quarters",
    LoadAuditRow: "load_audit",
    QuotaProgressRow: "quota_progress",
    QuotaReadingsRow: "quota_readings",
    QuotaTotalsRow: "quota_totals",
    RegionYearsRow: "region_years",
    RegionsRow: "regions",
    RejectedRowsRow: "rejected_rows",
    SourceFiguresRow: "source_figures",
    StatedTotalsRow: "stated_totals",
    TargetGapsRow: "target_gaps",
    TargetPathsRow: "target_paths",
    TownGapsRow: "town_gaps",
    VerdictsRow: "verdicts",
}
