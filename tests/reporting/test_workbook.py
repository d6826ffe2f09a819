"""The workbook: whole, in Chinese, safe to open, the same bytes for the same marts."""

from __future__ import annotations

import datetime as dt
import html
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from example_dossier import Dossier
from fixture_types import WriteMarts
from office import convert
from openpyxl.worksheet.worksheet import Worksheet
from published_rows import Row, county_rows, lineage, mart_columns, write_tables

from pipeline.published.read_marts import Marts
from pipeline.wording.errors import UnknownLabelError
from pipeline.wording.labels import load_labels
from pipeline.wording.mart_columns import UNIT_CODES, load_column, load_sheets
from pipeline.wording.texts import HAN, LANGUAGES, speaking
from pipeline.workbook import WORKBOOK_FILE, write_workbook
from pipeline.workbook.cells import CUT, LONGEST_TEXT, safe_text
from pipeline.workbook.mart_sheets import CONDITIONS, WITHOUT
from pipeline.workbook.words import READERS

FINGERPRINT = "0123456789abcdef" * 4
FORMULAS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "#N/A"]


def opened(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path)


def column_of(sheet: Worksheet, header: str) -> list[object]:
    headers = [cell.value for cell in sheet[1]]
    return [row[headers.index(header)].value for row in sheet.iter_rows(min_row=2)]


