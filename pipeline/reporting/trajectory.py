"""Answers whether a region is on the path to its targets: figures by year against the path."""

from __future__ import annotations

from pipeline.published.read_marts import figure_in
from pipeline.published.rows import TargetGapsRow, TargetPathsRow
from pipeline.reporting import sentences
from pipeline.reporting.charts import BLUE, INK, VERMILLION, Chart, Series, lines_over_years
from pipeline.reporting.markup import Cell, Column, Html, inline, paragraphs, table
from pipeline.reporting.region import RegionPage
from pipeline.reporting.targets import pace_words, status_badge
from pipeline.values.shown import Figure, Ordinal, known
from pipeline.wording.formatting import end_of, number, span, with_unit, year_of
from pipeline.wording.labels import indicator, label, measure_label
from pipeline.wording.texts import in_sentence, join, say

# column of mart target_paths -> how its line is drawn; the figures lie on top
LINES = {
    "quota_places_per_1000": (INK, "dot", "diamond-open", "bottom center"),
    "path_value": (VERMILLION, "dash", "line-ns-open"),
    "actual_value": (BLUE, "solid", "circle"),
}


def in_words(region: RegionPage) -> Html | None:
    """Status and required pace of each target with a path; None where there is none."""
    texts = []
    for rows in _by_target(region):
        target = _target(region, rows)
        text = say(
            "trajectory.told",
            name=measure_label(target["indicator"]),
            year=known(target["target_year"]),
            target=in_sentence(sentences.target_words(target, region.figure)),
        )
        status = inline(
            status_badge(target), " ", in_sentence(label("status_reason", target["status_reason"]))
        )
        words = [text, status]
        if target["required_pace_per_year"] is not None:
            pace = region.figure(
                "target_gaps", target, "required_pace_per_year", pace_words(target)
            )
            words.append(say("trajectory.pace", pace=pace))
        texts.append(say("trajectory.sentence", parts=join("clauses", words)))
    return paragraphs(texts)


def chart(region: RegionPage) -> Chart | None:
    """Figures of places per 1,000 against path and ledger; None where there is no such target."""
    drawn = [rows for rows in _by_target(region) if rows[0]["indicator"] == sentences.RATE]
    if not drawn:
        return None
    rows = max(drawn, key=lambda each: int(each[0]["target_year"]))
    target = _target(region, rows)
    unit = indicator(target["indicator"])["unit"]
    lines = [
        Series(
            say(f"trajectory.{column}"),
            list(points.items()),
            [number(value, unit) for value in points.values() if column != "path_value"],
            *look,
        )
        for column, look in LINES.items()
        if (points := _points(rows, column))
    ]
    goal = say(
        "trajectory.target",
        year=known(target["target_year"]),
        target=sentences.target_words(target),
    )
    lines.append(
        Series(
            goal,
            [(known(target["target_year"]), known(target["target_value"]))],
            [],
            VERMILLION,
            "solid",
            "star",
        )
    )
    name = measure_label(target["indicator"])
    title = say("trajectory.chart", region=region.name, name=name)
    cited = [
        found
        for row in rows
        for column in ("target_value", *LINES)
        for found in region.citations.of("target_paths", row, column)
    ]
    texts = [
        say("caption.source", titles=region.citations.titles(cited)),
        span(year_of(rows[0]["year"]), year_of(rows[-1]["year"])),
        say("trajectory.scope"),
    ]
    return Chart(
        id="chart-path",
        spec=lines_over_years(title, with_unit(name, unit), say("trajectory.years"), lines),
        caption=inline(join("sentences", texts)),
        data=_table(region, rows, title),
    )


def _table(region: RegionPage, rows: list[TargetPathsRow], title: str) -> Html:
    unit = indicator(rows[0]["indicator"])["unit"]
    shown = [column for column in reversed(LINES) if _points(rows, column)]
    columns = [
        Column(say("column.year")),
        *(Column(with_unit(say(f"trajectory.{column}"), unit), is_number=True) for column in shown),
    ]
    cells: list[list[str | Cell]] = [
        [end_of(row["year"]), *(_cell(region, row, column, unit) for column in shown)]
        for row in rows
    ]
    return table(columns, cells, name=title)


def _cell(region: RegionPage, row: TargetPathsRow, column: str, unit: str) -> Cell:
    value = figure_in(row, column)
    if value is None:
        return Cell(label("symbol", "missing"))
    text = number(value, unit)
    return Cell(region.figure("target_paths", row, column, text), value)


def _points(rows: list[TargetPathsRow], column: str) -> dict[Ordinal, Figure]:
    """What a line connects: the figures of a column by year, where there are any."""
    values = {row["year"]: figure_in(row, column) for row in rows}
    return {year: value for year, value in values.items() if value is not None}


def _by_target(region: RegionPage) -> list[list[TargetPathsRow]]:
    """Rows of one target each, in the order of years, the rate first."""
    keys = dict.fromkeys((row["indicator"], row["target_year"]) for row in region.paths)
    in_order = sorted(keys, key=lambda key: (key[0] != sentences.RATE, *key))
    return [
        sorted(
            (row for row in region.paths if (row["indicator"], row["target_year"]) == key),
            key=lambda row: int(row["year"]),
        )
        for key in in_order
    ]


def _target(region: RegionPage, rows: list[TargetPathsRow]) -> TargetGapsRow:
    """The row of ``target_gaps`` that a path leads to."""
    (target,) = (
        row
        for row in region.targets
        if row["kind"] == "stock"
        and (row["indicator"], row["target_year"]) == (rows[0]["indicator"], rows[0]["target_year"])
    )
    return target
