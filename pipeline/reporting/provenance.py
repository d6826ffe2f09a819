"""Answers where the figures of a page come from, down to document, file and cell."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.reporting import sentences
from pipeline.reporting.citations import documents_of, files_of
from pipeline.reporting.formatting import day, number, quantity, short_hash
from pipeline.reporting.labels import indicator, label, measure_label, measure_unit
from pipeline.reporting.markup import (
    Column,
    Html,
    details,
    inline,
    paragraphs,
    render,
    stack,
    table,
)
from pipeline.reporting.marts import Row
from pipeline.reporting.region import Region

CELL_COLUMNS = [
    Column("数字"),
    Column("日期", keeps_line=True),
    Column("原表数值", is_number=True),
    Column("文件"),
    Column("文内位置"),
    Column("数据表单元格"),
    Column("等级"),
]


def documents(region: Region) -> Html:
    """The numbered list of documents that all figures of the page point to."""
    return render("documents", documents=region.citations.documents(region.checksums))


def formulas(region: Region) -> Html | None:
    """How headline figures and required places follow from others; None where none do."""
    texts: list[str | Markup] = []
    for value in region.latest_values.values():
        made_of = sentences.parts_of(value) if value["value"] is not None else None
        if made_of:
            unit = indicator(value["indicator"])["unit"]
            result = quantity(value["value"], unit, value["qualifier"])
            name = f"{measure_label(value['indicator'])}（{day(value['as_of_date'])}）"
            text = f"{name}= {made_of} = {result}"
            texts.append(inline(text, region.citations.cite("indicator_values", value, "value")))
    for target in region.targets:
        for column, name, unit in (
            ("required_places", "所需托位", "places"),
            ("quota_places_per_1000", "台账折合每千人口", sentences.RATE),
            ("quota_gap_places", "台账完成后的差额", "places"),
            ("gap_places_net", "托位差额", "places"),
            ("required_pace_per_year", "所需年均增加", indicator(target["indicator"])["unit"]),
        ):
            found = region.citations.of("target_gaps", target, column)
            if found:
                text = (
                    f"{name}（{target['target_year']}年）= {label('formula', found[0]['formula'])}"
                )
                text += f" = {quantity(target[column], unit)}"
                texts.append(inline(text, region.citations.mark(found)))
    shown = paragraphs(texts)
    return None if shown is None else render("formulas", content=shown)


def cells(region: Region) -> Html | None:
    """Every cell of a file that the page's figures are made from, those of towns folded away."""
    by_claim = {claim: _as_input(row) for claim, row in region.citations.used.items()}
    own: list[Row] = []
    towns: list[Row] = []
    for row in by_claim.values():
        about_here = row["input_region_code"] in (region.row["region_code"], None)
        (own if about_here else towns).append(row)
    return stack(
        [
            _cell_table(region, own, f"{region.name}各数字所在的单元格") if own else None,
            details(
                f"其他地区的单元格（{len(towns)} 个）",
                _cell_table(region, towns, "其他地区的单元格"),
            )
            if towns
            else None,
        ]
    )


def footer(region: Region) -> Html:
    """Which build made the page, from how many sources and which files."""
    used = sorted(
        {
            (file, region.checksums[source])
            for row in region.citations.used.values()
            for file, source in files_of(row)
        }
    )
    files = "、".join(f"{file}（{checksum}）" for file, checksum in used)
    return render(
        "footer",
        lines=[
            f"构建 {short_hash(region.build)} · 全部来源 {len(region.checksums)} 个",
            f"本页所用数据文件及其 sha256 前 12 位：{files or '无'}",
        ],
    )


def _as_input(claim: Row) -> Row:
    """A claim of ``source_figures`` in the words of the lineage; a row of that as it is."""
    names = {
        "measure": "input_measure",
        "region_code": "input_region_code",
        "as_of_date": "input_date",
        "value": "input_value",
        "qualifier": "input_qualifier",
    }
    return {names.get(name, name): value for name, value in claim.items()}


def _cell_table(region: Region, rows: list[Row], name: str) -> Html:
    in_order = sorted(
        rows,
        key=lambda row: (row["source_file"], row["source_sheet"] or "", row["source_row"] or 0),
    )
    return table(CELL_COLUMNS, [_cells(region, row) for row in in_order], name=name)


def _cells(region: Region, row: Row) -> list[str]:
    if row["source_row"] is None:
        place = f"按名册逐行统计：{label('scope', row['input_scope'])}"
    else:
        cell = row["source_cell"] or f"第 {row['source_row']} 行"
        sheet = f"{row['source_sheet']}!" if row["source_sheet"] else ""
        header = f"列「{row['column_label']}」" if row["column_label"] else "整行"
        place = f"{sheet}{cell} {header}"
    titles = "、".join(document["document_title"] for document in documents_of(row))
    return [
        measure_label(row["input_measure"]),
        "不分年份" if row["input_date"] is None else day(row["input_date"]),
        number(row["input_value"], measure_unit(row["input_measure"]), row["input_qualifier"]),
        inline(titles, region.citations.mark([row])),
        row["locator"] or "未注明",
        inline(row["source_file"], Markup("<br>"), place),
        row["grade"],
    ]
