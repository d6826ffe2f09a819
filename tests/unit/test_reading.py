"""Files become text cells that know where they stood."""

from __future__ import annotations

import os

import duckdb
import openpyxl
import pandas as pd
import pytest

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading import Table, read_table, relate_cells
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.files import open_grids
from pipeline.reading.formats.delimited import read_delimited
from pipeline.reading.grid import column_letter


def source_of(dossier, name):
    dossiers, problems = load_dossiers(dossier.workspace.raw, load_contracts())
    assert not problems
    return next(source for source in dossiers[0].sources if source.id == name)


def read(dossier, name) -> Table:
    table, problems = read_table(source_of(dossier, name))
    assert not problems, [str(problem) for problem in problems]
    return table


def rows_of(dossier, name) -> pd.DataFrame:
    """Every row of the sheet, with what it is, as shaping sees it."""
    with duckdb.connect() as connection:
        relate_cells(connection, source_of(dossier, name), read(dossier, name), lambda name: False)
        return connection.execute("from cells order by source_row").df()


def kinds(dossier, name):
    rows = rows_of(dossier, name)
    return dict(zip(rows["source_row"], rows["row_kind"], strict=True))


def cells(text, **options):
    return read_delimited(text, ReadOptions(**options))[0].rows()


def test_blank_lines_and_quoted_line_breaks_keep_their_row():
    grid = read_delimited('a,b\n\n"x\ny",2\nz,3\n', ReadOptions())[0]
    assert grid.rows() == [["a", "b"], [None, None], ["x\ny", "2"], ["z", "3"]]
    assert [grid.number_of(row) for row in range(4)] == [1, 2, 3, 5]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_an_encoding_is_found_and_its_mark_is_no_part_of_the_first_label(dossier, encoding):
    text = "地区,时点,常住人口\n甲镇,2023-12-31,1\n乙镇,2023-12-31,2\n"
    (dossier.folder / "population.csv").write_bytes(text.encode(encoding))
    table = read(dossier, "shili-population")
    assert table.header.labels[0] == "地区"
    assert any("encoding" in str(note) for note in table.detected)


@pytest.mark.parametrize("delimiter", [";", "\t", "|", "^", "\uff5c"])
def test_the_delimiter_is_found(delimiter):
    assert cells(f"名称{delimiter}值\n甲镇{delimiter}1\n")[1] == ["甲镇", "1"]


def test_a_comma_in_a_preamble_does_not_hide_the_delimiter():
    text = "甲、乙两镇,见附件,第三条\n名称;值;年\n甲镇;1;2023\n乙镇;2;2023\n"
    assert cells(text)[2] == ["甲镇", "1", "2023"]


def test_a_quote_that_never_closes_is_refused_with_its_line():
    with pytest.raises(UnreadableFileError, match="line 2"):
        read_delimited('a,b\n"x,2\n', ReadOptions())


def test_short_records_are_filled_with_blanks_not_shifted():
    assert cells("a,b,c\n1,2\n")[1] == ["1", "2", None]


def test_column_letters_are_those_of_spreadsheets():
    assert [column_letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_the_annex_layout_is_understood(dossier):
    table = read(dossier, "shili-ledger")
    assert [(h.column, h.letter) for h in table.header.loaded] == [
        ("row_no", "A"),
        ("region_name", "B"),
        ("stated_total", "C"),
        ("year", "D"),
        ("places", "E"),
        ("note", "F"),
    ]
    assert kinds(dossier, "shili-ledger") == {
        1: "title", 2: "header", 3: "header", 4: "data", 5: "data", 6: "data", 7: "data",
        8: "data", 9: "data", 10: "total",
    }  # fmt: skip
    second = rows_of(dossier, "shili-ledger").set_index("source_row").loc[5]
    assert (second["region_name"], second["stated_total"], second["year"], second["places"]) == (
        "甲镇", "120", "2024年", "80",
    )  # fmt: skip


def test_unmerged_blanks_are_not_filled_down(dossier):
    dossier.write("population.csv", "地区,时点,常住人口\n甲镇,2023-12-31,1\n,2022-12-31,2\n")
    rows = rows_of(dossier, "shili-population")
    assert rows["region_name"].isna().tolist() == [False, False, True]


def test_titles_notes_totals_and_blanks_are_set_aside(dossier):
    text = (
        "2023年人口表,,\n单位：人,,\n地区,时点,常住人口\n甲镇,2023-12-31,1\n,,\n合 计,,1\n"
        "注：摘自公报,,\n"
    )
    dossier.write("population.csv", text)
    assert list(kinds(dossier, "shili-population").values()) == [
        "title", "title", "header", "data", "blank", "total", "note",
    ]  # fmt: skip


def test_a_town_without_any_figure_is_a_data_row_and_not_a_note(dossier):
    dossier.write("population.csv", "地区,时点,常住人口\n甲镇,2023-12-31,1\n乙镇,,\n")
    assert kinds(dossier, "shili-population")[3] == "data"


def test_a_header_repeated_at_a_page_break_is_set_aside(dossier):
    dossier.write(
        "population.csv",
        "地区,时点,常住人口\n甲镇,2023-12-31,1\n地区,时点,常住人口\n乙镇,2023-12-31,2\n",
    )
    assert kinds(dossier, "shili-population")[3] == "header"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(
            "地区,时点,常住人囗\n甲镇,2023-12-31,1\n", "unknown column '常住人囗'", id="unknown"
        ),
        pytest.param(
            "地区,时点\n甲镇,2023-12-31\n", "no column for resident_population or", id="missing"
        ),
        pytest.param(
            "时点,常住人口\n2023-12-31,1\n", "no column for region_code or", id="no-region"
        ),
        pytest.param(
            "地区,时点,常住人口,人口数\n甲镇,2023-12-31,1,1\n", "a second column for", id="doubled"
        ),
        pytest.param(
            "地区,时点,常住人口,\n甲镇,2023-12-31,1,7\n", "a column without header", id="bare"
        ),
        pytest.param("甲,乙,丙\n1,2,3\n", "no header row", id="no-header"),
        pytest.param("\n", "no cell with text", id="empty"),
    ],
)
def test_bad_headers_are_refused_with_cell_and_reason(dossier, text, found):
    dossier.write("population.csv", text)
    table, problems = read_table(source_of(dossier, "shili-population"))
    assert table is None
    assert any(found in problem.found for problem in problems), [str(p) for p in problems]
    assert all(problem.where.startswith("shili/population.csv") for problem in problems)
    assert all(problem.expected and problem.next_step for problem in problems)


