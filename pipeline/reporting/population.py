"""Answers how many people live in a region, how many of them under three, and how many are born."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.reporting.charts import Bar, Chart, standing_bars
from pipeline.reporting.formatting import number, people, people_in, span, year_of
from pipeline.reporting.labels import label
from pipeline.reporting.markup import Column, Html, badge, inline, note, paragraphs, table
from pipeline.reporting.marts import Row
from pipeline.reporting.region import Region

FEWEST_BARS = 2  # one bar says no more than the number


def in_words(region: Region) -> Html:
    """Latest residents and under-threes, and which counts are disputed."""
    cite = region.citations
    counted = region.latest_count
    if counted is None:
        return paragraphs([f"{region.name}没有常住人口数据：没有来源公布。"]) or Html()
    residents = people_in(counted["resident_population"], counted["population_year"])
    text = f"{region.name}最近一次常住人口为 {residents}"
    columns = ["resident_population"]
    if counted["children_under_3"] is None:
        text += "；3岁以下人口没有公布。"
    else:
        text += (
            f"，其中3岁以下 {people(counted['children_under_3'])}（{_children_basis(counted)}）。"
        )
        columns.append("children_under_3")
    sentences: list[str | Markup] = [inline(text, cite.cite("region_years", counted, *columns))]
    return paragraphs(sentences) or Html()


def chart(region: Region) -> Chart | None:
    """Residents by year of count; None where there are too few counts to compare."""
    counted = [row for row in region.years if row["population_year"] == row["year"]]
    if len(counted) < FEWEST_BARS:
        return None
    bars = [
        Bar(
            f"{row['year']}",
            row["resident_population"],
            number(row["resident_population"], "residents"),
            is_contradicted=row["residents_are_contradicted"],
        )
        for row in counted
    ]
    title = f"{region.name}常住人口"
    cited = [
        found
        for row in counted
        for found in region.citations.of("region_years", row, "resident_population")
    ]
    hatched = "斜纹表示有来源给出不同数字。" if any(bar.is_contradicted for bar in bars) else ""
    return Chart(
        id="chart-residents",
        spec=standing_bars(title, "常住人口（人）", "统计年份", bars, None),
        caption=Markup("来源：{}。{}口径：全部年龄常住人口，公布数；只画有统计的年份。{}").format(
            region.citations.titles(cited),
            span(f"{bars[0].name}年", f"{bars[-1].name}年"),
            hatched,
        ),
        data=table(
            [Column("统计年份"), Column("常住人口（人）", is_number=True)],
            [[f"{bar.name}年", bar.words] for bar in bars],
            name=title,
        ),
    )


def year_table(region: Region) -> Html | None:
    """One row per year with a figure; None where no year has any."""
    if not region.years:
        return None
    columns = [
        Column("年份"),
        Column("常住人口（人）", is_number=True),
        Column("3岁以下人口（人）", is_number=True),
        Column("出生人口（人）", is_number=True),
    ]
    rows = [_cells(region, row) for row in region.years]
    return table(columns, rows, name=f"{region.name}人口")


def _cells(region: Region, row: Row) -> list[str]:
    cite = region.citations
    residents: str = "无数据：没有来源公布"
    if row["resident_population"] is not None:
        residents = inline(
            number(row["resident_population"], "residents"),
            cite.cite("region_years", row, "resident_population"),
            note(_year_note(row["year"], row["population_year"], row["population_basis"])),
            badge("contradicted", "有不同说法") if row["residents_are_contradicted"] else "",
        )
    children: str = "无数据：没有公布年龄"
    if row["children_under_3"] is not None:
        children = inline(
            number(row["children_under_3"], "children"),
            cite.cite("region_years", row, "children_under_3"),
            note(_year_note(row["year"], row["children_year"], row["children_basis"])),
        )
    births: str = "无数据：当年没有公布"
    if row["births"] is not None:
        births = inline(number(row["births"], "children"), cite.cite("region_years", row, "births"))
    return [f"{row['year']}年", residents, children, births]


def _children_basis(row: Row) -> str:
    return f"{year_of(row['children_year'])}，{label('basis', row['children_basis'])}"


def _year_note(year: int, counted: int, basis: str) -> str:
    return label("basis", basis) if counted == year else f"沿用{counted}年，{label('basis', basis)}"
