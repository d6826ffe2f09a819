"""Shows both sides where sources contradict each other, and which side is used."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.reporting.formatting import day, quantity
from pipeline.reporting.labels import label, measure_label, measure_unit
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.marts import Row
from pipeline.reporting.region import Region

COLUMNS = [
    Column("有不同说法的数字"),
    Column("日期", keeps_line=True),
    Column("数值", is_number=True, keeps_line=True),
    Column("处理", keeps_line=True),
    Column("文件与位置"),
    Column("等级"),
    Column("附注"),
]


def in_words(region: Region, measure: str | None = None) -> Html | None:
    """One sentence per disputed figure, each side with its document; None where there is none.

    Args:
        region: The region.
        measure: Only disputes about this measure; all if None.
    """
    return paragraphs(
        _told(region, sides)
        for sides in _by_figure(region)
        if measure in (None, sides[0]["measure"])
    )


def dispute_table(region: Region) -> Html | None:
    """One row per claim that another one contradicts; None where there is none."""
    rows = [_cells(region, claim) for sides in _by_figure(region) for claim in sides]
    return table(COLUMNS, rows, name=f"{region.name}有不同说法的数字") if rows else None


def _by_figure(region: Region) -> list[list[Row]]:
    """Claims about the same figure together, the one that is used first."""
    figures: dict[tuple[str, str, str], list[Row]] = {}
    for claim in region.disputed:
        key = (claim["measure"], claim["kind"], str(claim["as_of_date"]))
        figures.setdefault(key, []).append(claim)
    return [sorted(sides, key=lambda row: not row["is_used"]) for sides in figures.values()]


def _told(region: Region, sides: list[Row]) -> Markup:
    name = f"{measure_label(sides[0]['measure'])}（{day(sides[0]['as_of_date'])}）"
    values = [inline(_amount(claim), region.citations.mark([claim])) for claim in sides]
    text = f"{name}有 {len(sides)} 种说法：采用 "
    return inline(
        text, values[0], "，未采用 ", Markup("、").join(values[1:]), "。各说法并列，不取平均。"
    )


def _amount(claim: Row) -> str:
    return quantity(claim["value"], measure_unit(claim["measure"]), claim["qualifier"])


def _cells(region: Region, claim: Row) -> list[str]:
    used = badge("met", "采用") if claim["is_used"] else badge("contradicted", "未采用")
    return [
        inline(measure_label(claim["measure"]), note(label("claim_type", claim["claim_type"]))),
        day(claim["as_of_date"]),
        _amount(claim),
        used,
        inline(
            claim["document_title"],
            region.citations.mark([claim]),
            note(claim["locator"] or "位置未注明"),
        ),
        f"{claim['grade']}（{label('grade', claim['grade'])}）",
        claim["note"] or "无",
    ]
