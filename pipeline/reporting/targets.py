"""Answers how far a region is from its targets."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pipeline.reporting import sentences
from pipeline.reporting.formatting import (
    day,
    end_of,
    number,
    people_in,
    points,
    quantity,
    with_unit,
)
from pipeline.reporting.labels import indicator, indicator_order, label, measure_label
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.marts import Row
from pipeline.reporting.region import Region
from pipeline.reporting.wording import say


def in_words(region: Region) -> Html | None:
    """What the targets ask for, and how far the region is from them."""
    cite = region.citations
    texts: list[str | Markup] = []
    for target in _in_order(region.targets):
        if target["indicator"] == sentences.RATE:
            text = sentences.rate_target(region.row, target)
            columns = ("target_value", "residents", "quota_places", "actual_value")
            rows = (
                [] if target["target_value"] is None else cite.of("target_gaps", target, *columns)
            )
            texts.append(inline(text, cite.mark(rows)))
    latest = list(region.latest_values.values())
    others = [row for row in _in_order(region.targets) if row["indicator"] != sentences.RATE]
    reached = [row for row in others if row["achievement_ratio"] is not None]
    for year in sorted({row["target_year"] for row in reached}):
        rows = [row for row in reached if row["target_year"] == year]
        texts += _with_sources(region, sentences.reached_targets(rows), rows)
    for target in (row for row in others if row["status"] == "not_comparable"):
        flow = region.latest_values.get(indicator(target["indicator"]).get("flow_counterpart", ""))
        told = sentences.incomparable_targets([target], latest)
        texts += _with_sources(region, told, [target], [flow] if flow else [])
    rows = [row for row in others if row["status"] == "no_actual"]
    texts += _with_sources(region, sentences.open_targets(rows), rows)
    return paragraphs(texts)


def _with_sources(
    region: Region, told: list[str], targets: list[Row], values: Sequence[Row] = ()
) -> list[Markup]:
    """Sentences with the documents of the targets and values that they tell of."""
    cite = region.citations
    columns = ("target_value", "actual_value")
    found = [row for target in targets for row in cite.of("target_gaps", target, *columns)]
    found += [row for value in values for row in cite.of("indicator_values", value, "value")]
    return [inline(text, region.citations.mark(found)) for text in told]


def target_table(region: Region) -> Html:
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
    return table(columns, rows, name=say("target_table.name"))


def status_badge(target: Row) -> Markup:
    """Status of a target, in words."""
    return badge(target["status"], label("status", target["status"]))


def pace_words(target: Row) -> str:
    """Pace that the target asks for, or why none is given."""
    if target["required_pace_per_year"] is None:
        if target["status"] in ("no_target", "not_comparable", "no_actual", "met"):
            return label("status", target["status"])
        return label("status_reason", target["status_reason"])
    unit = indicator(target["indicator"])["unit"]
    if unit == "ratio":
        return points(target["required_pace_per_year"])
    return quantity(target["required_pace_per_year"], unit)


def _in_order(targets: list[Row]) -> list[Row]:
    return sorted(
        targets,
        key=lambda row: (
            row["target_value"] is None,
            row["indicator"] != sentences.RATE,
            -(row["target_year"] or 0),
            indicator_order(row["indicator"]),
        ),
    )


def _cells(region: Region, target: Row) -> list[str]:
    cite = region.citations
    year = (
        say("value.no_target") if target["target_year"] is None else end_of(target["target_year"])
    )
    kind = note(label("kind", target["kind"]))
    actual: str = label("status", "no_actual")
    if target["status"] == "not_comparable":
        actual = say("target_table.no_comparable")
    if target["actual_value"] is not None:
        unit = indicator(target["indicator"])["unit"]
        actual = inline(
            quantity(target["actual_value"], unit, target["actual_qualifier"]),
            cite.cite("target_gaps", target, "actual_value"),
            note(day(target["actual_date"])),
        )
        if target["achievement_ratio"] is not None:
            share = number(target["achievement_ratio"], "ratio")
            actual = inline(actual, note(say("target_table.share", share=share)))
    return [
        inline(measure_label(target["indicator"]), kind),
        year,
        inline(sentences.target_words(target), cite.cite("target_gaps", target, "target_value")),
        inline(status_badge(target), note(label("status_reason", target["status_reason"]))),
        actual,
        sentences.gap_words(target),
        _required(region, target),
        pace_words(target),
    ]


def _required(region: Region, target: Row) -> str:
    if target["required_places"] is not None:
        basis = people_in(target["residents"], target["population_year"])
        cite = region.citations.cite("target_gaps", target, "residents")
        return inline(number(target["required_places"], "places"), cite, note(basis))
    if target["indicator"] != sentences.RATE:
        return say("target_table.not_applicable")
    return say("value.no_target" if target["target_value"] is None else "target_table.no_residents")
