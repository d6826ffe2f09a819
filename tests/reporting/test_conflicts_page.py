"""What the page on contradictions and a region's own table of them say."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from fixture_types import WriteMarts
from published_rows import Row, county_rows

from pipeline.reporting import conflicts
from pipeline.reporting.overview import load_overview
from pipeline.reporting.region import load_region


def text_of(html: object) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", str(html)))


def conflict(region_code: str, **more: object) -> Row:
    sides = {
        f"{name}_{side}": value
        for side, number in (("a", 2060), ("b", 1440))
        for name, value in {
            "value": number, "claim": f"s!!{number}!value", "source": "s", "locator": f"第{side}页",
            "document_title": "示例文件",
        }.items()
    }  # fmt: skip
    return {
        "region_code": region_code, "indicator": "places", "as_of_date": dt.date(2021, 12, 31),
        "conflict_kind": "same_figure", "qualifier_b": "over", "value_b_origin": "stated",
        "relative_difference": 0.301, "supported": "b", "reason": "fits_stated_ratio",
        "evidence": "140 / 2060 = 0.067961; stated 0.1 | 140 / 1440 = 0.097222; stated 0.1",
        **sides, **more,
    }  # fmt: skip


@pytest.fixture
def rows() -> dict[str, list[Row]]:
    return county_rows() | {"figure_conflicts": [conflict("01"), conflict("99", supported="open")]}


def test_both_sides_stand_there_with_their_hedges_documents_and_the_arithmetic(
    write_marts: WriteMarts, rows: dict[str, list[Row]]
) -> None:
    region = load_region(str(write_marts(**rows)), "01")
    text = text_of(conflicts.conflict_table(region))
    assert "2,060 个 示例文件 第a页" in text
    assert "超过1,440 个 示例文件 第b页" in text
    assert "支持乙数" in text
    assert "140 / 1440 = 0.097222" in text


def test_all_regions_are_listed_with_a_link_and_invented_ones_apart(
    write_marts: WriteMarts, rows: dict[str, list[Row]]
) -> None:
    overview = load_overview(str(write_marts(**rows)), "b")
    real = str(conflicts.all_conflicts(overview))
    invented = str(conflicts.all_conflicts(overview, fictional=True))
    assert re.findall(r'href="(regions/[^"]+)"', real) == ["regions/01.html"]
    assert re.findall(r'href="(regions/[^"]+)"', invented) == ["regions/99.html"]
    assert "支持乙数" in real
    assert "支持乙数" not in invented


def test_what_arithmetic_decides_is_counted(
    write_marts: WriteMarts, rows: dict[str, list[Row]]
) -> None:
    overview = load_overview(str(write_marts(**rows)), "b")
    assert "有 1 对数字互相矛盾" in text_of(conflicts.all_in_words(overview))


def test_two_shares_differ_by_percentage_points_and_not_by_a_part_of_a_share(
    write_marts: WriteMarts, rows: dict[str, list[Row]]
) -> None:
    shares = {"value_a": 0.3318, "value_b": 0.3381, "difference": 0.0063}
    answers = conflict(
        "01", indicator="answer_ratio", relative_difference=0.0186, qualifier_b=None, **shares
    )
    folder = str(write_marts(**rows | {"figure_conflicts": [answers]}))
    for table in (
        conflicts.conflict_table(load_region(folder, "01")),
        conflicts.all_conflicts(load_overview(folder, "b")),
    ):
        text = text_of(table)
        assert "33.2%" in text
        assert "33.8%" in text
        assert "0.6 个百分点" in text
        assert "1.9%" not in text
