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
