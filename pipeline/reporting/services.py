"""Answers whom the places serve: shares, places by class, use, fees, staff and inspections."""

from __future__ import annotations

from pipeline.published.rows import IndicatorValuesRow, InspectionQuartersRow
from pipeline.reporting import sentences
from pipeline.reporting.markup import (
    Cell,
    Column,
    Html,
    bar,
    details,
    inline,
    note,
    paragraphs,
    stack,
    table,
)
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import count_of, known
from pipeline.wording.formatting import day, number, quantity, with_unit, year_of
from pipeline.wording.labels import indicator, label, measure_label, missing_reason, no_value
from pipeline.wording.texts import chinese, join, say

SERVICE = (
    "inclusive_place_ratio",
    "public_place_ratio",
    "places_per_child_under_3",
    "enrolment_ratio",
    "place_utilisation_ratio",
    "median_monthly_fee_yuan",
    "children_per_caregiver",
    "town_coverage_ratio",
    "safety_rounds_per_facility_quarter",
)
CLASSES = ("infant_places", "toddler_places", "older_places", "mixed_places")


def service_table(region: RegionPage) -> Html | None:
    """Latest figure of each indicator of service; None where none has a figure."""
    latest = region.latest_values
    shown = [latest[code] for code in SERVICE if code in latest]
    if all(row["value"] is None for row in shown):
        return None
    columns = [
        Column(say("column.indicator")),
        Column(say("column.latest"), is_number=True, keeps_line=True),
        Column(say("column.date"), keeps_line=True),
        Column(say("served.made_of")),
        Column(say("served.scope")),
    ]
    return table(columns, [_service_cells(region, row) for row in shown], name=say("served.name"))


def _service_cells(region: RegionPage, row: IndicatorValuesRow) -> list[str | Cell]:
    code = row["indicator"]
    if row["value"] is None:
        reason = no_value(code, row["missing_reason"])
        symbol = label("symbol", "missing")
        shown = region.figure("indicator_values", row, "value", symbol, reason=reason)
        least = sentences.bound(row, indicator(code)["unit"], region.figure)
        if least is not None:
            notes = (sentences.known_parts(row), missing_reason(code, row["missing_reason"]))
            cells = [inline(least, *(note(words) for words in notes if words))]
            return [measure_label(code), *cells, day(row["as_of_date"]), "", ""]
        return [
            measure_label(code),
            inline(shown, note(reason)),
            label("symbol", "missing"),
            "",
            "",
        ]
    value = quantity(row["value"], indicator(code)["unit"], row["qualifier"])
    counts = ""
    if row["known"] is not None and row["known"] < known(row["parts"]):
        counts = note(say("served.known", known=row["known"], parts=known(row["parts"])))
    return [
        measure_label(code),
        inline(region.figure("indicator_values", row, "value", value), counts),
        sentences.day_of(row),
        sentences.parts_of(row) or label("value_origin", row["value_origin"]),
        label("scope", row["scope"]),
    ]


def class_table(region: RegionPage) -> Html | None:
    """Places by class at the latest date; None where no class is known."""
    latest = region.latest_values
    shown = [latest[code] for code in CLASSES if code in latest]
    values = [row["value"] for row in shown if row["value"] is not None]
    if not values:
        return None
    columns = [
        Column(say("served.class")),
        Column(with_unit(measure_label("places"), "places"), is_number=True),
        Column(say("column.date"), keeps_line=True),
    ]
    rows: list[list[str | Cell]] = []
    for row in shown:
        name = label("class", row["indicator"])
        if row["value"] is None:
            reason = no_value(row["indicator"], row["missing_reason"])
            symbol = label("symbol", "missing")
            cell = region.figure("indicator_values", row, "value", symbol, reason=reason)
            rows.append([name, Cell(inline(cell, note(reason))), label("symbol", "missing")])
            continue
        text = number(row["value"], "places")
        cell = region.figure("indicator_values", row, "value", text)
        rows.append([name, bar(cell, row["value"], max(values)), sentences.day_of(row)])
    return table(columns, rows, name=say("served.classes"))


def missed_rounds(region: RegionPage) -> Html | None:
    """Facilities without a safety round in a quarter of the latest year; None without any."""
    missed = region.within.missed
    if not missed:
        return None
    quarters: dict[tuple[str, str], list[InspectionQuartersRow]] = {}
    for row in missed:
        quarters.setdefault((row["facility_key"], row["facility_name"]), []).append(row)
    year = year_of(missed[0]["year"])
    sentence = say("served.missed", year=year, count=count_of(quarters), quarters=count_of(missed))
    rows = [
        [
            chinese(name),
            chinese(region.within.names[found[0]["region_code"]]),
            join("items", [say("served.quarter", quarter=row["quarter"]) for row in found]),
        ]
        for (_, name), found in quarters.items()
    ]
    columns = [
        Column(say("served.facility")),
        Column(say("column.region")),
        Column(say("served.quarters")),
    ]
    listed = table(columns, rows, name=say("served.missed_name"), is_sortable=True)
    return stack([paragraphs([sentence]), details(say("served.missed_name"), listed)])
