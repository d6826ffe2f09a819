"""Lists every figure that documents state about a region, with what is computed here beside it."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.reporting import sentences
from pipeline.reporting.formatting import day, quantity
from pipeline.reporting.labels import (
    indicator,
    indicator_order,
    label,
    measure_label,
    missing_reason,
)
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.marts import Row
from pipeline.reporting.region import Region

COLUMNS = [
    Column("指标"),
    Column("日期", keeps_line=True),
    Column("公布值", is_number=True, keeps_line=True),
    Column("计算值", is_number=True),
    Column("文件与位置"),
    Column("等级"),
    Column("备注"),
]


def in_words(region: Region) -> Html | None:
    """How many figures are known, which of them are disputed, and which indicators are missing."""
    stated = [row for row in region.values if row["value_origin"] == "stated"]
    counted = [row for row in region.values if row["value_origin"] == "counted"]
    computed = [row for row in region.values if row["value_origin"] == "computed"]
    missing = [row for row in region.values if row["value_origin"] == "missing"]
    texts = ["没有文件公布本地区托育方面的数字。"]
    if stated:
        texts = [f"各文件公布的指标数字共 {len(stated)} 个，由此计算 {len(computed)} 个。"]
    if counted:
        texts = [
            f"各文件公布的指标数字共 {len(stated)} 个，按机构名册统计 {len(counted)} 个，"
            f"由此计算 {len(computed)} 个。"
        ]
    if missing:
        reasons = "、".join(
            measure_label(code) + f"（{missing_reason(code, row['missing_reason'])}）"
            for row in missing
            if (code := row["indicator"])
        )
        texts.append(f"没有数字的指标：{reasons}。")
    return paragraphs(texts)


def figure_table(region: Region) -> Html | None:
    """One row per indicator and date, stated and computed value beside each other."""
    pairs: dict[tuple[str, str, str], dict[str, Row]] = {}
    for row in region.values:
        if row["value"] is not None:
            key = (row["indicator"], row["kind"], str(row["as_of_date"]))
            pairs.setdefault(key, {})[row["value_origin"]] = row
    if not pairs:
        return None
    newest_first = sorted(pairs, key=lambda key: key[2], reverse=True)
    in_order = sorted(newest_first, key=lambda key: indicator_order(key[0]))
    rows = [_cells(region, pairs[key]) for key in in_order]
    return table(COLUMNS, rows, name=f"{region.name}全部公布数字")


def _cells(region: Region, pair: dict[str, Row]) -> list[str]:
    row = next(iter(pair.values()))
    found = [
        lineage
        for value in pair.values()
        for lineage in region.citations.of("indicator_values", value, "value")
    ]
    return [
        inline(measure_label(row["indicator"]), note(label("kind", row["kind"]))),
        day(row["as_of_date"]),
        _value(pair.get("stated"), "文件未公布", is_one_of_two=len(pair) > 1),
        _value(pair.get("computed"), _why_not_computed(row), is_one_of_two=len(pair) > 1),
        _documents(region, found),
        inline(
            *(
                f"{grade}（{label('grade', grade)}）"
                for grade in [max(r["grade"] for r in pair.values())]
            )
        ),
        _remarks(pair),
    ]


def _value(row: Row | None, otherwise: str, *, is_one_of_two: bool) -> str:
    if row is None:
        return otherwise
    unit = indicator(row["indicator"])["unit"]
    made_of = sentences.parts_of(row)
    return inline(
        quantity(row["value"], unit, row["qualifier"]),
        note("采用") if is_one_of_two and row["is_headline"] else "",
        note(f"= {made_of}") if made_of else "",
    )


def _why_not_computed(row: Row) -> str:
    return "无需计算" if "numerator" not in indicator(row["indicator"]) else "缺分子或分母"


def _documents(region: Region, found: list[Row]) -> Markup:
    places = {(row["document_title"], row["locator"] or "位置未注明"): row for row in found}
    lines = [
        Markup("<div>{}{}{}</div>").format(title, region.citations.mark([row]), note(locator))
        for (title, locator), row in places.items()
    ]
    return Markup("").join(lines)


def _remarks(pair: dict[str, Row]) -> str:
    remarks: list[Markup] = []
    if any(row["is_contradicted"] for row in pair.values()):
        remarks.append(badge("contradicted", "有不同说法"))
    if any(row["basis"] == "modelled" for row in pair.values()):
        remarks.append(badge("modelled", label("basis", "modelled")))
    return Markup(" ").join(remarks) if remarks else "无"