def test_a_line_of_two_gigabytes_is_refused_after_a_look_at_its_first_part(tmp_path):
    path = tmp_path / "line.csv"
    path.write_text("地区,常住人口\n", encoding="utf-8")
    os.truncate(path, 2_000_000_000)  # a hole, which takes no room on the disk
    grids, (problem,) = open_grids(path, path.name, ReadOptions(), lambda label: None)
    assert grids == []
    assert problem.found == "64 MB without the end of a line, before byte 128,000,000"


def test_an_unknown_column_names_its_cell_and_the_nearest_label(dossier):
    dossier.write("population.csv", "地区,时点,常住人囗\n甲镇,2023-12-31,1\n")
    _, problems = read_table(source_of(dossier, "shili-population"))
    assert problems[0].where.endswith("cell C1")
    assert "常住人口" in problems[0].expected


def test_a_sheet_that_does_not_exist_is_a_fault_of_configuration(dossier):
    dossier.replace("sources.yml", "locator: 附件\n", "locator: 附件\n    read: {sheet: 附件9}\n")
    _, problems = read_table(source_of(dossier, "shili-ledger"))
    assert (problems[0].kind, problems[0].expected) == ("configuration", "one of Sheet")


@pytest.mark.parametrize("above", ["单位,人", "日期,2023-12-31", "地区,示例县"])
def test_a_line_with_a_known_word_above_the_table_is_no_header(dossier, above):
    dossier.write("population.csv", f"{above},\n地区,时点,常住人口\n甲镇,2023-12-31,1\n")
    assert list(kinds(dossier, "shili-population").values()) == ["title", "header", "data"]


@pytest.mark.parametrize("label", ["合计：", "总 计（2个）", "示例县合计", "Total:"])
def test_totals_are_known_by_their_ordinary_wordings(dossier, label):
    dossier.write("population.csv", f"地区,时点,常住人口\n甲镇,2023-12-31,1\n{label},,1\n")
    assert kinds(dossier, "shili-population")[3] == "total"


@pytest.mark.parametrize("label", ["小计", "小 计", "城区小计：", "Subtotal"])
def test_subtotals_are_told_from_totals(dossier, label):
    dossier.write("population.csv", f"地区,时点,常住人口\n甲镇,2023-12-31,1\n{label},,1\n")
    assert kinds(dossier, "shili-population")[3] == "subtotal"


def test_a_total_label_merged_over_several_years_counts_for_each(dossier):
    path = dossier.folder / "ledger.xlsx"
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    for row, year, total in ((10, 2023, 60), (11, 2024, 120), (12, 2025, 180)):
        sheet.cell(row, 3).value = None
        sheet.cell(row, 4).value, sheet.cell(row, 5).value = f"{year}年", total
    sheet.merge_cells("B10:B12")
    workbook.save(path)
    found = kinds(dossier, "shili-ledger")
    assert [found[row] for row in (10, 11, 12)] == ["total"] * 3


@pytest.mark.parametrize("name", ["合计村", "总计镇"])
def test_a_region_whose_name_begins_like_a_total_is_data(dossier, name):
    dossier.write("population.csv", f"地区,时点,常住人口\n{name},2023-12-31,1\n")
    assert kinds(dossier, "shili-population")[2] == "data"


def test_a_number_merged_over_several_regions_is_refused(dossier):
    path = dossier.folder / "ledger.xlsx"
    workbook = openpyxl.load_workbook(path)
    workbook.active.merge_cells("E6:E7")  # last year of one town and first of the next
    workbook.save(path)
    table, problems = read_table(source_of(dossier, "shili-ledger"))
    assert table is None
    assert problems[0].where.endswith("cell E6")
    assert "merged over 2 rows of 2 regions" in problems[0].found


def test_a_merged_cell_is_traced_to_where_its_text_stands(dossier):
    assert ("stated_total", 6, 4) in read(dossier, "shili-ledger").anchors
