"""Tables of unusual shapes give the right rows, in every format, or stop their file."""

from __future__ import annotations

import csv
import html
import io
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from example_dossier import REGIONS

from pipeline.contracts import load_contracts
from pipeline.core.database import connect
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import read_table
from pipeline.shaping import create_tables
from pipeline.warehouse.load import index_regions
from pipeline.warehouse.load_source import load_source

pytestmark = pytest.mark.integration

Rows = Sequence[Sequence[Any]]
Read = Callable[..., dict[str, Any]]
FORMATS = ("csv", "xlsx", "html")
TOWNS = {"990100001": "甲镇", "990100002": "乙镇", "990100003": "丙镇"}


def write_table(path: Path, rows: Rows, merged: Sequence[str] = ()) -> None:
    """Write a table as csv, xlsx or html; only the latter two can hold merged ranges."""
    if path.suffix == ".csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        path.write_text(text.getvalue(), encoding="utf-8")
        return
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in rows:
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    if path.suffix == ".xlsx":
        workbook.save(path)
        return
    spans = {(r.min_row, r.min_col): r for r in sheet.merged_cells.ranges}
    covered = {cell for r in sheet.merged_cells.ranges for cell in r.cells} - set(spans)
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for column, value in enumerate(row, start=1):
            if (number, column) in covered:
                continue
            span = spans.get((number, column))
            size = (
                f' rowspan="{span.size["rows"]}" colspan="{span.size["columns"]}"' if span else ""
            )
            cells.append(f"<td{size}>{html.escape('' if value is None else str(value))}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    page = f"<html><body><table>{''.join(lines)}</table></body></html>"
    path.write_text(page, encoding="utf-8")


def make_source(path: Path, entry: dict[str, Any]) -> Source:
    contracts = load_contracts()
    given = {"id": "tested", "file": path.name, "document": "paper", "locator": "全文"}
    checked = SourceEntry.model_validate(given | entry)
    known = contracts.by_name[entry["contract"]]
    return Source(checked, "shili", True, path, known, contracts, frozenset({"paper"}))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """Reads a table and says what became of it: rows in the columns asked for, or problems."""
    folder = tmp_path_factory.mktemp("shapes")
    (folder / "regions.csv").write_text(REGIONS, encoding="utf-8")
    with connect() as connection:
        create_tables(connection, load_contracts())
        listed = make_source(folder / "regions.csv", {"contract": "region_list", "id": "regions"})
        load_source(connection, listed, read_table(listed)[0], folder / "rows")
        index_regions(connection, load_contracts(), folder / "rows")

        def read_file(
            rows: Rows | str,
            entry: dict[str, Any],
            columns: str,
            kind: str = "csv",
            merged: Sequence[str] = (),
        ) -> dict[str, Any]:
            path = folder / f"t.{kind}"
            if isinstance(rows, str):
                path.write_text(rows, encoding="utf-8")
            else:
                write_table(path, rows, merged)
            source = make_source(path, entry)
            table, problems = read_table(source)
            if table is None:
                return {"stopped": "\n".join(map(str, problems)), "problems": problems}
            connection.begin()
            try:
                load_source(connection, source, table, folder / "rows")
                order = "order by source_row, source_letter"
                loaded = connection.execute(f"select {columns} from loaded {order}").fetchall()
                refused = connection.execute(
                    "select source_row, reason_code from audit.rejected_rows"
                    " where source_id = 'tested' order by all"
                ).fetchall()
                totals = connection.execute(
                    "select value, sum_of_rows from raw.stated_totals"
                    " where source_id = 'tested' order by all"
                ).fetchall()
                return {
                    "loaded": [tuple(TOWNS.get(value, value) for value in row) for row in loaded],
                    "refused": refused,
                    "totals": totals,
                    "detected": "\n".join(map(str, table.detected)),
                }
            finally:
                connection.rollback()

        yield read_file


# --- columns without a label ---------------------------------------------------------------------

POPULATION = {"contract": "population"}
RESIDENTS = "region_code, year, resident_population"
TWO_TOWNS = [("甲镇", 2023, 25000), ("乙镇", 2023, 31200)]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param((0, 1), id="from-0"),
        pytest.param((1, 2), id="from-1"),
        pytest.param((17, 230), id="of-rows-that-a-filter-left"),
        pytest.param((1, None), id="of-a-merged-cell"),
    ],
)
def test_running_numbers_without_a_label_are_ignored_and_said(read, kind, numbers):
    rows = [
        [None, "地区", "年份", "常住人口"],
        [numbers[0], "甲镇", 2023, 25000],
        [numbers[1], "乙镇", 2023, 31200],
    ]
    found = read(rows, POPULATION, RESIDENTS, kind)
    assert found["loaded"] == TWO_TOWNS
    assert "column A has no label" in found["detected"]


@pytest.mark.parametrize("kind", FORMATS)
def test_an_index_that_was_written_twice_is_ignored_twice(read, kind):
    rows = [
        [None, "Unnamed: 0", "地区", "年份", "常住人口"],
        [0, 0, "甲镇", 2023, 25000],
        [1, 1, "乙镇", 2023, 31200],
    ]
    assert read(rows, POPULATION, RESIDENTS, kind)["loaded"] == TWO_TOWNS


