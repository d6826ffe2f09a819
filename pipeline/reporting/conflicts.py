"""Shows figures that contradict each other, and which of the two arithmetic supports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.published.rows import FigureConflictsRow
from pipeline.reporting.markup import (
    Column,
    Html,
    badge,
    inline,
    mark_text,
    note,
    paragraphs,
    table,
)
from pipeline.reporting.overview import Overview, page_title, region_link
from pipeline.reporting.region import RegionPage
from pipeline.values.shown import count_of
from pipeline.wording.formatting import day, number, place_words, points, quantity
from pipeline.wording.labels import label, measure_label, measure_unit
from pipeline.wording.texts import chinese, mark_chinese, say

BADGES = {"a": "met", "b": "met", "neither": "contradicted", "open": "modelled"}


def in_words(region: RegionPage) -> Html | None:
    """How many contradictions there are, and how many arithmetic decides; None without any."""
    return _summary(region.conflicts)


def conflict_table(region: RegionPage) -> Html | None:
    """One row per two figures of the region that contradict each other; None without any."""
    rows = [_cells(row) for row in region.conflicts]
    return table(_columns(), rows, name=say("conflicts.name")) if rows else None


def _columns() -> list[Column]:
    return [
        Column(say("conflicts.figure")),
        Column(say("column.date"), keeps_line=True),
        Column(say("conflicts.first"), is_number=True),
        Column(say("conflicts.second"), is_number=True),
        Column(say("conflicts.difference"), is_number=True, keeps_line=True),
        Column(say("conflicts.verdict")),
        Column(say("conflicts.arithmetic")),
    ]


def title() -> Html:
    """Name of the page on contradictions."""
    return page_title("contradictions", say("conflicts.lead"))


def all_in_words(overview: Overview, *, fictional: bool = False) -> Html | None:
    """The same of all regions."""
    return _summary(_of_all(overview, fictional=fictional))


def all_conflicts(overview: Overview, *, fictional: bool = False) -> Html | None:
    """One row per two figures of any region that contradict each other; its page has the cells."""
    rows = [
        [region_link(overview.regions.by_code[row["region_code"]]), *_cells(row)]
        for row in _of_all(overview, fictional=fictional)
    ]
    name = say("conflicts.fictional_name" if fictional else "conflicts.all_name")
    return table([Column(say("column.region")), *_columns()], rows, name=name) if rows else None


def _of_all(overview: Overview, *, fictional: bool) -> list[FigureConflictsRow]:
    codes = {row["region_code"] for row in overview.shown(fictional=fictional)}
    return [row for row in overview.marts.read(FigureConflictsRow) if row["region_code"] in codes]


def _summary(rows: Sequence[FigureConflictsRow]) -> Html | None:
    if not rows:
        return None
    decided = [row for row in rows if row["supported"] != "open"]
    open_ = [row for row in rows if row["supported"] == "open"]
    counts = {"count": count_of(rows), "decided": count_of(decided), "open": count_of(open_)}
    return paragraphs([say("conflicts.summary", **counts)])


def _cells(row: FigureConflictsRow) -> list[str]:
    unit = measure_unit(row["indicator"])
    subject = note(chinese(row["subject"])) if row["subject"] else ""
    second = row["value_b_origin"] == "computed"
    return [
        inline(
            measure_label(row["indicator"]),
            note(label("conflict_kind", row["conflict_kind"])),
            subject,
        ),
        day(row["as_of_date"]),
        _first_side(row, unit),
        inline(_second_side(row, unit), note(label("value_origin", "computed")) if second else ""),
        # a part of a share would be read as percentage points
        points(row["difference"])
        if unit == "ratio"
        else number(row["relative_difference"], "ratio"),
        inline(
            badge(BADGES[row["supported"]], label("supported", row["supported"])),
            note(label("conflict_reason", row["reason"])),
        ),
        mark_text(_evidence(row["evidence"]), "figure_conflicts", row, "evidence")
        if row["evidence"]
        else say("conflicts.no_arithmetic"),
    ]


def _evidence(text: str) -> str:
    """The arithmetic of a mart in words."""
    # what the mart writes it with
    words = {
        r" \|\|? ": say("separator.clauses"),
        r"sum of (\d+) regions \(([^)]*)\)": say(
            "conflicts.sum_of_regions", regions=r"\1", values=r"\2"
        ),
        "; stated ": say("conflicts.stated"),
        "; implied denominator ": say("conflicts.implied"),
        "; whole ": say("conflicts.whole"),
    }
    for pattern, replacement in words.items():
        text = re.sub(pattern, replacement, text)
    return mark_chinese(text)


def _first_side(row: FigureConflictsRow, unit: str) -> str:
    place = inline(chinese(row["document_title_a"]), " ", place_words(row["locator_a"]))
    return inline(quantity(row["value_a"], unit, row["qualifier_a"]), note(place))


def _second_side(row: FigureConflictsRow, unit: str) -> str:
    place = inline(chinese(row["document_title_b"]), " ", place_words(row["locator_b"]))
    return inline(quantity(row["value_b"], unit, row["qualifier_b"]), note(place))
