"""Files become text cells that know where they stood."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from openpyxl.chart import BarChart, Reference

from pipeline.contracts import load_contracts
from pipeline.dossier_file import ReadOptions
from pipeline.reading import read_table
from pipeline.reading.delimited import UnreadableFileError, read_delimited
from pipeline.reading.grid import column_letter
from pipeline.reading.workbook import read_workbook
from pipeline.sources import load_dossiers


def source_of(dossier, name):
    dossiers, problems = load_dossiers(dossier.workspace.raw, load_contracts())
    assert not problems
    return next(source for source in dossiers[0].sources if source.id == name)


def read(dossier, name):
    table, problems = read_table(source_of(dossier, name))
    assert not problems, [str(problem) for problem in problems]
    return table


def kinds(table):
    return dict(zip(table.rows["source_row"], table.rows["row_kind"], strict=True))


def test_blank_lines_and_quoted_line_breaks_keep_their_row(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('a,b\n\n"x\ny",2\n', encoding="utf-8")
    assert read_delimited(path, ReadOptions())[0].rows == [["a", "b"], [None, None], ["x\ny", "2"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_byte_order_mark_is_no_part_of_the_first_label(tmp_path, encoding):
    path = tmp_path / "x.csv"
    path.write_text("名称,值\n", encoding=encoding)
    assert read_delimited(path, ReadOptions())[0].rows[0][0] == "名称"


def test_another_encoding_is_named_not_guessed(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes("名称,值\n甲镇,1\n".encode("gb18030"))
    with pytest.raises(UnreadableFileError) as caught:
        read_delimited(path, ReadOptions())
    assert "gb18030" in caught.value.next_step
    grid = read_delimited(path, ReadOptions(encoding="gb18030"))[0]
    assert grid.rows[1] == ["甲镇", "1"]


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    path = tmp_path / "x.txt"
    path.write_text(f"名称{delimiter}值\n甲镇{delimiter}1\n", encoding="utf-8")
    assert read_delimited(path, ReadOptions())[0].rows[1] == ["甲镇", "1"]


def test_short_records_are_filled_with_blanks_not_shifted(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("a,b,c\n1,2\n", encoding="utf-8")
    assert read_delimited(path, ReadOptions())[0].rows[1] == ["1", "2", None]


def test_workbook_cells_become_what_a_person_would_type(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["B2"], sheet["C2"], sheet["D2"] = dt.datetime(2023, 9, 18), 220.0, 4.17  # noqa: DTZ001
    sheet["B3"] = "  "
    workbook.save(tmp_path / "x.xlsx")
    rows = read_workbook(tmp_path / "x.xlsx", ReadOptions())[0].rows
    assert rows == [[None] * 4, [None, "2023-09-18", "220", "4.17"]]


def test_a_file_that_is_no_workbook_is_refused(tmp_path):
    (tmp_path / "x.xlsx").write_text("not a workbook")
    with pytest.raises(UnreadableFileError, match="not a readable workbook"):
        read_workbook(tmp_path / "x.xlsx", ReadOptions())


def test_column_letters_are_those_of_spreadsheets():
    assert [column_letter(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_the_annex_layout_is_understood(dossier):
    table = read(dossier, "shili-ledger")
    assert [(h.column, h.letter) for h in table.headings] == [
        ("row_no", "A"),
        ("region_name", "B"),
        ("stated_total", "C"),
        ("year", "D"),
        ("places", "E"),
        ("note", "F"),
    ]
    assert kinds(table) == {
        1: "title", 2: "header", 3: "header", 4: "data", 5: "data", 6: "data", 7: "data",
        8: "data", 9: "data", 10: "total",
    }  # fmt: skip
    second = table.rows.set_index("source_row").loc[5]
    assert (second["region_name"], second["stated_total"], second["year"], second["places"]) == (
        "甲镇", "120", "2024年", "80",
    )  # fmt: skip


def test_unmerged_blanks_are_not_filled_down(dossier):
    dossier.write("population.csv", "地区,时点,常住人口\n甲镇,2023-12-31,1\n,2022-12-31,2\n")
    rows = read(dossier, "shili-population").rows
    assert rows["region_name"].isna().tolist() == [False, False, True]


def test_titles_notes_totals_and_blanks_are_set_aside(dossier):
    text = (
        "2023年人口表,,\n单位：人,,\n地区,时点,常住人口\n甲镇,2023-12-31,1\n,,\n合 计,,1\n"
        "注：摘自公报,,\n"
    )
    dossier.write("population.csv", text)
    assert list(kinds(read(dossier, "shili-population")).values()) == [
        "title", "title", "header", "data", "blank", "total", "note",
    ]  # fmt: skip


def test_a_town_without_any_figure_is_a_data_row_and_not_a_note(dossier):
    dossier.write("population.csv", "地区,时点,常住人口\n甲镇,2023-12-31,1\n乙镇,,\n")
    assert kinds(read(dossier, "shili-population"))[3] == "data"


def test_a_header_repeated_at_a_page_break_is_set_aside(dossier):
    dossier.write(
        "population.csv",
        "地区,时点,常住人口\n甲镇,2023-12-31,1\n地区,时点,常住人口\n乙镇,2023-12-31,2\n",
    )
    assert kinds(read(dossier, "shili-population"))[3] == "header"


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


def test_an_unknown_column_names_its_cell_and_the_nearest_label(dossier):
    dossier.write("population.csv", "地区,时点,常住人囗\n甲镇,2023-12-31,1\n")
    _, problems = read_table(source_of(dossier, "shili-population"))
    assert problems[0].where.endswith("cell C1")
    assert "常住人口" in problems[0].expected


def test_two_filled_sheets_need_a_name(dossier):
    workbook = openpyxl.load_workbook(dossier.folder / "ledger.xlsx")
    workbook.create_sheet("说明")["A1"] = "x"
    workbook.save(dossier.folder / "ledger.xlsx")
    _, problems = read_table(source_of(dossier, "shili-ledger"))
    assert "2 sheets with content: Sheet, 说明" in problems[0].found


def test_an_unknown_format_is_refused_with_the_known_ones(dossier):
    dossier.replace("sources.yml", "file: targets.csv", "file: targets.ods")
    (dossier.folder / "targets.ods").write_text("x")
    _, problems = read_table(source_of(dossier, "shili-targets"))
    assert ".xlsx" in problems[0].expected


def test_a_formula_that_was_never_calculated_is_not_read_as_blank(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["地区", "=40+2"])
    workbook.save(tmp_path / "x.xlsx")
    assert read_workbook(tmp_path / "x.xlsx", ReadOptions())[0].rows == [["地区", "=40+2"]]


def test_rows_formatted_below_the_last_text_are_not_rows(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "x"
    sheet["A5000"].number_format = "0.00"
    workbook.save(tmp_path / "x.xlsx")
    assert read_workbook(tmp_path / "x.xlsx", ReadOptions())[0].rows == [["x"]]


def test_a_cell_far_below_the_table_costs_nothing_and_one_with_text_is_refused(tmp_path):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["A1"] = "x"
    sheet["XFD1048576"].number_format = "0.00"
    workbook.save(tmp_path / "x.xlsx")
    assert read_workbook(tmp_path / "x.xlsx", ReadOptions())[0].rows == [["x"]]
    sheet["XFD1048576"] = "y"
    workbook.save(tmp_path / "x.xlsx")
    with pytest.raises(UnreadableFileError, match="reaches to row 1048576 and column XFD"):
        read_workbook(tmp_path / "x.xlsx", ReadOptions())


def test_a_sheet_that_is_a_chart_is_passed_over(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active["A1"] = "x"
    chart = BarChart()
    chart.add_data(Reference(workbook.active, min_col=1, min_row=1))
    workbook.create_chartsheet("图").add_chart(chart)
    workbook.save(tmp_path / "x.xlsx")
    assert [grid.rows for grid in read_workbook(tmp_path / "x.xlsx", ReadOptions())] == [[["x"]]]


def test_a_sheet_that_does_not_exist_is_a_fault_of_configuration(dossier):
    dossier.replace("sources.yml", "locator: 附件\n", "locator: 附件\n    read: {sheet: 附件9}\n")
    _, problems = read_table(source_of(dossier, "shili-ledger"))
    assert (problems[0].kind, problems[0].expected) == ("configuration", "one of Sheet")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
@pytest.mark.parametrize("declared", [True, False])
def test_byte_order_marks_are_recognised_whatever_is_declared(tmp_path, encoding, declared):
    path = tmp_path / "x.csv"
    path.write_text("名称,值\n", encoding=encoding)
    options = ReadOptions(encoding=encoding.removesuffix("-sig")) if declared else ReadOptions()
    assert read_delimited(path, options)[0].rows[0] == ["名称", "值"]


@pytest.mark.parametrize("above", ["单位,人", "日期,2023-12-31", "地区,示例县"])
def test_a_line_with_a_known_word_above_the_table_is_no_header(dossier, above):
    dossier.write("population.csv", f"{above},\n地区,时点,常住人口\n甲镇,2023-12-31,1\n")
    assert list(kinds(read(dossier, "shili-population")).values()) == ["title", "header", "data"]


@pytest.mark.parametrize("label", ["合计：", "总 计（2个）", "示例县合计", "Total:"])
def test_totals_are_known_by_their_ordinary_wordings(dossier, label):
    dossier.write("population.csv", f"地区,时点,常住人口\n甲镇,2023-12-31,1\n{label},,1\n")
    assert kinds(read(dossier, "shili-population"))[3] == "total"


@pytest.mark.parametrize("label", ["小计", "小 计", "城区小计：", "Subtotal"])
def test_subtotals_are_told_from_totals(dossier, label):
    dossier.write("population.csv", f"地区,时点,常住人口\n甲镇,2023-12-31,1\n{label},,1\n")
    assert kinds(read(dossier, "shili-population"))[3] == "subtotal"


def test_a_total_label_merged_over_several_years_counts_for_each(dossier):
    path = dossier.folder / "ledger.xlsx"
    workbook = openpyxl.load_workbook(path)
    sheet = workbook.active
    for row, year, total in ((10, 2023, 60), (11, 2024, 120), (12, 2025, 180)):
        sheet.cell(row, 3).value = None
        sheet.cell(row, 4).value, sheet.cell(row, 5).value = f"{year}年", total
    sheet.merge_cells("B10:B12")
    workbook.save(path)
    found = kinds(read(dossier, "shili-ledger"))
    assert [found[row] for row in (10, 11, 12)] == ["total"] * 3


@pytest.mark.parametrize("name", ["合计村", "总计镇"])
def test_a_region_whose_name_begins_like_a_total_is_data(dossier, name):
    dossier.write("population.csv", f"地区,时点,常住人口\n{name},2023-12-31,1\n")
    assert kinds(read(dossier, "shili-population"))[2] == "data"


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
    merged = read(dossier, "shili-ledger").merged
    found = merged[(merged["column_name"] == "stated_total") & (merged["source_row"] == 6)]
    assert found["anchor_row"].tolist() == [4]