@pytest.mark.parametrize("kind", FORMATS)
def test_a_total_and_a_note_may_stand_in_the_column_of_running_numbers(read, kind):
    rows = [
        [None, "地区", "年份", "常住人口"],
        [1, "甲镇", 2023, 25000],
        [2, "乙镇", 2023, 31200],
        ["合计", None, 2023, 56200],
        ["注:常住人口为年末数", None, None, None],
    ]
    found = read(rows, POPULATION, RESIDENTS, kind)
    assert found["loaded"] == TWO_TOWNS
    assert found["totals"] == [(56200, 56200)]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    ("cells", "label_at"),
    [
        pytest.param((2021, 2022), 0, id="years"),
        pytest.param(("甲镇", "乙镇"), 0, id="names-of-regions"),
        pytest.param(("男", "女"), 0, id="words"),
        pytest.param((990100001, 990100002), 0, id="codes"),
        pytest.param((2, 1), 0, id="a-rank"),
        pytest.param((1.5, 2.5), 0, id="numbers-with-decimals"),
        pytest.param(("甲村", "乙村"), 2, id="names-under-the-label-to-their-left"),
        pytest.param((120, 130), 3, id="numbers-under-the-label-to-their-left"),
        pytest.param(("万人", "万人"), 3, id="units"),
    ],
)
def test_a_column_without_a_label_that_may_mean_something_stops_the_file(
    read, kind, cells, label_at
):
    header: list[Any] = ["地区", "年份", "常住人口"]
    towns: list[list[Any]] = [["甲镇", 2023, 25000], ["乙镇", 2023, 31200]]
    header.insert(label_at, None)
    for row, cell in zip(towns, cells, strict=True):
        row.insert(label_at, cell)
    found = read([header, *towns], POPULATION, RESIDENTS, kind)
    letter = "ABCD"[label_at]
    assert "column without header" in found["stopped"]
    assert f"columns: {{{letter}: ignore}}" in found["stopped"]


def test_a_word_beside_a_named_row_is_no_running_number(read):
    rows = ",地区,年份,常住人口\n1,甲镇,2023,25000\n小计,乙镇,2023,31200\n"
    assert "column without header" in read(rows, POPULATION, RESIDENTS)["stopped"]


def test_a_number_parted_at_its_comma_is_no_running_number(read):
    rows = ",常住人口,地区,年份\n25,000,甲镇,2023\n31,200,乙镇,2023\n"
    assert "column without header" in read(rows, POPULATION, RESIDENTS)["stopped"]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_column_without_a_label_is_called_by_its_letter(read, kind):
    rows = [
        [None, "年份", "常住人口", None],
        ["甲镇", 2023, 25000, 150],
        ["乙镇", 2023, 31200, 170],
    ]
    entry = POPULATION | {"columns": {"A": "region_name", "D": "births"}}
    found = read(rows, entry, f"{RESIDENTS}, births", kind)
    assert found["loaded"] == [("甲镇", 2023, 25000, 150), ("乙镇", 2023, 31200, 170)]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_column_without_a_label_is_ignored_by_its_letter(read, kind):
    rows = [
        ["地区", "年份", "常住人口", None],
        ["甲镇", 2023, 25000, "已核"],
        ["乙镇", 2023, 31200, None],
    ]
    entry = POPULATION | {"columns": {"D": "ignore"}}
    found = read(rows, entry, RESIDENTS, kind)
    assert found["loaded"] == TWO_TOWNS
    assert found["refused"] == []


def test_the_rest_of_a_number_is_not_ignored_by_its_letter(read):
    rows = "地区,年份,常住人口,\n甲镇,2023,25,120\n乙镇,2023,31,200\n"
    found = read(rows, POPULATION | {"columns": {"D": "ignore"}}, RESIDENTS)
    assert found["loaded"] == []
    assert found["refused"] == [(2, "ragged_row"), (3, "ragged_row")]


def test_a_scale_is_not_ignored_by_its_letter(read):
    rows = [["地区", "年份", "常住人口", None], ["甲镇", 2023, 3, "万人"]]
    found = read(rows, POPULATION | {"columns": {"D": "ignore"}}, RESIDENTS)
    assert "万人" in found["stopped"]


def test_a_letter_that_is_a_label_means_the_label(read):
    rows = [["地区", "年份", "常住人口", "A"], ["甲镇", 2023, 25000, 150]]
    found = read(rows, POPULATION | {"columns": {"A": "births"}}, f"{RESIDENTS}, births", "xlsx")
    assert found["loaded"] == [("甲镇", 2023, 25000, 150)]


def test_a_labelled_column_that_nobody_knows_still_stops_the_file(read):
    rows = [["idx", "地区", "年份", "常住人口"], [0, "甲镇", 2023, 25000]]
    assert "unknown column 'idx'" in read(rows, POPULATION, RESIDENTS)["stopped"]


# --- headers of several rows ---------------------------------------------------------------------

BOTH_SEXES = POPULATION | {
    "constants": {"year": 2023},
    "columns": {"合计": "resident_population", "男": "ignore", "女": "ignore"},
}
MERGED = ("xlsx", "html")


