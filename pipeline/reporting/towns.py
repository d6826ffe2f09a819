"""Answers which of the regions right below are behind: one table to sort."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.published.read_marts import figure_in
from pipeline.published.rows import IndicatorValuesRow, RegionsRow, TargetGapsRow, TownGapsRow
from pipeline.reporting import sentences
from pipeline.reporting.markup import (
    Cell,
    Column,
    Html,
    bar,
    inline,
    note,
    paragraphs,
    table,
)
from pipeline.reporting.region import RegionPage
from pipeline.reporting.targets import standard_status, status_words
from pipeline.values.shown import count_of, known
from pipeline.wording.formatting import number, with_unit, year_of
from pipeline.wording.labels import label, measure_label, no_value
from pipeline.wording.texts import chinese, join, say

NOT_MET = ("on_track", "behind", "missed")
GAPS = ("gap_places_net", "gap_places_need_only")


def in_words(region: RegionPage) -> Html | None:
    """How many regions below have known places, and lack some; None where nothing is known."""
    if not _is_asked(region):
        return None
    within = region.within
    with_places = [
        row
        for row in within.regions
        if (latest := _latest(region, row, "places")) is not None and latest["value"] is not None
    ]
    texts = [
        say(
            "towns.known",
            region=chinese(region.name),
            count=count_of(within.regions),
            known=count_of(with_places),
        )
    ]
    rows = [row for row in (_gap(region, each)[1] for each in within.regions) if row is not None]
    met = [row for row in rows if row["status"] == "met"]
    below = [row for row in rows if row["status"] in NOT_MET]
    if met or below:
        counts = {"met": count_of(met), "count": count_of(below), "known": count_of(met + below)}
        texts.append(say("towns.below", **counts))
    lacking = [
        row
        for row in met
        if row["gap_places_need_only"] is not None and row["gap_places_need_only"] > 0
    ]
    if lacking:
        texts.append(say("towns.met_but_lacking", count=count_of(lacking)))
    return paragraphs([join("sentences", texts)])


def town_table(region: RegionPage) -> Html | None:
    """One row per region right below; None where nothing is known about any."""
    if not _is_asked(region):
        return None
    within = region.within
    has_quotas, has_gaps = bool(within.quotas), bool(within.gaps or within.targets)
    columns = [
        Column(say("column.region"), keeps_line=True),
        Column(with_unit(measure_label("places"), "places"), is_number=True),
        Column(measure_label(sentences.RATE), is_number=True),
    ]
    if has_gaps:
        gap = say("towns.gap")
        columns += [
            Column(say("column.status"), filter=say("column.status")),
            Column(with_unit(say("towns.net"), "places"), is_number=True, group=gap),
            Column(with_unit(say("towns.need_only"), "places"), is_number=True, group=gap),
        ]
    if has_quotas:
        quota = say("towns.quota")
        columns += [
            Column(with_unit(say("towns.quota_places"), "places"), is_number=True, group=quota),
            Column(say("towns.progress"), is_number=True, group=quota),
        ]
    largest = {
        code: max(
            (
                row["value"]
                for (_, indicator), row in within.latest.items()
                if indicator == code and row["value"] is not None
            ),
            default=0,
        )
        for code in ("places", sentences.RATE)
    }
    rows = []
    for below in within.regions:
        cells: list[str | Cell] = [_name(below)]
        cells += [_value_cell(region, below, code, largest[code]) for code in largest]
        if has_gaps:
            cells += _gap_cells(region, below)
        if has_quotas:
            cells += _quota_cells(region, below)
        rows.append(cells)
    name = say("towns.name", region=region.name)
    return table(columns, rows, name=name, is_sortable=True)


def _is_asked(region: RegionPage) -> bool:
    """Whether anything is known about the regions below: places, gaps or quotas."""
    within = region.within
    has_value = any(row["value"] is not None for row in within.latest.values())
    return has_value or bool(within.quotas or within.gaps or within.targets)


def _name(below: RegionsRow) -> str:
    name = chinese(below["region_name"])
    if not below["source_figures"]:
        return name  # nothing is known, so it has no page
    return Markup('<a href="{}.html">{}</a>').format(below["region_code"], name)


def _latest(region: RegionPage, below: RegionsRow, code: str) -> IndicatorValuesRow | None:
    """Latest headline row of a region below; None where the marts have none."""
    return region.within.latest.get((below["region_code"], code))


def _value_cell(region: RegionPage, below: RegionsRow, code: str, largest: float) -> Cell:
    row = _latest(region, below, code)
    if row is None:
        return Cell(note(no_value(code, "no_actual")))
    if row["value"] is None:
        unit = code if code == sentences.RATE else "places"
        least = sentences.bound(row, unit, region.figure)
        if least is not None:
            return Cell(inline(least, note(sentences.known_parts(row) or year_of(row["year"]))))
        reason = no_value(code, row["missing_reason"])
        shown = region.figure(
            "indicator_values", row, "value", label("symbol", "missing"), reason=reason
        )
        return Cell(inline(shown, note(reason)))
    text = number(row["value"], code if code == sentences.RATE else "places", row["qualifier"])
    shown = region.figure("indicator_values", row, "value", text)
    return bar(inline(shown, note(year_of(row["year"]))), row["value"], largest)


def _gap(region: RegionPage, below: RegionsRow) -> tuple[str, TargetGapsRow | TownGapsRow | None]:
    """Mart and row that hold the gap: under its own target, else under that of the region above."""
    code = below["region_code"]
    if code in region.within.targets:
        return "target_gaps", region.within.targets[code]
    return "town_gaps", region.within.gaps.get(code)


def _gap_cells(region: RegionPage, below: RegionsRow) -> list[str | Cell]:
    mart, row = _gap(region, below)
    code = below["region_code"]
    if row is None:
        return [label("status", "no_target"), *[Cell(label("status", "no_target"))] * len(GAPS)]
    if code in region.within.targets:
        status = status_words(region.within.targets[code], region.figure)
    else:
        status = standard_status(region.within.gaps[code], region.name)
    cells: list[str | Cell] = [status]
    for column in GAPS:
        value = figure_in(row, column)
        text = label("status", "no_actual") if value is None else number(value, "places")
        cells.append(Cell(region.figure(mart, row, column, text), value))
    return cells


def _quota_cells(region: RegionPage, below: RegionsRow) -> list[Cell]:
    quota = region.within.quotas.get(below["region_code"])
    if quota is None:
        absent = label("quota_status", "no_target")
        return [Cell(absent), Cell(absent)]
    asked, there = known(quota["cumulative_quota_places"]), quota["actual_places"]
    text = number(asked, "places")
    shown = region.figure("quota_progress", quota, "cumulative_quota_places", text)
    promised = Cell(inline(shown, note(year_of(quota["year"]))), asked)
    status = label("quota_status", quota["status"])
    if there is None:
        return [promised, Cell(region.figure("quota_progress", quota, "actual_places", status))]
    text = region.figure("quota_progress", quota, "actual_places", number(there, "places"))
    progress = say("towns.progress_of", actual=text, quota=number(asked, "places"))
    return [promised, bar(inline(progress, note(status)), there, asked)]
