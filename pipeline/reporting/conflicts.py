"""Shows figures that contradict each other, and which of the two arithmetic supports."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.reporting.formatting import day, number, quantity
from pipeline.reporting.labels import label, measure_label, measure_unit
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.marts import Row
from pipeline.reporting.overview import Overview
from pipeline.reporting.region import Region

COLUMNS = [
    Column("数字"),
    Column("日期", keeps_line=True),
    Column("甲数", is_number=True),
    Column("乙数", is_number=True),
    Column("相差", is_number=True, keeps_line=True),
    Column("判断"),
    Column("验算"),
]
# what the arithmetic of a mart is written with
EVIDENCE_WORDS = {
    r" \|\|? ": "；",
    r"sum of (\d+) regions \(([^)]*)\)": r"\1 个地区之和（\2）",
    "; stated ": "，公布 ",
    "; implied denominator ": "，反推分母 ",
    "; whole ": "，应为 ",
}
BADGES = {"a": "met", "b": "met", "neither": "contradicted", "open": "modelled"}


def in_words(region: Region) -> Html | None:
    """How many contradictions there are, and how many arithmetic decides; None without any."""
    return _summary(region.conflicts)


def conflict_table(region: Region) -> Html | None:
    """One row per two figures of the region that contradict each other; None without any."""
    rows = [_cells(row) for row in region.conflicts]
    return table(COLUMNS, rows, name=f"{region.name}互相矛盾的数字") if rows else None


def all_in_words(overview: Overview, *, fictional: bool = False) -> Html | None:
    """The same of all regions."""
    return _summary(_of_all(overview, fictional=fictional))


def all_conflicts(overview: Overview, *, fictional: bool = False) -> Html | None:
    """One row per two figures of any region that contradict each other."""
    rows = [
        [overview.regions.by_code[row["region_code"]]["region_name"], *_cells(row)]
        for row in _of_all(overview, fictional=fictional)
    ]
    name = "虚构示例中互相矛盾的数字" if fictional else "各地区互相矛盾的数字"
    return table([Column("地区"), *COLUMNS], rows, name=name) if rows else None


def _of_all(overview: Overview, *, fictional: bool) -> list[Row]:
    codes = {row["region_code"] for row in overview.shown(fictional=fictional)}
    return [row for row in overview.marts.rows("figure_conflicts") if row["region_code"] in codes]


def _summary(rows: Sequence[Row]) -> Html | None:
    if not rows:
        return None
    decided = sum(row["supported"] != "open" for row in rows)
    return paragraphs(
        [
            f"有 {len(rows)} 对数字互相矛盾，各数并列，不取平均；"
            f"算术能判断的 {decided} 对，其余 {len(rows) - decided} 对待核实。"
        ]
    )


def _cells(row: Row) -> list[str]:
    unit = measure_unit(row["indicator"])
    subject = note(row["subject"]) if row["subject"] else ""
    second = row["value_b_origin"] == "computed"
    return [
        inline(
            measure_label(row["indicator"]),
            note(label("conflict_kind", row["conflict_kind"])),
            subject,
        ),
        day(row["as_of_date"]),
        _side(row, "a", unit),
        inline(_side(row, "b", unit), note(label("value_origin", "computed")) if second else ""),
        number(row["relative_difference"], "ratio"),
        inline(
            badge(BADGES[row["supported"]], label("supported", row["supported"])),
            note(label("conflict_reason", row["reason"])),
        ),
        _evidence(row["evidence"]) if row["evidence"] else "没有可验算的数字",
    ]


def _evidence(text: str) -> str:
    """The arithmetic of a mart in Chinese words."""
    for pattern, words in EVIDENCE_WORDS.items():
        text = re.sub(pattern, words, text)
    return text


def _side(row: Row, side: str, unit: str) -> str:
    title = row[f"document_title_{side}"]
    place = row[f"locator_{side}"] or "位置未注明"
    return inline(
        quantity(row[f"value_{side}"], unit, row[f"qualifier_{side}"]), note(f"{title} {place}")
    )