@pytest.mark.parametrize("kind", MERGED)
def test_the_first_row_of_a_header_may_hold_one_merged_cell(read, kind):
    rows = [
        ["地区", None, None, None],
        [None, "合计", None, None],
        [None, "合计", "男", "女"],
        ["甲镇", 25000, 12000, 13000],
        ["乙镇", 31200, 15200, 16000],
    ]
    found = read(rows, BOTH_SEXES, RESIDENTS, kind, ["A1:A3", "B2:D2"])
    assert found["loaded"] == TWO_TOWNS
    assert "rows 1-3" in found["detected"]


@pytest.mark.parametrize("kind", MERGED)
def test_a_title_above_a_header_whose_first_row_holds_one_cell_is_none_of_its_rows(read, kind):
    rows = [
        ["2023年人口情况", None, None, None],
        ["地区", None, None, None],
        [None, "合计", None, None],
        [None, "合计", "男", "女"],
        ["甲镇", 25000, 12000, 13000],
    ]
    found = read(rows, BOTH_SEXES, RESIDENTS, kind, ["A1:D1", "A2:A4", "B3:D3"])
    assert found["loaded"] == TWO_TOWNS[:1]
    assert "rows 2-4" in found["detected"]


@pytest.mark.parametrize("kind", MERGED)
def test_the_one_cell_of_the_first_row_may_stand_at_the_right(read, kind):
    rows = [
        [None, None, None, "年份"],
        ["地区", "合计", None, None],
        [None, "男", "合计", None],
        ["甲镇", 12000, 25000, 2023],
    ]
    entry = BOTH_SEXES | {"constants": {}}
    found = read(rows, entry, RESIDENTS, kind, ["D1:D3", "A2:A3", "B2:C2"])
    assert found["loaded"] == TWO_TOWNS[:1]


@pytest.mark.parametrize("kind", MERGED)
def test_spans_of_a_header_may_be_nested(read, kind):
    rows = [
        ["地区", "人口", None, None, None],
        [None, "年末", None, None, "出生人口"],
        [None, "常住人口", None, "户籍人口", None],
        [None, "合计", "男", None, None],
        ["甲镇", 25000, 12000, 24000, 150],
    ]
    merged = ["A1:A4", "B1:E1", "B2:D2", "E2:E4", "B3:C3", "D3:D4"]
    entry = BOTH_SEXES | {"columns": {"男": "ignore", "合计": "resident_population"}}
    columns = f"{RESIDENTS}, registered_population, births"
    found = read(rows, entry, columns, kind, merged)
    assert found["loaded"] == [("甲镇", 2023, 25000, 24000, 150)]
    assert "rows 1-4" in found["detected"]


@pytest.mark.parametrize("kind", MERGED)
def test_a_title_over_two_rows_is_no_header(read, kind):
    rows = [
        ["人口表", None, None],
        [None, None, None],
        ["地区", "年份", "常住人口"],
        ["甲镇", 2023, 25000],
        ["乙镇", 2023, 31200],
    ]
    found = read(rows, POPULATION, RESIDENTS, kind, ["A1:C2"])
    assert found["loaded"] == TWO_TOWNS
    assert "row 3" in found["detected"]


@pytest.mark.parametrize("kind", MERGED)
def test_a_text_merged_over_rows_of_data_is_no_header(read, kind):
    rows = [
        ["地区", "年份", "常住人口"],
        ["甲镇", 2022, 24800],
        [None, 2023, 25000],
    ]
    found = read(rows, POPULATION, RESIDENTS, kind, ["A2:A3"])
    assert found["loaded"] == [("甲镇", 2022, 24800), ("甲镇", 2023, 25000)]


# --- subtotals in columns ------------------------------------------------------------------------

ROSTER = {"contract": "facility_roster", "as_of": "2024-12-31"}
CLASSES = "facility_name, places, infant_places, toddler_places"


@pytest.mark.parametrize("kind", MERGED)
@pytest.mark.parametrize("word", ["小计", "合计", "计", "Total", "小 计"])
def test_a_subtotal_under_the_label_of_a_column_is_that_column(read, kind, word):
    rows = [
        ["地区", "机构名称", "托位数", None, None],
        [None, None, word, "乳儿班", "托小班"],
        ["甲镇", "甲园", 50, 20, 30],
        ["乙镇", "乙园", 40, 10, 30],
    ]
    merged = ["A1:A2", "B1:B2", "C1:E1"]
    found = read(rows, ROSTER, CLASSES, kind, merged)
    assert found["loaded"] == [("甲园", 50, 20, 30), ("乙园", 40, 10, 30)]
    assert "is not the sum" not in found["detected"]


@pytest.mark.parametrize("kind", MERGED)
def test_a_subtotal_that_is_not_the_sum_of_its_parts_is_said(read, kind):
    rows = [
        ["地区", "机构名称", "托位数", None, None],
        [None, None, "小计", "乳儿班", "托小班"],
        ["甲镇", "甲园", 50, 20, 30],
        ["乙镇", "乙园", 45, 10, 30],
        ["丙镇", "丙园", 60, 30, 30],
    ]
    found = read(rows, ROSTER, CLASSES, kind, ["A1:A2", "B1:B2", "C1:E1"])
    assert [row[1] for row in found["loaded"]] == [50, 45, 60]
    assert "托位数/小计 is not the sum of 乳儿班 and 托小班 in rows 4" in found["detected"]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("at", [2, 4])
