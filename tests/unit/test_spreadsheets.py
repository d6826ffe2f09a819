"""Spreadsheets of every kind become the same cells, each in its place."""

from __future__ import annotations

import datetime as dt
import io
import re
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


SHEET = "xl/worksheets/sheet1.xml"


def with_sheet(change):
    """A workbook of all kinds of cells, the XML of its sheet changed."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["地区", "时点", "常住人口", "年份", "备注"])
    sheet.append(["甲镇", dt.date(2023, 6, 30), 40000, 45291, "=40+2"])
    sheet.append(["乙镇", dt.date(2023, 12, 31), 8.25, 45291, "#N/A"])
    sheet["C2"].number_format = '0!.0,"万人"'
    sheet["D2"].number_format = sheet["D3"].number_format = 'yyyy"年"'
    sheet.row_dimensions[3].hidden = True
    changed = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(workbook))) as old,
        zipfile.ZipFile(changed, "w") as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == SHEET else content)
    return changed.getvalue()


@pytest.mark.parametrize(
    "pattern",
    [
        pytest.param(rb'(<(?:row|c)) r="[A-Z0-9]+"', id="rows-and-cells"),
        pytest.param(rb'(<row) r="[0-9]+"', id="rows"),
        pytest.param(rb'(<c) r="[A-Z0-9]+"', id="cells"),
        pytest.param(rb'(<c) r="[AC][0-9]"', id="some-cells"),
        pytest.param(rb'(<row) r="2"', id="one-row"),
        pytest.param(rb'(<row) r="[0-9]+"(?: spans="[0-9:]+")?', id="rows-without-attributes"),
    ],
)
def test_rows_and_cells_that_do_not_say_where_they_stand_are_counted(pattern):
    whole = read_xlsx(with_sheet(lambda xml: xml), ReadOptions())
    bare = read_xlsx(with_sheet(lambda xml: re.sub(pattern, rb"\1", xml)), ReadOptions())
    assert (bare[0].rows(), bare[0].hidden_rows) == (whole[0].rows(), whole[0].hidden_rows)
    assert bare[0].shown_scales == whole[0].shown_scales
    assert bare[0].rows()[1][4] == "=40+2"


@pytest.mark.parametrize(
    ("rows", "read"),
    [
        pytest.param(
            "<row><c/><c><v>1</v></c></row><row/><row><c><v>2</v></c></row>",
            [[None, "1"], [None, None], ["2", None]],
            id="blank-cells-and-rows",
        ),
        pytest.param(
            '<row r="2"><c><v>1</v></c><c r="D2"><v>2</v></c><c><v>3</v></c></row>',
            [[None] * 5, ["1", None, None, "2", "3"]],
            id="counting-on-from-an-address",
        ),
        pytest.param(
            '<row><c t="inlineStr"><is><r><t>甲</t></r><r><t>镇</t></r></is></c></row>',
            [["甲镇"]],
            id="inline-text-of-two-runs",
        ),
        pytest.param(
            '<row><c t="inlineStr"><is><t><![CDATA[<c>]]></t></is></c><!-- <c/> --><c><v>1</v></c></row>',
            [["<c>", "1"]],
            id="tags-in-text-and-comments",
        ),
        pytest.param(
            "<row><c t='str'><v>x</v></c><c t='b'><v>1</v></c></row>",
            [["x", "true"]],
            id="texts-and-yes",
        ),
    ],
)
def test_places_count_on_as_the_format_says(rows, read):
    def change(xml):
        start, end = xml.index(b"<sheetData>"), xml.index(b"</sheetData>")
        return xml[: start + len(b"<sheetData>")] + rows.encode() + xml[end:]

    assert read_xlsx(with_sheet(change), ReadOptions())[0].rows() == read


def test_a_prefix_of_names_changes_no_cell():
    def change(xml):
        xml = re.sub(rb"<(/?)(\w+)(?=[\s/>])", rb"<\1x:\2", re.sub(rb' r="[A-Z0-9]+"', b"", xml))
        return xml.replace(b"xmlns=", b"xmlns:x=")

    whole = read_xlsx(with_sheet(lambda xml: xml), ReadOptions())
    assert read_xlsx(with_sheet(change), ReadOptions())[0].rows() == whole[0].rows()


def test_a_sheet_that_is_a_chart_is_passed_over():
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    chart = BarChart()
    chart.add_data(Reference(workbook.active, min_col=1, min_row=1))
    workbook.create_chartsheet("图").add_chart(chart)
    assert [grid.rows() for grid in read_xlsx(saved(workbook), ReadOptions())] == [[["x"]]]
