"""Pieces of the overview, from a few literal rows."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from fixture_types import WriteMarts
from published_rows import HOSTILE, Row, county_rows

from pipeline.reporting import methods, overview, trust
from pipeline.reporting import region_comparison as comparison

BUILD = "0123456789abcdef"


def text_of(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


def country(target_value: float | None = 4.5) -> dict[str, list[Row]]:
    """The rows of a county, under a country with a rate and a target of its own."""
    rows = county_rows()
    rows["regions"][0]["parent_code"] = "00"
    rows["regions"].append({"region_code": "00", "region_name": "全国", "region_level": "country"})
    county_rate, county_target = rows["indicator_values"][0], rows["target_gaps"][0]
    rows["indicator_values"].append(county_rate | {"region_code": "00", "value": 4.7})
    rows["target_gaps"].append(
        county_target | {"region_code": "00", "target_value": target_value, "target_year": 2025}
    )
    return rows


def test_fictional_regions_are_listed_apart_and_never_counted_with_real_ones(
    write_marts: WriteMarts,
) -> None:
    report = overview.load_overview(str(write_marts(**county_rows())), BUILD)
    real = str(comparison.region_table(report))
    invented = str(comparison.region_table(report, fictional=True))
    assert 'href="regions/01.html"' in real
    assert 'href="regions/99.html"' not in real
    assert 'href="regions/99.html"' in invented
    assert "2 个地区有数据" in text_of(overview.in_words(report))
    assert "<script>" not in invented
    assert HOSTILE not in invented


def test_a_region_known_by_name_only_is_not_listed(write_marts: WriteMarts) -> None:
    report = overview.load_overview(str(write_marts(**county_rows())), BUILD)
    assert "regions/0102.html" not in str(comparison.region_table(report))


def test_regions_stand_below_the_region_they_belong_to(write_marts: WriteMarts) -> None:
    report = overview.load_overview(str(write_marts(**country())), BUILD)
    codes = re.findall(r"regions/(\d+)\.html", str(comparison.region_table(report)))
    assert codes == ["00", "01", "0101"]


def test_the_national_target_is_drawn_from_its_row_and_labelled_as_national(
    write_marts: WriteMarts,
) -> None:
    report = overview.load_overview(str(write_marts(**country(4.6))), BUILD)
    chart = comparison.chart(report)
    assert chart is not None
    bars, line = chart.spec["data"]
    assert line["x"] == [4.6, 4.6]
    assert chart.spec["layout"]["annotations"][0]["text"] == "全国2025年目标 4.60"
    assert "不代表各地区自己的目标" in chart.caption
    assert sorted(bars["x"]) == [3.0, 4.7]


def test_without_a_national_target_no_line_is_drawn(write_marts: WriteMarts) -> None:
    report = overview.load_overview(str(write_marts(**country(None))), BUILD)
    chart = comparison.chart(report)
    assert chart is not None
    assert len(chart.spec["data"]) == 1
    assert "虚线" not in chart.caption


def test_a_region_without_target_says_so_beside_the_national_one(
    write_marts: WriteMarts,
) -> None:
    report = overview.load_overview(str(write_marts(**country())), BUILD)
    text = text_of(comparison.region_table(report))
    town = text[text.index("甲镇") :]
    assert "无数据：未报告托位数" in town
    assert "未设目标" in town
    assert "4.50" not in town


def test_a_region_with_other_targets_does_not_read_as_one_without_any(
    write_marts: WriteMarts,
) -> None:
    rows = country()
    for row in rows["target_gaps"]:
        if row["region_code"] == "01":
            row |= {"target_value": None, "target_year": None, "status": "no_target"}
    other = rows["target_gaps"][-1] | {"region_code": "01", "indicator": "inclusive_place_ratio"}
    rows["target_gaps"] += [other, other | {"indicator": "public_place_ratio"}]
    report = overview.load_overview(str(write_marts(**rows)), BUILD)
    assert "未设这一目标；另有其他目标 2 项" in text_of(comparison.region_table(report))
    assert "其中 1 个设有其他目标" in text_of(overview.in_words(report))


def stated_rate(*parts: Row) -> dict[str, list[Row]]:
    """A county whose rate is stated by document ``doc``, with other figures of documents."""
    rows = county_rows()
    rows["indicator_values"][0] |= {
        "value_origin": "stated", "numerator": None, "denominator": None, "denominator_year": None,
    }  # fmt: skip
    key = "01|places_per_1000|stock|2023-12-31|stated|as_reported"
    rows["figure_lineage"][0] |= {"figure_key": key, "document_id": "doc"}
    rows["source_figures"] = [
        {"claim_id": str(place), "claim_type": "reported", "region_code": "01", "measure": "places",
         "as_of_date": dt.date(2023, 12, 31), "document_id": "doc", "value": 120} | part
        for place, part in enumerate(parts)
    ]  # fmt: skip
    return rows


RESIDENTS: Row = {"measure": "resident_population", "claim_type": "population", "value": 40000}


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ((), "公布值，文件未给分子分母"),
        (({},), "公布值；同一文件给出托位数 120，未给常住人口"),
        (({"qualifier": "about"},), "公布值；同一文件给出托位数 约120，未给常住人口"),
        ((RESIDENTS,), "公布值；同一文件给出常住人口 40,000，未给托位数"),
        (({}, RESIDENTS), "公布值；同一文件给出托位数 120、常住人口 40,000"),
        (({"document_id": "another"},), "公布值，文件未给分子分母"),
        (({"as_of_date": dt.date(2022, 12, 31)},), "公布值，文件未给分子分母"),
        (({"region_code": "0101"},), "公布值，文件未给分子分母"),
        (({"kind": "flow"},), "公布值，文件未给分子分母"),
        (({"measure": "facilities"},), "公布值，文件未给分子分母"),
    ],
)
def test_a_stated_rate_says_which_of_its_parts_the_same_document_gives(
    write_marts: WriteMarts, parts: tuple[Row, ...], said: str
) -> None:
    report = overview.load_overview(str(write_marts(**stated_rate(*parts))), BUILD)
    text = text_of(comparison.region_table(report))
    county = text[text.index("真县") : text.index("甲镇")]
    assert said in county


def test_the_cards_count_checks_and_rows_with_those_of_invented_regions_apart(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    rows["load_audit"] = [
        {"source_id": "a", "rows_read": 1000, "rows_loaded": 700, "rows_rejected": 200,
         "rows_set_aside": 100},
        {"source_id": "b", "rows_read": 1000, "rows_loaded": 1000, "rows_set_aside": 0},
    ]  # fmt: skip
    rows["load_audit"].append(
        {"source_id": "c", "is_fictional": True, "rows_read": 9000, "rows_loaded": 8995,
         "rows_rejected": 2, "rows_set_aside": 3},
    )  # fmt: skip
    rows["check_results"].append(rows["check_results"][0] | {
        "check_code": "w", "severity": "warning", "passed": False, "failures": 3,
    })  # fmt: skip
    text = text_of(overview.cards(overview.load_overview(str(write_marts(**rows)), BUILD)))
    assert "2,000 行" in text
    assert "入库 1,700 · 拒绝 200 · 搁置 100" in text
    assert "另有虚构示例来源 1 个" in text
    assert "另有虚构示例 9,000 行：入库 8,995 · 拒绝 2 · 搁置 3" in text
    assert "警告 1 项 · 严重问题 0 项" in text


def test_refused_rows_are_listed_in_chinese_with_cell_and_next_step(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    rows["rejected_rows"] = [
        {"source_cell": "B7", "source_sheet": "表1", "column_name": "places", "found": HOSTILE,
         "reason_code": "not_a_whole_number", "candidates": None,
         "reason": "不是整数", "reason_en": "not a whole number",
         "next_step": "只写数字，不带单位和说明", "next_step_en": "write the number alone"},
    ]  # fmt: skip
    shown = str(trust.rejected(overview.load_overview(str(write_marts(**rows)), BUILD)))
    text = text_of(shown)
    for words in ("d/s.csv", "表1", "B7", "不是整数", "只写数字，不带单位和说明"):
        assert words in text
    assert "<script>" not in shown


def test_without_refused_rows_a_sentence_says_so(write_marts: WriteMarts) -> None:
    report = overview.load_overview(str(write_marts(**county_rows())), BUILD)
    assert text_of(trust.rejected(report)).strip() == "读入 5 行，没有一行被拒绝。"


def test_a_failed_warning_is_listed_with_what_it_found(write_marts: WriteMarts) -> None:
    rows = county_rows()
    rows["check_results"].append(rows["check_results"][0] | {
        "check_code": "warn_too_many", "check_name": "不能太多", "severity": "warning",
        "passed": False, "failures": 3, "detail": "发现：x", "detail_en": "found: x",
    })  # fmt: skip
    text = text_of(trust.checks(overview.load_overview(str(write_marts(**rows)), BUILD)))
    assert "通过 1 项，未通过 1 项" in text
    assert "不能太多" in text
    assert "发现：x" in text


def test_definitions_explain_every_grade_status_and_hedge() -> None:
    text = text_of(methods.definitions() + methods.symbols())
    for word in (
        "常住人口",
        "存量",
        "A =",
        "B =",
        "C =",
        "不可比",
        "约",
        "超过",
        "不足",
        "含推算数",
        "… 无数据，不等于零",
        "r 原文有误",
    ):
        assert word in text