def test_a_subtotal_beside_its_parts_is_not_used(read, kind, at):
    rows: list[list[Any]] = [
        ["地区", "机构名称", "乳儿班", "托小班"],
        ["甲镇", "甲园", 20, 30],
        ["乙镇", "乙园", 10, 30],
    ]
    for row, cell in zip(rows, ("小计", 50, 40), strict=True):
        row.insert(at, cell)
    found = read(rows, ROSTER, CLASSES, kind)
    assert found["loaded"] == [("甲园", None, 20, 30), ("乙园", None, 10, 30)]
    assert f"column {'ABCDE'[at]} (小计) is the sum of 乳儿班 and 托小班" in found["detected"]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "cells",
    [
        pytest.param((50, 45), id="wrong-in-a-row"),
        pytest.param((500, 400), id="of-something-else"),
        pytest.param(("五十左右", 40), id="no-number"),
        pytest.param((None, None), id="blank"),
    ],
)
def test_a_subtotal_that_its_parts_do_not_explain_stops_the_file(read, kind, cells):
    rows = [
        ["地区", "机构名称", "乳儿班", "托小班", "小计"],
        ["甲镇", "甲园", 20, 30, cells[0]],
        ["乙镇", "乙园", 10, 30, cells[1]],
    ]
    assert "unknown column '小计'" in read(rows, ROSTER, CLASSES, kind)["stopped"]


def test_a_subtotal_of_two_groups_stops_the_file(read):
    rows = [
        ["地区", "机构名称", "乳儿班", "托小班", "小计", "托大班", "混龄班"],
        ["甲镇", "甲园", 20, 30, 50, 20, 30],
    ]
    assert "unknown column '小计'" in read(rows, ROSTER, CLASSES)["stopped"]


def test_a_subtotal_of_columns_that_become_rows_is_no_row(read):
    rows = [["年份", "合计", "甲镇", "乙镇"], [2023, 56200, 25000, 31200]]
    wide = {"columns": ["甲镇", "乙镇"], "names_to": "region_name"}
    entry = POPULATION | {"unpivot": wide | {"values_to": "resident_population"}}
    found = read(rows, entry, RESIDENTS)
    assert found["loaded"] == TWO_TOWNS
    assert "合计" in found["detected"]


def test_a_subtotal_of_columns_of_another_unit_stops_the_file(read):
    rows = [
        ["地区", "机构名称", "托位数", "在托人数", "小计"],
        ["甲镇", "甲园", 20, 30, 50],
    ]
    assert "unknown column '小计'" in read(rows, ROSTER, CLASSES)["stopped"]


@pytest.mark.parametrize("kind", MERGED)
def test_two_subtotals_under_one_label_stop_the_file(read, kind):
    rows = [
        ["地区", "机构名称", "托位数", None, None],
        [None, None, "小计", "乳儿班", "合计"],
        ["甲镇", "甲园", 20, 20, 50],
    ]
    found = read(rows, ROSTER, CLASSES, kind, ["A1:A2", "B1:B2", "C1:E1"])
    assert "a second column for places" in found["stopped"]


# --- years and categories in columns -------------------------------------------------------------

LEDGER = {"contract": "quota_ledger", "constants": {"unit": "places", "accumulation": "cumulative"}}
QUOTAS = "region_code, year, category, places"
BY_YEAR_AND_CATEGORY = {
    "columns": ["2026年", "2027年"],
    "names_to": ["year", "category"],
    "values_to": "places",
}
TWO_LEVELS = [
    ["地区", "2026年", None, "2027年", None],
    [None, "总托位", "普惠托位", "总托位", "普惠托位"],
    ["甲镇", 100, 60, 120, 80],
    ["乙镇", 50, None, 70, 40],
]
TWO_LEVELS_MERGED = ["A1:A2", "B1:C1", "D1:E1"]
EVERY_QUOTA = [
    ("甲镇", 2026, "all", 100), ("甲镇", 2026, "inclusive", 60),
    ("甲镇", 2027, "all", 120), ("甲镇", 2027, "inclusive", 80),
    ("乙镇", 2026, "all", 50),
    ("乙镇", 2027, "all", 70), ("乙镇", 2027, "inclusive", 40),
]  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_two_levels_of_columns_become_rows_by_year_and_category(read, kind):
    merged = [] if kind == "csv" else TWO_LEVELS_MERGED
    found = read(TWO_LEVELS, LEDGER | {"unpivot": BY_YEAR_AND_CATEGORY}, QUOTAS, kind, merged)
    assert found["loaded"] == EVERY_QUOTA
    assert found["refused"] == []


def test_two_levels_as_pandas_writes_them_become_rows(read):
    rows = [
        [None, "Unnamed: 1_level_0", "2026年", "2026年", "2027年", "2027年"],
        [None, "地区", "总托位", "普惠托位", "总托位", "普惠托位"],
        [0, "甲镇", 100, 60, 120, 80],
        [1, "乙镇", 50, None, 70, 40],
    ]
    found = read(rows, LEDGER | {"unpivot": BY_YEAR_AND_CATEGORY}, QUOTAS)
    assert found["loaded"] == EVERY_QUOTA