@pytest.fixture(scope="module")
def workbook(tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    folder = write_tables(tmp_path_factory.mktemp("workbook") / "marts", county_rows())
    return opened(write_workbook(folder, FINGERPRINT))


@pytest.mark.parametrize("mart", mart_columns())
def test_every_column_of_a_mart_has_a_label_in_both_languages_and_a_description(mart: str) -> None:
    for name in mart_columns()[mart]:
        column = load_column(mart, name)
        assert HAN.search(column.label), name
        with speaking("en"):
            assert not HAN.search(load_column(mart, name).header), name
        assert column.description, name
        assert "{{" not in column.description, name
        assert column.codes in {None, *READERS, *load_labels()}, name
        assert column.unit in {None, *UNIT_CODES, *load_labels()["unit"]}, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_columns_of_a_mart_share_a_label(language: str) -> None:
    with speaking(language):
        for mart, columns in mart_columns().items():
            labels = [load_column(mart, name).label for name in columns]
            assert len(set(labels)) == len(labels), mart


def test_a_column_without_a_label_is_an_error_that_says_where_to_add_it() -> None:
    with pytest.raises(UnknownLabelError, match=r"regions\.nonsense[\s\S]*_marts\.yml"):
        load_column("regions", "nonsense")


def test_the_cover_lists_every_sheet_with_a_link_and_names_the_build(
    workbook: openpyxl.Workbook,
) -> None:
    cover = workbook.worksheets[0]
    links = {c.value: c.hyperlink.location for row in cover for c in row if c.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in workbook.sheetnames[1:]}
    assert set(workbook.sheetnames) >= {spec.title for spec in load_sheets()} | {"任务台账"}
    texts = " ".join(str(cell.value) for row in cover for cell in row if cell.value)
    assert FINGERPRINT[:12] in texts
    assert "最新数字的日期 2023-12-31" in texts


def test_every_mart_has_a_sheet_of_its_own() -> None:
    sheets = load_sheets()
    assert {spec.mart for spec in sheets} == set(mart_columns())
    titles = [spec.title for spec in sheets]
    assert len(set(titles)) == len(titles)
    assert all(HAN.fullmatch(sign) for title in titles for sign in title)
    assert set(CONDITIONS) == set(WITHOUT)


def test_every_header_has_a_note_and_every_sheet_a_filter_and_a_frozen_header(
    workbook: openpyxl.Workbook,
) -> None:
    for spec in load_sheets():
        sheet = workbook[spec.title]
        assert all(cell.comment.text for cell in sheet[1])
        assert sheet.auto_filter.ref == sheet.dimensions
        assert sheet.freeze_panes in ("B2", "C2")
    note = workbook["目标差距"]["A1"].comment.text
    assert "英文列名：region_code" in note
    assert "leading zeros kept" in note


def test_codes_are_words_numbers_numbers_and_unknown_ones_blank(
    workbook: openpyxl.Workbook,
) -> None:
    sheet = workbook["目标差距"]
    assert column_of(sheet, "状态") == ["未达到", "未设目标", "未设目标"]
    assert column_of(sheet, "现状值") == [3.0, None, None]
    assert column_of(sheet, "指标")[0] == "每千人口托位数"
    assert column_of(sheet, "单位")[0] == "个/千人"
    headers = [cell.value for cell in sheet[1]]
    row = dict(zip(headers, sheet[2], strict=True))
    assert row["完成率（%）"].number_format == "0.0%"
    assert row["目标值"].number_format == "#,##0.00"
    assert row["所需托位（个）"].number_format == "#,##0"
    assert row["现状日期"].value.date() == dt.date(2023, 12, 31)
    assert row["区划代码"].value == "01"
    assert column_of(workbook["指标值"], "缺数原因")[1] == "未报告托位数"


def test_invented_rows_say_so_and_are_tinted(workbook: openpyxl.Workbook) -> None:
    sheet = workbook["地区"]
    assert column_of(sheet, "虚构") == ["否", "否", "否", "是"]
    fills = [row[1].fill.fgColor.rgb[-6:] for row in sheet.iter_rows(min_row=2)]
    assert fills == ["000000", "000000", "000000", "FFF2CC"]


def test_changes_of_facilities_are_told_in_words(write_marts: WriteMarts) -> None:
    changes = [
        ("first_listed", None, "甲园"),
        ("filing_status", "pending", "filed"),
        ("is_inclusive", "true", "false"),
        ("places", "30", "1050"),
        ("closed_date", None, "2024-06-25"),
        ("region_code", "0101", "0102"),
        ("facility_name", "filed", "甲园"),  # a name that looks like a code
        ("no_longer_listed", "true", None),
    ]
    facility = {"facility_key": "F1", "register": "health", "as_of_date": dt.date(2024, 12, 31)}
    rows = county_rows() | {
        "facility_history": [
            {**facility, "change": change, "old_value": old, "new_value": new}
            for change, old, new in changes
        ],
        "facilities": [{"facility_key": "F1", "facility_name": "甲园"}],
    }
    sheet = opened(write_workbook(write_marts(**rows), FINGERPRINT))["机构变动"]
    told = zip(*(column_of(sheet, header) for header in ("变动", "原值", "新值")), strict=True)
    assert list(told) == [
        ("首次列入", None, "甲园"),
        ("备案状态", "备案中", "已备案"),
        ("是否普惠", "是", "否"),
        ("托位数", 30, 1050),
        ("停业日期", None, "2024-06-25"),
        ("区划代码", "0101", "0102"),
        ("机构名称", "filed", "甲园"),
        ("不再列入", "true", None),
    ]
    assert set(column_of(sheet, "机构名称")) == {"甲园"}


def test_the_lineage_of_gaps_is_told_in_words_and_in_units(write_marts: WriteMarts) -> None:
    rows = county_rows()
    key = "01|inclusive_place_ratio|stock|2025"
    inputs = {"input_role": "target", "input_measure": "inclusive_place_ratio"}
    rows["figure_lineage"] += [
        lineage("target_gaps", key, "target_value", 0.6, **inputs),
        lineage("target_gaps", key, "required_places", 1904, input_role="caregivers"),
    ]
    book = opened(write_workbook(write_marts(**rows), FINGERPRINT))
    sheet = book["数字出处"]
    assert set(column_of(sheet, "数据表")) == {"目标差距"}
    assert column_of(sheet, "数字标识")[1] == "01｜普惠托位占比｜存量｜2025"
    assert column_of(sheet, "数字所在列") == ["目标值", "目标值", "所需托位（个）"]
    assert column_of(sheet, "在公式中的角色") == ["分子", "目标", "保育人员数"]
    headers = [cell.value for cell in sheet[1]]
    formats = [
        [row[headers.index(name)].number_format for name in ("数字", "输入值")]
        for row in sheet.iter_rows(min_row=2)
    ]
    assert formats == [["#,##0.00", "#,##0.0###"], ["0.0%", "0.0%"], ["#,##0", "#,##0"]]
    texts = [str(cell.value) for row in book.worksheets[0] for cell in row]
    assert f"{WITHOUT['figure_lineage']}；全部见 figure_lineage.csv" in texts


def test_lists_within_a_cell_are_told_in_words(write_marts: WriteMarts) -> None:
    rounds = "2024-01-06 d/i.csv row 18; 2024-02-01 d/i.xlsx [巡查] row 407"
    quarter = {"facility_key": "F1", "facility_name": "甲园", "quarter": 1, "year": 2024}
    rows = county_rows() | {
        "inspection_quarters": [
            quarter | {"region_code": "0101", "counted_in": "all, filed", "rounds": rounds}
        ]
    }
    sheet = opened(write_workbook(write_marts(**rows), FINGERPRINT))["季度巡查"]
    assert column_of(sheet, "计入的口径") == ["全部托育服务机构、备案托育机构"]
    assert column_of(sheet, "巡查记录") == [
        "2024-01-06 d/i.csv 第18行; 2024-02-01 d/i.xlsx [巡查] 第407行"
    ]


# identities, names of files and columns of dbt, which other tools look up as they are
NAMED = {
    "检查代码",
    "对象",
    "列",
    "来源编号",
    "资料夹",
    "文件编号",
    "文件",
    "来源文件",
    "文件校验值",
    # stand beside their words, for those who look for all rows of a kind
    "公式代码",
    "拒绝原因代码",
}
CODE_LIKE = re.compile("[a-z]+(_[a-z0-9]+)*")


def test_no_code_stands_in_a_cell(published_once: Dossier) -> None:
    book = opened(published_once.workspace.marts / WORKBOOK_FILE)
    found = [
        (sheet.title, header.value, cell.value)
        for sheet in book.worksheets[1:]
        for row in sheet.iter_rows(min_row=2)
        for header, cell in zip(sheet[1], row, strict=True)
        if header.value not in NAMED and CODE_LIKE.fullmatch(str(cell.value or ""))
    ]
    assert not found


@pytest.mark.parametrize("text", FORMULAS)
def test_no_text_runs_as_a_formula(write_marts: WriteMarts, text: str) -> None:
    rows = county_rows()
    rows["regions"][1]["region_name"] = text
    rows["quota_progress"][0]["region_name"] = text
    path = write_workbook(write_marts(**rows), FINGERPRINT)
    with zipfile.ZipFile(path) as archive:
        sheets = [archive.read(name) for name in archive.namelist() if "worksheets/" in name]
    assert not any(b"<f>" in sheet or b"<f " in sheet for sheet in sheets)
    cell = opened(path)["地区"]["B3"]
    assert cell.value == text
    assert cell.data_type == "s"
    assert cell.quotePrefix == (not text.startswith("#"))
    assert opened(path)["任务台账"]["B5"].data_type == "s"


def test_signs_that_xml_cannot_hold_are_shown_as_such() -> None:
    assert safe_text("甲\x00乙\x0b\ufffe\ud800丙\t\n") == "甲\ufffd乙\ufffd\ufffd\ufffd丙\t\n"
    assert safe_text("_x0041_") == "_x005F_x0041_"
    cut = safe_text("长" * 40_000)
    assert len(cut) == LONGEST_TEXT
    assert cut.endswith(CUT)


def test_the_same_marts_give_the_same_bytes(
    write_marts: WriteMarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_marts(**county_rows())
    first = write_workbook(folder, FINGERPRINT).read_bytes()

    class Later(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime(2031, 2, 3, 4, 5, 6, tzinfo=tz)

    monkeypatch.setattr("openpyxl.writer.excel.datetime.datetime", Later)
    assert write_workbook(folder, FINGERPRINT).read_bytes() == first
    assert write_workbook(folder, "f" * 64).read_bytes() != first


def test_scopes_beside_the_headline_are_left_out_and_the_cover_says_so(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    rows["indicator_values"].append(
        rows["indicator_values"][0] | {"scope": "all", "is_headline": False}
    )
    book = opened(write_workbook(write_marts(**rows), FINGERPRINT))
    assert book["指标值"].max_row == 1 + len(rows["indicator_values"]) - 1
    texts = [str(cell.value) for row in book.worksheets[0] for cell in row]
    assert f"{WITHOUT['indicator_values']}；全部见 indicator_values.csv" in texts


def test_more_rows_than_a_sheet_shows_are_told_on_the_cover(
    write_marts: WriteMarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.workbook.mart_sheets.MOST_ROWS", 2)
    book = opened(write_workbook(write_marts(**county_rows()), FINGERPRINT))
    assert book["地区"].max_row == 3
    texts = [str(cell.value) for row in book.worksheets[0] for cell in row]
    assert "只列前 2 行；全部见 regions.csv" in texts


def ledger_rows(sheet: Worksheet) -> list[tuple[str, str, int]]:
    """Town, year and places of the ledger sheet, merged cells filled down."""
    town, found = "", []
    for row in sheet.iter_rows(min_row=4, values_only=True):
        town = str(row[1] or town)
        if row[3] is not None:
            found.append((town, row[3], row[4]))
    return found


def test_the_ledger_sheet_says_what_the_mart_says(published_once: Dossier) -> None:
    marts = published_once.workspace.marts
    sheet = opened(marts / WORKBOOK_FILE)["任务台账"]
    expected = [
        (row["region_name"], f"{row['year']}年", row["cumulative_quota_places"])
        for row in Marts(marts).rows("quota_progress", "cumulative_quota_places is not null")
    ]
    assert sorted(ledger_rows(sheet)) == sorted(expected)
    last = {row[1]: row for row in sheet.iter_rows(values_only=True)}["合计"]
    quota = Marts(marts).rows("quota_totals", "year = 2025")[0]["quota_places"]
    assert last[2] == quota
    texts = [str(cell.value) for row in sheet for cell in row]
    assert "未列入台账：丙镇" in texts
    assert "A5:A7" in {str(span) for span in sheet.merged_cells.ranges}
    assert {"D2:E2", "A2:A3", "A1:F1"} <= {str(span) for span in sheet.merged_cells.ranges}
    assert sheet.print_title_rows == "$1:$3"
    assert sheet.page_setup.orientation == "portrait"


def test_the_annex_says_when_its_towns_add_up_to_another_total(write_marts: WriteMarts) -> None:
    rows = county_rows()
    for total in rows["quota_totals"]:
        total |= {
            "quota_places": 2040, "towns_sum_places": 2037, "stated_total_difference_places": 3,
            "quota_basis": "reported",
        }  # fmt: skip
    sheet = opened(write_workbook(write_marts(**rows), FINGERPRINT))["任务台账"]
    last = {row[1]: row for row in sheet.iter_rows(values_only=True)}["合计"]
    assert last[2] == 2040
    assert "各镇街之和为 2,037，相差 +3" in last[5]


def test_every_county_begins_on_a_page_of_its_own(write_marts: WriteMarts) -> None:
    rows = county_rows()
    other: list[Row] = [row | {"parent_code": "99"} for row in rows["quota_progress"][:3]]
    rows["quota_progress"] += [row | {"region_code": "9901"} for row in other]
    sheet = opened(write_workbook(write_marts(**rows), FINGERPRINT))["任务台账"]
    starts = [row[0].row for row in sheet.iter_rows(min_row=4) if "年末累计" in str(row[0].value)]
    assert starts[0] == 4
    assert [each.id + 1 for each in sheet.row_breaks.brk] == starts[1:]
    assert "虚构数据" in sheet.cell(starts[1], 1).value


def test_without_a_ledger_there_is_no_such_sheet(write_marts: WriteMarts) -> None:
    rows = county_rows() | {"quota_progress": []}
    assert "任务台账" not in opened(write_workbook(write_marts(**rows), FINGERPRINT)).sheetnames


@pytest.mark.integration
def test_a_build_publishes_it_and_nothing_about_persons(dossier: Dossier) -> None:
    roster = "机构名称,地区,托位数,备案状态,机构类型,联系人,联系电话,统计日期\n某园,甲镇,30,已备案,托育机构,张三丰,13800001111,2024-12-31\n"
    dossier.write("roster.csv", roster)
    dossier.append(
        "sources.yml",
        "  - {id: r, file: roster.csv, contract: facility_roster, document: shili-doc, locator: 表9}\n",
    )
    dossier.build_with_pages("reports/index.html")
    manifest = dossier.workspace.manifest.read_text(encoding="utf-8")
    assert f'"{WORKBOOK_FILE}"' in manifest
    with zipfile.ZipFile(dossier.workspace.marts / WORKBOOK_FILE) as archive:
        content = "".join(html.unescape(archive.read(name).decode()) for name in archive.namelist())
    assert "某园" in content
    assert "张三丰" not in content
    assert "13800001111" not in content


# openpyxl does not know the data bars that LibreOffice writes
@pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")
def test_libreoffice_opens_it(write_marts: WriteMarts) -> None:
    rows = county_rows()
    rows["regions"][1]["region_name"] = "=1+1"
    path = write_workbook(write_marts(**rows), FINGERPRINT)
    again = convert(convert(path, "ods"), "xlsx")
    assert opened(again).sheetnames == opened(path).sheetnames
    assert opened(again)["地区"]["B3"].value == "=1+1"
    assert opened(again)["地区"]["B3"].data_type == "s"
