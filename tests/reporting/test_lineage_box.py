"""What the box says about a figure, from a few literal rows."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

from fixture_types import WriteMarts
from published_rows import Row, county_rows, lineage

from pipeline.reporting.formulas import formula_numbers
from pipeline.reporting.region import RegionPage, load_region

YEAR: Row = {"region_code": "01", "region_name": "真县", "year": 2023, "places": 55}


def open_region(write_marts: WriteMarts, row: Row, **more: list[Row]) -> RegionPage:
    rows = county_rows() | {"region_years": [row]} | more
    return load_region(str(write_marts(**rows)), "01")


def told(region: RegionPage) -> dict[str, Any]:
    (text,) = re.findall(r">(\{.*\})<", str(region.box.data()))
    content: dict[str, Any] = json.loads(text)
    return content


def roster_line(**more: Any) -> Row:
    """A count of the county from lists, which has no cell of its own."""
    return lineage("region_years", "01|2023", "places", 55) | {
        "source_row": None, "source_cell": None, "column_label": None, "input_year": 2023,
        "input_scope": "filed", **more,
    }  # fmt: skip


def facility(region_code: str, row: int, counted_in: str = "all, filed") -> Row:
    return {
        "facility_key": f"F{row}", "year": 2023, "region_code": region_code, "counted_in": counted_in,
        "facility_name": f"示例{row}", "source_row": row, "source_sheet": "名册",
        "source_file": "d/roster.xlsx",
    }  # fmt: skip


def test_a_count_names_the_rows_of_the_lists_in_its_scope_of_the_region_and_below(
    write_marts: WriteMarts,
) -> None:
    region = open_region(
        write_marts,
        YEAR,
        figure_lineage=[roster_line()],
        facility_years=[
            facility("0101", 4), facility("0102", 9), facility("0101", 12, counted_in="all"),
            facility("99", 20),
        ],
    )  # fmt: skip
    region.figure("region_years", YEAR, "places", "55")
    facts = dict(map(reversed, told(region)["inputs"][0]["facts"]))
    assert "d/roster.xlsx [名册] 第 4—9 行中的 2 家" in facts
    assert any(words.startswith("共 2 家") for words in facts)


def test_a_corrected_cell_is_marked_and_says_what_the_file_says(write_marts: WriteMarts) -> None:
    correction = {
        "correction_id": "c1", "source_row": 2, "old_value": "550", "new_value": "55",
        "reason": "多写一个零", "reviewed_by": "某人", "reviewed_date": dt.date(2024, 5, 1),
    }  # fmt: skip
    line = lineage("region_years", "01|2023", "places", 55) | {"correction_id": "c1"}
    region = open_region(write_marts, YEAR, figure_lineage=[line], corrections=[correction])
    shown = region.figure("region_years", YEAR, "places", "55")
    assert ">r</abbr>" in shown
    facts = dict(told(region)["inputs"][0]["facts"])
    assert facts["更正"] == "原文“550”，改用“55”：多写一个零（某人，2024-05-01）"


def test_a_count_with_two_corrected_cells_tells_both(write_marts: WriteMarts) -> None:
    rows = [
        {
            "correction_id": name, "source_row": 2, "old_value": old, "new_value": "5",
            "reason": name, "reviewed_by": "某人", "reviewed_date": dt.date(2024, 5, 1),
        }
        for name, old in (("c1", "50"), ("c2", "55"))
    ]  # fmt: skip
    line = lineage("region_years", "01|2023", "places", 10) | {"correction_id": "c1; c2"}
    region = open_region(write_marts, YEAR, figure_lineage=[line], corrections=rows)
    region.figure("region_years", YEAR, "places", "10")
    told_of = [words for name, words in told(region)["inputs"][0]["facts"] if name == "更正"]
    assert [words[:6] for words in told_of] == ["原文“50”", "原文“55”"]


def test_an_estimated_figure_is_marked_and_a_plain_one_is_not(write_marts: WriteMarts) -> None:
    row = YEAR | {"children_under_3": 120.5, "children_basis": "modelled"}
    lines = [
        lineage("region_years", "01|2023", "children_under_3", 120.5),
        lineage("region_years", "01|2023", "places", 55),
    ]
    region = open_region(write_marts, row, figure_lineage=lines)
    assert ">e</abbr>" in region.figure("region_years", row, "children_under_3", "120")
    assert "<abbr" not in region.figure("region_years", row, "places", "55")


def test_a_figure_that_is_shown_twice_is_told_once(write_marts: WriteMarts) -> None:
    line = lineage("region_years", "01|2023", "places", 55)
    region = open_region(write_marts, YEAR, figure_lineage=[line])
    first, second = (
        region.figure("region_years", YEAR, "places", text) for text in ("55", "55 个")
    )
    assert 'data-figure="0"' in first
    assert 'data-figure="0"' in second
    assert len(told(region)["figures"]) == 1


def test_a_missing_figure_tells_its_reason_and_no_number(write_marts: WriteMarts) -> None:
    row = YEAR | {"births": None}
    region = open_region(write_marts, row, figure_lineage=[])
    shown = region.figure("region_years", row, "births", "…", reason="当年没有公布")
    assert "figure-missing" in shown
    (figure,) = told(region)["figures"]
    assert figure["value"] == "无数据"
    assert figure["reason"] == "当年没有公布"
    assert "inputs" not in figure


def test_a_page_that_shows_no_figure_carries_no_box(write_marts: WriteMarts) -> None:
    assert open_region(write_marts, YEAR, figure_lineage=[]).box.data() is None


def numbers(formula: str, row: Row, column: str, *inputs: tuple[str, str, float]) -> str | None:
    lines = [
        {
            "formula_code": formula, "input_role": role, "input_measure": measure,
            "input_value": value, "input_qualifier": None,
        }
        for role, measure, value in inputs
    ]  # fmt: skip
    mart = "quota_totals" if "quota_towns" in row else "target_gaps"
    return formula_numbers(mart, row, column, lines)


def test_only_what_adds_up_is_written_as_a_sum() -> None:
    sums: Row = {"quota_towns": 2, "towns_sum_places": 60, "added_quota_places": 25}
    quotas = ("quota", "ledger_places", 20), ("quota", "ledger_places", 40)
    assert numbers("sum_of_towns", sums, "towns_sum_places", *quotas) == "20 + 40 = 60"
    before = ("quota of the year before", "ledger_places", 35)
    added = numbers("added_quota", sums, "added_quota_places", *quotas, before)
    assert added == "(20 + 40) − 35 = 25"
    # numerator and denominator of a figure that is handed on are no summands
    rate: Row = {"indicator": "places_per_1000", "actual_value": 3.0, "target_value": 4.5}
    parts = ("actual", "places", 120), ("actual", "resident_population", 40000)
    assert numbers("latest_value", rate, "actual_value", *parts) is None
    assert numbers("gap_to_minimum", rate | {"gap_value": 1.5}, "gap_value", *parts) == (
        "4.50 − 3.00 = 1.50"
    )
