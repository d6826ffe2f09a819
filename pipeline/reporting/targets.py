"""Answers how far a region is from its targets."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.published.read_marts import figure_in
from pipeline.published.rows import TargetGapsRow, TownGapsRow
from pipeline.reporting import sentences
from pipeline.reporting.markup import Cell, Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.region import RegionPage, source_remarks
from pipeline.values.shown import known
from pipeline.wording.formatting import (
    day,
    end_of,
    number,
    people_in,
    points,
    quantity,
    with_unit,
)
from pipeline.wording.labels import indicator, indicator_order, label, measure_label
from pipeline.wording.texts import chinese, in_sentence, say


def in_words(region: RegionPage) -> Html | None:
    """What the targets ask for, and how far the region is from them."""
    show, cite = region.figure, region.citations
    texts = [
        sentences.rate_target(region.row, target, show)
        for target in _in_order(region.targets)
        if target["indicator"] == sentences.RATE
    ]
    latest = list(region.latest_values.values())
    others = [row for row in _in_order(region.targets) if row["indicator"] != sentences.RATE]
    reached = [row for row in others if row["achievement_ratio"] is not None]
    for year in sorted({known(row["target_year"]) for row in reached}):
        rows = [row for row in reached if row["target_year"] == year]
        texts += sentences.reached_targets(rows, show)
    for target in (row for row in others if row["status"] == "not_comparable"):
        texts += sentences.incomparable_targets([target], latest, show)
    rows = [row for row in others if row["status"] == "no_actual"]
    cited = [line for row in rows for line in cite.of("target_gaps", row, "target_value")]
    texts += [inline(text, cite.mark(cited)) for text in sentences.open_targets(rows)]
    return paragraphs(texts)


def status(region: RegionPage) -> Html | None:
    """Status of the targets of the rate, in a word; None where none is set."""
    texts = [standard_status(standard, name) for name, standard in region.standards]
    texts += [
        inline(
            status_badge(target),
            " ",
            say(
                "targets.status",
                year=known(target["target_year"]),
                target=in_sentence(sentences.target_words(target, region.figure)),
                reason=in_sentence(label("status_reason", target["status_reason"])),
            ),
        )
        for target in _in_order(region.targets)
        if target["indicator"] == sentences.RATE and target["target_value"] is not None
    ]
    return paragraphs(texts)


def target_table(region: RegionPage) -> Html:
    """Every target with its status; indicators with a value but no target come last."""
    columns = [
        Column(say("column.indicator")),
        Column(say("target_table.target_year"), keeps_line=True),
        Column(say("column.target"), keeps_line=True),
        Column(say("column.status")),
        Column(say("column.latest"), is_number=True, keeps_line=True),
        Column(say("target_table.gap")),
        Column(with_unit(say("target_table.required"), "places"), is_number=True, keeps_line=True),
        Column(say("target_table.pace"), is_number=True, keeps_line=True),
    ]
    rows = [_cells(region, target) for target in _in_order(region.targets)]
    return table(columns, rows, name=say("target_table.name"), is_sortable=len(rows) > 1)


def status_badge(target: TargetGapsRow) -> Markup:
    """Status of a target, in words."""
    return badge(target["status"], label("status", target["status"]))


def status_words(target: TargetGapsRow, show: sentences.Show = sentences.plain) -> Markup:
    """Status of a target, with what another scope or a later day says of it beside."""
    notes = [note(words) for words in sentences.status_notes(target, show)]
    return inline(status_badge(target), *notes)


def standard_status(standard: TownGapsRow, region_name: str) -> Markup:
    """How a town stands by the minimum of a region above, which is no target of its own.

    Args:
        standard: Row of mart ``town_gaps``.
        region_name: Name of the region that sets the minimum.
    """
    return inline(
        badge(standard["status"], label("status", standard["status"])),
        note(say("targets.by_standard", region=chinese(region_name), year=standard["target_year"])),
    )


def pace_words(target: TargetGapsRow) -> str:
    """Pace that the target asks for, or why none is given."""
    if target["required_pace_per_year"] is None:
        if target["status"] in ("no_target", "not_comparable", "no_actual", "met", "missed"):
            return label("status", target["status"])
        return label("status_reason", target["status_reason"])
    unit = indicator(target["indicator"])["unit"]
    if unit == "ratio":
        return points(target["required_pace_per_year"])
    return quantity(target["required_pace_per_year"], unit)


def _in_order(targets: list[TargetGapsRow]) -> list[TargetGapsRow]:
    return sorted(
        targets,
        key=lambda row: (
            row["target_value"] is None,
            row["indicator"] != sentences.RATE,
            -(row["target_year"] or 0),
            indicator_order(row["indicator"]),
        ),
    )


def _cells(region: RegionPage, target: TargetGapsRow) -> list[str | Cell]:
    year = (
        say("value.no_target") if target["target_year"] is None else end_of(target["target_year"])
    )
    return [
        inline(
            measure_label(target["indicator"]),
            note(label("kind", target["kind"])),
            source_remarks(region, "target_gaps", target, "target_value"),
        ),
        Cell(inline(year, _year_note(region, target)), target["target_year"]),
        sentences.target_words(target, region.figure),
        _status_cell(region, target),
        _actual(region, target),
        sentences.gap_words(target, region.figure),
        _required(region, target),
        _figure(region, target, "required_pace_per_year", pace_words(target)),
    ]


def _year_note(region: RegionPage, target: TargetGapsRow) -> str:
    """How the year is known, where the document does not say it."""
    for line in region.citations.of("target_gaps", target, "target_value"):
        claim = region.remarked.get(line["claim_id"])
        if claim is not None and claim["as_of_basis"] not in (None, "stated"):
            return note(label("as_of_basis", claim["as_of_basis"]))
    return ""


def _status_cell(region: RegionPage, target: TargetGapsRow) -> Markup:
    shown = inline(
        status_words(target, region.figure),
        note(label("status_reason", target["status_reason"])),
    )
    if target["indicator"] != sentences.RATE or target["target_value"] is not None:
        return shown
    return inline(shown, *(standard_status(row, name) for name, row in region.standards))


def _figure(region: RegionPage, target: TargetGapsRow, column: str, text: str) -> Cell:
    return Cell(region.figure("target_gaps", target, column, text), figure_in(target, column))


def _actual(region: RegionPage, target: TargetGapsRow) -> Cell:
    if target["actual_value"] is None:
        is_flow = target["status"] == "not_comparable"
        text = say("target_table.no_comparable") if is_flow else label("status", "no_actual")
        return _figure(region, target, "actual_value", text)
    unit = indicator(target["indicator"])["unit"]
    value = quantity(target["actual_value"], unit, target["actual_qualifier"])
    shown = inline(
        region.figure("target_gaps", target, "actual_value", value),
        note(day(target["actual_date"])),
    )
    if target["achievement_ratio"] is not None:
        share = number(target["achievement_ratio"], "ratio")
        share = region.figure("target_gaps", target, "achievement_ratio", share)
        shown = inline(shown, note(say("target_table.share", share=share)))
    return Cell(shown, target["actual_value"])


def _required(region: RegionPage, target: TargetGapsRow) -> str | Cell:
    if target["required_places"] is not None:
        value = number(target["required_places"], "places")
        basis = people_in(known(target["residents"]), target["population_year"])
        basis = region.figure("target_gaps", target, "residents", basis)
        shown = region.figure("target_gaps", target, "required_places", value)
        return Cell(inline(shown, note(basis)), target["required_places"])
    if target["indicator"] != sentences.RATE:
        return say("target_table.not_applicable")
    reason = "value.no_target" if target["target_value"] is None else "target_table.no_residents"
    return _figure(region, target, "required_places", say(reason))
