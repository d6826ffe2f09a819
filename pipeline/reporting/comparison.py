"""Compares the regions: a chart of the rate, and a table of all with their targets."""

from __future__ import annotations

from markupsafe import Markup

from pipeline.reporting import sentences
from pipeline.reporting.charts import Bar, Chart, Line, lying_bars
from pipeline.reporting.formatting import day, number, span
from pipeline.reporting.labels import label, measure_label, no_value
from pipeline.reporting.markup import Column, Html, inline, note, table
from pipeline.reporting.marts import Row
from pipeline.reporting.overview import Overview
from pipeline.reporting.targets import status_badge

RATE_GROUP = "每千人口托位数（个）"
REGION_COLUMNS = [
    Column("地区", keeps_line=True),
    Column("级别", keeps_line=True),
    Column("最近数字", is_number=True, keeps_line=True, group=RATE_GROUP),
    Column("日期", keeps_line=True, group=RATE_GROUP),
    Column("分子与分母", group=RATE_GROUP),
    Column("目标状态", group=RATE_GROUP),
    Column("目标"),
]


def chart(overview: Overview, *, fictional: bool = False) -> Chart | None:
    """Places per 1,000 residents of the regions that have it; None where none has."""
    known = [
        (row, overview.rates[row["region_code"]])
        for row in overview.shown(fictional=fictional)
        if overview.rates[row["region_code"]]["value"] is not None
    ]
    if not known:
        return None
    known.sort(key=lambda pair: -pair[1]["value"])
    bars = [
        Bar(
            f"{region['region_name']}\n{day(rate['as_of_date'])}",
            rate["value"],
            number(rate["value"], sentences.RATE, rate["qualifier"]),
            rate["is_contradicted"],
        )
        for region, rate in known
    ]
    name = ("虚构示例：" if fictional else "") + measure_label(sentences.RATE)
    unit = label("unit", sentences.RATE)
    data = table(
        [
            Column("地区"),
            Column("日期", keeps_line=True),
            Column(f"{name}（{unit}）", is_number=True),
            Column("口径"),
            Column("来源文件"),
        ],
        [
            [
                _link(region),
                day(rate["as_of_date"]),
                bar.words,
                label("value_origin", rate["value_origin"]),
                _quoted(_titles(overview, rate)),
            ]
            for (region, rate), bar in zip(known, bars, strict=True)
        ],
        name=name,
    )
    line = None if fictional else _national_line(overview)
    caption = "各地区取最近日期的数字，日期见条形旁；分母为全部常住人口。"
    if any(bar.is_contradicted for bar in bars):
        caption += "斜纹表示所用数字有不同说法。"
    if line:
        caption += "虚线是全国的目标，不代表各地区自己的目标。"
    dates = sorted(day(rate["as_of_date"]) for _, rate in known)
    caption += span(dates[0], dates[-1])
    titles = set().union(*(_titles(overview, rate) for _, rate in known))
    return Chart(
        id="chart-fictional-rates" if fictional else "chart-rates",
        spec=lying_bars(f"{name}（最近日期）", f"{name}（{unit}）", "地区与日期", bars, line),
        caption=Markup("{}来源：{}。").format(caption, _quoted(titles)),
        data=data,
    )


def region_table(overview: Overview, *, fictional: bool = False) -> Html | None:
    """One row per region with data, linked to its page; None where there is none."""
    rows = [_region_cells(overview, row) for row in overview.shown(fictional=fictional)]
    name = "虚构示例地区" if fictional else "有数据的地区"
    return table(REGION_COLUMNS, rows, name=name) if rows else None


def _link(region: Row) -> Markup:
    link = Markup('<a href="regions/{}.html">{}</a>')
    return link.format(region["region_code"], region["region_name"])


def _titles(overview: Overview, rate: Row) -> set[str]:
    found = overview.citations.of("indicator_values", rate, "value")
    return {row["document_title"] for row in found}


def _quoted(titles: set[str]) -> str:
    return "、".join(f"《{title}》" for title in sorted(titles))


def _national_line(overview: Overview) -> Line | None:
    """The target that the country has set itself, the latest one."""
    aims = [
        row
        for region in overview.shown(fictional=False)
        if region["region_level"] == "country"
        for row in overview.targets[region["region_code"]]
        if row["indicator"] == sentences.RATE and row["target_value"] is not None
    ]
    if not aims:
        return None
    latest = max(aims, key=lambda row: int(row["target_year"]))
    return Line(
        latest["target_value"],
        f"全国{latest['target_year']}年目标 {number(latest['target_value'], sentences.RATE)}",
    )


def _region_cells(overview: Overview, region: Row) -> list[str]:
    code = region["region_code"]
    rate, targets = overview.rates[code], overview.targets[code]
    path = overview.regions.parent_path(code)
    aims = [row for row in targets if row["target_value"] is not None]
    own = [row for row in targets if row["indicator"] == sentences.RATE]
    aim = max(own, key=lambda row: int(row["target_year"] or 0))
    if rate["value"] is None:
        value, date, made_of = (
            no_value(sentences.RATE, rate["missing_reason"]),
            "无日期",
            "无数据",
        )
    else:
        value = inline(
            number(rate["value"], sentences.RATE, rate["qualifier"]),
            note("有不同说法") if rate["is_contradicted"] else "",
        )
        date = day(rate["as_of_date"])
        made_of = sentences.parts_of(rate) or "公布值，文件未给分子分母"
    return [
        inline(_link(region), note(path) if path else ""),
        label("level", region["region_level"]),
        value,
        date,
        inline(made_of, note(f"依据等级 {rate['grade']}") if rate["grade"] else ""),
        status_badge(aim),
        _next_target(aims),
    ]


def _next_target(aims: list[Row]) -> str:
    """The rate's target, else the one of the latest year, and how many more there are."""
    if not aims:
        return "未设目标"
    first = max(aims, key=lambda row: (row["indicator"] == sentences.RATE, int(row["target_year"])))
    words = f"{first['target_year']}年{measure_label(first['indicator'])}"
    words += sentences.target_words(first)
    return inline(words, note(f"另有 {len(aims) - 1} 项目标") if len(aims) > 1 else "")