@pytest.mark.parametrize("kind", MERGED)
def test_the_category_may_stand_above_the_year(read, kind):
    rows = [
        ["地区", "总托位", None, "普惠托位", None],
        [None, "2026年", "2027年", "2026年", "2027年"],
        ["甲镇", 100, 120, 60, 80],
    ]
    wide = BY_YEAR_AND_CATEGORY | {"names_to": ["category", "year"]}
    found = read(rows, LEDGER | {"unpivot": wide}, QUOTAS, kind, TWO_LEVELS_MERGED)
    assert sorted(found["loaded"]) == sorted(EVERY_QUOTA[:4])


@pytest.mark.parametrize("kind", MERGED)
def test_a_third_level_above_the_two_does_not_matter(read, kind):
    rows = [["地区", "年度指标分解", None, None, None], *TWO_LEVELS]
    rows[1] = [None, *TWO_LEVELS[0][1:]]
    merged = ["A1:A3", "B1:E1", "B2:C2", "D2:E2"]
    found = read(rows, LEDGER | {"unpivot": BY_YEAR_AND_CATEGORY}, QUOTAS, kind, merged)
    assert found["loaded"] == EVERY_QUOTA


@pytest.mark.parametrize("kind", MERGED)
def test_a_subtotal_among_two_levels_is_no_row(read, kind):
    rows = [
        ["地区", "2026年", None, None],
        [None, "合计", "总托位", "普惠托位"],
        ["甲镇", 160, 100, 60],
    ]
    entry = LEDGER | {"unpivot": BY_YEAR_AND_CATEGORY | {"columns": ["2026年"]}}
    found = read(rows, entry, QUOTAS, kind, ["A1:A2", "B1:D1"])
    assert found["loaded"] == EVERY_QUOTA[:2]
    rows[2][1] = 170
    assert "合计" in read(rows, entry, QUOTAS, kind, ["A1:A2", "B1:D1"])["stopped"]


@pytest.mark.parametrize("kind", MERGED)
def test_a_year_that_stands_twice_stops_the_file(read, kind):
    rows = [[*TWO_LEVELS[0]], *TWO_LEVELS[1:]]
    rows[0][3] = "2026年"
    entry = LEDGER | {"unpivot": BY_YEAR_AND_CATEGORY | {"columns": ["2026年"]}}
    found = read(rows, entry, QUOTAS, kind, TWO_LEVELS_MERGED)
    assert "a second column for" in found["stopped"]


@pytest.mark.parametrize("kind", MERGED)
def test_measures_under_years_become_rows_by_year(read, kind):
    rows = [
        ["地区", "2022年", None, "2023年", None],
        [None, "常住人口", "出生人口", "常住人口", "出生人口"],
        ["甲镇", 24000, 140, 25000, 150],
    ]
    found = read(rows, POPULATION, f"{RESIDENTS}, births", kind, TWO_LEVELS_MERGED)
    assert found["loaded"] == [
        ("甲镇", 2022, 24000, None), ("甲镇", 2022, None, 140),
        ("甲镇", 2023, 25000, None), ("甲镇", 2023, None, 150),
    ]  # fmt: skip


@pytest.mark.parametrize("kind", MERGED)
def test_years_under_a_measure_become_rows_by_year(read, kind):
    rows = [
        ["地区", "常住人口(万人)", None],
        [None, "2022", "2023"],
        ["甲镇", "2.4", "2.5"],
        ["乙镇", "3.1", "3.12"],
    ]
    found = read(rows, POPULATION, RESIDENTS, kind, ["A1:A2", "B1:C1"])
    assert found["loaded"] == [
        ("甲镇", 2022, 24000), ("甲镇", 2023, 25000), ("乙镇", 2022, 31000), ("乙镇", 2023, 31200)
    ]  # fmt: skip


@pytest.mark.parametrize("kind", FORMATS)
def test_a_year_before_the_measure_is_its_year(read, kind):
    rows = [["地区", "2022年常住人口", "2023年末常住人口"], ["甲镇", 24000, 25000]]
    found = read(rows, POPULATION, RESIDENTS, kind)
    assert found["loaded"] == [("甲镇", 2022, 24000), ("甲镇", 2023, 25000)]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "header",
    [
        pytest.param(["地区", "2022年常住人口", "2023年常住人口", "出生人口"], id="without"),
        pytest.param(["地区", "2022年常住人口", "2023年常住人口", "年份"], id="another"),
        pytest.param(["地区", "2022年常住人口", "2022年人口数", "备注"], id="twice"),
        pytest.param(["地区", "2022年", "2023年", "备注"], id="no-measure"),
    ],
)
def test_a_measure_whose_year_is_not_clear_stops_the_file(read, kind, header):
    rows = [header, ["甲镇", 24000, 25000, 150 if header[3] != "年份" else 2023]]
    assert "stopped" in read(rows, POPULATION, RESIDENTS, kind)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_measure_beside_years_belongs_to_none_of_them(read, kind):
    rows = [["地区", "2022年", "2023年", "出生人口"], ["甲镇", 24000, 25000, 150]]
    wide = {"columns": ["2022年", "2023年"], "names_to": "year", "values_to": "resident_population"}
    found = read(rows, POPULATION | {"unpivot": wide}, RESIDENTS, kind)
    assert "'出生人口', a column without a year" in found["stopped"]
    ledger = LEDGER | {"unpivot": wide | {"values_to": "places"}}
    rows[0][3] = "总指标"  # of the whole period
    assert len(read(rows, ledger, QUOTAS, kind)["loaded"]) == 2


