"""Spreadsheets of every kind become the same cells, each in its place."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import openpyxl
import pytest
from office import convert
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.chart import BarChart, Reference

from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.ods import read_ods
from pipeline.reading.formats.xls import read_xls
from pipeline.reading.formats.xlsx import read_xlsx
from pipeline.reading.grid import Span

READERS = {"xlsx": read_xlsx, "xls": read_xls, "ods": read_ods}


@pytest.fixture(scope="module")
def rich(tmp_path_factory):
    """One workbook with everything that may go wrong, in each format."""
    path = tmp_path_factory.mktemp("rich") / "rich.xlsx"
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = "附件2"
    for place, value in {
        "C3": "镇街", "D3": "托位", "C4": "甲镇", "D4": 3.7800000000000002, "C5": " 乙镇",
        "D5": 220.0, "C6": dt.date(2023, 9, 18), "D6": "007", "C7": True, "D7": "=1/0",
        "C8": "丙镇", "C10": "末",
    }.items():  # fmt: skip
        sheet[place] = value
    raised = TextBlock(InlineFont(vertAlign="superscript"), "1")
    sheet["D8"] = CellRichText("1904", raised)
    sheet.merge_cells("C8:C9")
    sheet.row_dimensions[5].hidden = True
    workbook.create_sheet("隐藏")["A1"] = "x"
    workbook["隐藏"].sheet_state = "hidden"
    workbook.save(path)
    saved = convert(convert(path, "ods"), "xlsx")  # LibreOffice calculates the formula
    files = {"xlsx": saved, "xls": convert(saved, "xls"), "ods": convert(saved, "ods")}
    return {kind: file.read_bytes() for kind, file in files.items()}


@pytest.fixture(params=READERS)
def grids(request, rich):
    return READERS[request.param](rich[request.param], ReadOptions())


def test_every_cell_keeps_its_place_and_its_text(grids):
    rows = grids[0].rows()
    assert rows[:2] == [[None] * 4, [None] * 4]
    assert [row[2] for row in rows[2:]] == [
        "镇街", "甲镇", " 乙镇", "2023-09-18", "true", "丙镇", None, "末",
    ]  # fmt: skip
    assert [row[3] for row in rows[2:7]] == ["托位", "3.78", "220", "007", "#DIV/0!"]


def test_a_raised_footnote_is_no_digit_of_the_number(grids):
    assert grids[0].rows()[7][3] == "1904[1]"


def test_merged_and_hidden_cells_are_told(grids):
    assert Span(7, 2, 8, 2) in grids[0].spans
    assert grids[0].hidden_rows == {4}
    assert [(grid.sheet, grid.is_hidden) for grid in grids] == [("附件2", False), ("隐藏", True)]


def test_a_sheet_is_chosen_by_its_name(rich):
    for kind, read in READERS.items():
        assert [g.sheet for g in read(rich[kind], ReadOptions(sheet="隐藏"))] == ["隐藏"]
        with pytest.raises(UnreadableFileError) as caught:
            read(rich[kind], ReadOptions(sheet="附件9"))
        assert (caught.value.kind, "附件2" in caught.value.message.part("expected")) == (
            "configuration",
            True,
        )


@pytest.mark.parametrize("kind", READERS)
def test_a_file_that_breaks_off_is_refused(rich, kind):
    whole = rich[kind]
    for size in (len(whole) // 3, len(whole) - len(whole) // 10):
        with pytest.raises(UnreadableFileError) as caught:
            READERS[kind](whole[:size], ReadOptions())
        assert caught.value.message.part("next_step")


def saved(workbook):
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def test_a_formula_that_was_never_calculated_is_not_read_as_blank():
    workbook = openpyxl.Workbook()
    workbook.active["B2"] = "=40+2"
    assert read_xlsx(saved(workbook), ReadOptions())[0].rows() == [[None, None], [None, "=40+2"]]


def test_a_formula_among_other_cells_stays_in_its_cell():
    workbook = openpyxl.Workbook()
    workbook.active.append(["地区", "=40+2", "备注"])
    assert read_xlsx(saved(workbook), ReadOptions())[0].rows() == [["地区", "=40+2", "备注"]]


def test_a_cell_far_below_the_table_costs_nothing_and_one_with_text_is_refused():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    workbook.active["A5000"].number_format = "0.00"
    assert read_xlsx(saved(workbook), ReadOptions())[0].rows() == [["x"]]
    workbook.active["XFD1048576"] = "y"
    with pytest.raises(UnreadableFileError, match="reaches to row"):
        read_xlsx(saved(workbook), ReadOptions())


@pytest.mark.parametrize("address", ["A99999999", "ZZZZZZ2", "XFE1"])
def test_an_address_that_no_sheet_has_is_refused_before_memory_is_taken(address):
    workbook = openpyxl.Workbook()
    workbook.active["A2"] = 1
    damaged = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(workbook))) as old,
        zipfile.ZipFile(damaged, "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b'r="A2"', f'r="{address}"'.encode()))
    with pytest.raises(UnreadableFileError):
        read_xlsx(damaged.getvalue(), ReadOptions())


def test_a_sheet_that_is_a_chart_is_passed_over():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    chart = BarChart()
    chart.add_data(Reference(workbook.active, min_col=1, min_row=1))
    workbook.create_chartsheet("图").add_chart(chart)
    assert [grid.rows() for grid in read_xlsx(saved(workbook), ReadOptions())] == [[["x"]]]