@pytest.mark.parametrize("kind", FORMATS)
def test_indicators_in_rows_and_years_in_columns(read, kind):
    rows = [
        ["地区", "指标", "2023年", "2024年"],
        ["甲镇", "托位数", 100, 120],
        ["甲镇", "托育机构数", 5, None],
    ]
    wide = {"columns": ["2023年", "2024年"], "names_to": "as_of", "values_to": "value"}
    entry = {"contract": "reported_figure", "constants": {"kind": "stock"}, "unpivot": wide}
    found = read(rows, entry, "region_code, indicator, as_of::varchar, value::int", kind)
    assert found["loaded"] == [
        ("甲镇", "places", "2023-12-31", 100),
        ("甲镇", "places", "2024-12-31", 120),
        ("甲镇", "facilities", "2023-12-31", 5),
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_indicators_and_years_in_columns(read, kind):
    rows = [
        ["地区", "托位数", None, "托育机构数", None],
        [None, "2023年", "2024年", "2023年", "2024年"],
        ["甲镇", 100, 120, 5, 6],
    ]
    wide = {
        "columns": ["2023年", "2024年"],
        "names_to": ["indicator", "as_of"],
        "values_to": "value",
    }
    entry = {"contract": "reported_figure", "constants": {"kind": "stock"}, "unpivot": wide}
    merged = [] if kind == "csv" else TWO_LEVELS_MERGED
    columns = "region_code, indicator, year(as_of), value::int"
    found = read(rows, entry, columns, kind, merged)
    assert found["loaded"] == [
        ("甲镇", "places", 2023, 100), ("甲镇", "places", 2024, 120),
        ("甲镇", "facilities", 2023, 5), ("甲镇", "facilities", 2024, 6),
    ]  # fmt: skip


def test_a_total_over_two_levels_is_held_against_each_column(read):
    rows = [*TWO_LEVELS, ["合计", 150, 60, 190, 120]]
    entry = LEDGER | {"unpivot": BY_YEAR_AND_CATEGORY}
    found = read(rows, entry, QUOTAS, "xlsx", TWO_LEVELS_MERGED)
    assert found["loaded"] == EVERY_QUOTA
    assert found["totals"] == [(60, 60), (120, 120), (150, 150), (190, 190)]


# --- text with a cell on every line --------------------------------------------------------------


def lines(*rows: Sequence[Any]) -> str:
    return "".join(f"{cell}\n" for row in rows for cell in row)


@pytest.mark.parametrize("at", [0, 1, 3])
@pytest.mark.parametrize(
    "cells",
    [
        pytest.param(("已核", "待核", "已核"), id="words"),
        pytest.param(("12", "7", "31"), id="numbers"),
        pytest.param(("张三", "-", "李四"), id="with-a-dash"),
        pytest.param(("2023-01-05", "2023-02-06", "2023-03-07"), id="dates"),
    ],
)
def test_an_ignored_column_of_text_with_a_cell_a_line_is_left_out(read, at, cells):
    rows: list[list[Any]] = [
        ["地区", "年份", "常住人口"],
        ["甲镇", 2023, 25000],
        ["乙镇", 2023, 31200],
        ["丙镇", 2023, 8800],
    ]
    for row, cell in zip(rows, ("核对", *cells), strict=True):
        row.insert(at, cell)
    entry = POPULATION | {"columns": {"核对": "ignore"}}
    found = read(lines(*rows), entry, RESIDENTS, "txt")
    assert found["loaded"] == [*TWO_TOWNS, ("丙镇", 2023, 8800)]


def test_a_missing_cell_of_an_ignored_column_never_moves_the_others(read):
    rows = [
        ["地区", "年份", "常住人口", "核对"],
        ["甲镇", 2023, 25000, 120],
        ["乙镇", 2023, 31200],
        ["丙镇", 2023, 8800, 140],
    ]
    entry = POPULATION | {"columns": {"核对": "ignore"}}
    found = read(lines(*rows), entry, RESIDENTS, "txt")
    right = [*TWO_TOWNS, ("丙镇", 2023, 8800)]
    assert "stopped" in found or set(found["loaded"]) <= set(right)


def test_an_unknown_column_of_text_with_a_cell_a_line_stops_the_file(read):
    rows = [["地区", "年份", "常住人口", "核对"], ["甲镇", 2023, 25000, "已核"]]
    assert "stopped" in read(lines(*rows), POPULATION, RESIDENTS, "txt")


def test_years_in_columns_of_text_with_a_cell_a_line_become_rows(read):
    rows = [["地区", "2022年", "2023年"], ["甲镇", 24000, 25000], ["乙镇", 31000, 31200]]
    wide = {"columns": ["2022年", "2023年"], "names_to": "year", "values_to": "resident_population"}
    found = read(lines(*rows), POPULATION | {"unpivot": wide}, RESIDENTS, "txt")
    assert found["loaded"] == [
        ("甲镇", 2022, 24000), ("甲镇", 2023, 25000), ("乙镇", 2022, 31000), ("乙镇", 2023, 31200)
    ]  # fmt: skip


# --- several tables in a sheet -------------------------------------------------------------------

BESIDE = [
    ["2022年", None, "2023年", None],
    ["地区", "常住人口", "地区", "常住人口"],
    ["甲镇", 24000, "乙镇", 31200],
    ["乙镇", 31000, "甲镇", 25000],
    [None, None, "丙镇", 8800],
    ["合计", 55000, "合计", 65000],
]


def block(number: int, year: int) -> dict[str, Any]:
    return POPULATION | {"read": {"table": number}, "constants": {"year": year}}


def with_gap(rows: Rows) -> list[list[Any]]:
    return [[*row[:2], None, *row[2:]] for row in rows]


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("has_gap", [False, True])
def test_dated_blocks_side_by_side_are_tables_of_their_own(read, kind, has_gap):
    rows = with_gap(BESIDE) if has_gap else BESIDE
    merged = ["A1:B1", "D1:E1" if has_gap else "C1:D1"]
    left = read(rows, block(1, 2022), RESIDENTS, kind, merged)
    assert left["loaded"] == [("甲镇", 2022, 24000), ("乙镇", 2022, 31000)]
    right = read(rows, block(2, 2023), RESIDENTS, kind, merged)
    assert right["loaded"] == [("乙镇", 2023, 31200), ("甲镇", 2023, 25000), ("丙镇", 2023, 8800)]
    assert (left["totals"], right["totals"]) == ([(55000, 55000)], [(65000, 65000)])
    assert left["refused"] == right["refused"] == []


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("has_gap", [False, True])
def test_each_block_is_told_its_own_year(read, kind, has_gap):
    rows = with_gap(BESIDE) if has_gap else BESIDE
    merged = ["A1:B1", "D1:E1" if has_gap else "C1:D1"]
    whole = read(rows, POPULATION, RESIDENTS, kind, merged)["stopped"]
    assert "2 tables that fit" in whole
    assert "constants: {year: 2022}" in whole
    right = read(rows, POPULATION | {"read": {"table": 2}}, RESIDENTS, kind, merged)["stopped"]
    assert "constants: {year: 2023}" in right
    assert "2022" not in right


@pytest.mark.parametrize("kind", FORMATS)
def test_dated_blocks_below_each_other_are_tables_of_their_own(read, kind):
    header = ["地区", "常住人口"]
    rows = [
        ["2022年人口", None], header, ["甲镇", 24000], ["乙镇", 31000], [None, None],
        ["2023年人口", None], header, ["乙镇", 31200], ["甲镇", 25000],
    ]  # fmt: skip
    assert "2 tables that fit" in read(rows, POPULATION, RESIDENTS, kind)["stopped"]
    found = read(rows, block(1, 2022), RESIDENTS, kind)
    assert found["loaded"] == [("甲镇", 2022, 24000), ("乙镇", 2022, 31000)]
    found = read(rows, block(2, 2023), RESIDENTS, kind)
    assert found["loaded"] == [("乙镇", 2023, 31200), ("甲镇", 2023, 25000)]


@pytest.mark.parametrize("kind", FORMATS)
def test_three_blocks_with_years_of_their_own_are_three_tables(read, kind):
    header = ["地区", "年份", "常住人口"]
    rows = [header * 3, ["甲镇", 2021, 23000, "乙镇", 2022, 31000, "甲镇", 2023, 25000]]
    assert "3 tables that fit" in read(rows, POPULATION, RESIDENTS, kind)["stopped"]
    found = read(rows, POPULATION | {"read": {"table": 3}}, RESIDENTS, kind)
    assert found["loaded"] == [("甲镇", 2023, 25000)]


@pytest.mark.parametrize("kind", FORMATS)
def test_measures_that_stand_twice_beside_one_region_are_one_table(read, kind):
    rows = [
        ["地区", "常住人口", "出生人口", "常住人口", "出生人口"],
        ["甲镇", 24000, 140, 25000, 150],
    ]
    found = read(rows, POPULATION | {"constants": {"year": 2023}}, RESIDENTS, kind)
    assert "a second column for" in found["stopped"]


# --- all problems of a file at once --------------------------------------------------------------


def found_in(problems: list[Any]) -> str:
    return "\n".join(problem.found for problem in problems)


def test_an_unknown_label_does_not_hide_a_number_merged_over_regions(read):
    rows = [
        ["地区", "年份", "常住人口", "网址"],
        ["甲镇", 2023, 30000, "x"],
        ["乙镇", 2023, None, "x"],
    ]
    found = found_in(read(rows, POPULATION, RESIDENTS, "xlsx", ["C2:C3"])["problems"])
    assert "unknown column '网址'" in found
    assert "merged over 2 rows" in found


@pytest.mark.parametrize("kind", FORMATS)
def test_an_unknown_label_does_not_hide_a_wrong_label_of_fill_down(read, kind):
    rows = [["地区", "年份", "常住人口", "网址"], ["甲镇", 2023, 30000, "x"]]
    found = found_in(
        read(rows, POPULATION | {"read": {"fill_down": ["镇"]}}, RESIDENTS, kind)["problems"]
    )
    assert "unknown column '网址'" in found
    assert "fill_down: 镇" in found


@pytest.mark.parametrize("kind", FORMATS)
def test_an_unknown_label_does_not_hide_a_unit_that_fits_nothing(read, kind):
    rows = [
        ["单位:万平方米", None, None, None],
        ["地区", "年份", "常住人口", "网址"],
        ["甲镇", 2023, 3, "x"],
    ]
    found = found_in(read(rows, POPULATION, RESIDENTS, kind)["problems"])
    assert "unknown column '网址'" in found
    assert "万平方米" in found


@pytest.mark.parametrize("kind", FORMATS)
def test_every_problem_of_a_header_is_told_at_once(read, kind):
    rows = [
        ["地区", "网址", "年份", "常住人口", "人口数", "出生人口(亩)", None],
        ["甲镇", "x", 2023, 30000, 30000, 150, "y"],
    ]
    found = found_in(read(rows, POPULATION, RESIDENTS, kind)["problems"])
    for part in (
        "unknown column '网址'",
        "a second column for",
        "'亩' is no unit",
        "without header",
    ):
        assert part in found


def expected_in(found: dict[str, Any]) -> str:
    return "\n".join(str(problem.expected) for problem in found["problems"])


@pytest.mark.parametrize("kind", FORMATS)
def test_labels_of_an_english_file_are_hinted_at_in_english(read, kind):
    rows = [["region", "year", "residents", "web"], ["甲镇", 2023, 30000, "x"]]
    expected = expected_in(read(rows, POPULATION, RESIDENTS, kind))
    assert "resident_population" in expected
    assert expected.replace("甲镇", "").isascii()


@pytest.mark.parametrize("kind", FORMATS)
def test_labels_of_a_chinese_file_are_hinted_at_in_chinese(read, kind):
    rows = [["地区", "年份", "常住人囗数"], ["甲镇", 2023, 30000]]
    expected = expected_in(read(rows, POPULATION, RESIDENTS, kind))
    assert "常住人口数" in expected
    assert "region_code" not in expected


@pytest.mark.parametrize("kind", FORMATS)
def test_a_label_in_a_file_of_both_languages_is_hinted_at_in_its_own(read, kind):
    rows = [["地区", "年份", "常住人口", "birth"], ["甲镇", 2023, 30000, 150]]
    expected = expected_in(read(rows, POPULATION, RESIDENTS, kind))
    assert "births" in expected
    assert "出生" not in expected


# --- several tables on a sheet -------------------------------------------------------------------

SECOND_HEADER = (
    ("地区", "2023年", None),
    (None, "常住人口", "出生人口"),
    ("甲镇", 1000, 10),
    ("地区", "{below}", None),
    (None, "常住人口", "出生人口"),
    ("乙镇", 3000, 30),
)


def with_second_header(below: str) -> list[tuple[object, ...]]:
    return [tuple(below if cell == "{below}" else cell for cell in row) for row in SECOND_HEADER]


@pytest.mark.parametrize(
    ("below", "is_one_table"), [("2023年", True), ("2024年", False), ("2023年末", False)]
)
def test_a_header_of_another_year_begins_another_table(read, below, is_one_table):
    merged = ("A1:A2", "B1:C1", "A4:A5", "B4:C4")
    found = read(with_second_header(below), POPULATION, RESIDENTS, "xlsx", merged)
    assert ("loaded" in found) is is_one_table, found
    if is_one_table:
        residents = [row for row in found["loaded"] if row[2] is not None]
        assert residents == [("甲镇", 2023, 1000), ("乙镇", 2023, 3000)]
        assert found["refused"] == []


def test_a_header_again_without_its_groups_begins_no_other_table(read):
    rows = [
        ("地区", "年份", "全年", None),
        (None, None, "常住人口", "出生人口"),
        ("甲镇", 2023, 1000, 10),
        ("地区", "年份", "常住人口", "出生人口"),
        ("乙镇", 2023, 3000, 30),
    ]
    found = read(rows, POPULATION, RESIDENTS, "xlsx", ("A1:A2", "B1:B2", "C1:D1"))
    assert found["loaded"] == [("甲镇", 2023, 1000), ("乙镇", 2023, 3000)]
    assert found["refused"] == []


def test_of_two_tables_with_columns_that_nobody_needs_none_is_read_as_the_other(read):
    found = read(
        "地区,年份,常住人口,a,b,c,d,e\n甲镇,2023,1000,1,2,3,4,5\n\n"
        "地区,年份,出生人口,a,b,c,d,e\n乙镇,2023,30,1,2,3,4,5\n",
        {**POPULATION, "ignore": "rest"},
        RESIDENTS,
    )
    assert "loaded" not in found or found["loaded"] == [("甲镇", 2023, 1000)]
