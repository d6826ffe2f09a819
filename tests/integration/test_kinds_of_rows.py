"""Rows that are no data are not loaded, rows of data are not lost, ragged rows are refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
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
from pipeline.reading.formats import large
from pipeline.shaping import create_tables
from pipeline.warehouse.load import index_regions
from pipeline.warehouse.load_source import load_source

pytestmark = pytest.mark.integration

ROSTER = {
    "contract": "facility_roster",
    "as_of": "2024-12-31",
    "constants": {"region_code": "990100001"},
    "columns": {"name": "facility_name", "cap": "places", "kana": "ignore", "opened": "opened_on"},
}
ROSTER_OF_TOWNS = {"contract": "facility_roster", "as_of": "2024-12-31"}
POPULATION = {"contract": "population"}
REPORTED = {"contract": "reported_figure"}
NAME_AND_NUMBER = {
    "facility_roster": ("facility_name", "places"),
    "population": ("region_code", "resident_population"),
    "quota_ledger": ("year", "places_per_1000"),
    "reported_figure": ("region_code", "value"),
}
Read = Callable[..., dict[str, Any]]


def make_source(path: Path, entry: dict[str, Any]) -> Source:
    contracts = load_contracts()
    checked = SourceEntry.model_validate(
        {"id": "tested", "file": path.name, "document": "paper", "locator": "全文"} | entry
    )
    known = contracts.by_name[entry["contract"]]
    return Source(checked, "shili", True, path, known, contracts, frozenset({"paper"}))


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """Reads a file and says what became of its rows; all of it is taken back."""
    folder = tmp_path_factory.mktemp("rows")
    (folder / "regions.csv").write_text(REGIONS, encoding="utf-8")
    with connect() as connection:
        create_tables(connection, load_contracts())
        listed = make_source(folder / "regions.csv", {"contract": "region_list", "id": "regions"})
        load_source(connection, listed, read_table(listed)[0], folder / "rows")
        index_regions(connection, load_contracts(), folder / "rows")

        def read_file(
            text: str | list[list[Any]],
            entry: dict[str, Any],
            name: str = "t.csv",
            corrected: frozenset[tuple[str, int, str | None]] = frozenset(),
        ) -> dict[str, Any]:
            path = folder / name
            if isinstance(text, str):
                path.write_text(text, encoding="utf-8")
            else:
                workbook = openpyxl.Workbook()
                for row in text:
                    workbook.active.append(row)
                workbook.save(path)
            source = replace(make_source(path, entry), corrected_cells=corrected)
            table, problems = read_table(source)
            if table is None:
                return {"stopped": "\n".join(map(str, problems))}
            connection.begin()
            try:
                load_source(connection, source, table, folder / "rows")
                named, value = NAME_AND_NUMBER[entry["contract"]]
                mine = "where source_id = 'tested' order by source_row"
                return {
                    "loaded": connection.execute(
                        f"select {named}, {value} from loaded order by source_row"
                    ).fetchall(),
                    "refused": connection.execute(
                        f"select source_row, reason_code from audit.rejected_rows {mine}"
                    ).fetchall(),
                    "aside": connection.execute(
                        "select source_row, row_kind from audit.set_aside_rows where row_kind not in"
                        " ('header', 'blank') and source_id = 'tested' order by source_row"
                    ).fetchall(),
                    "parameters": connection.execute(
                        f"select parameters from audit.rejected_rows {mine}"
                    ).fetchall(),
                    "detected": connection.execute(
                        "select detected from audit.load_audit where source_id = 'tested'"
                    ).fetchall()[0][0],
                    "totals": connection.execute(
                        f"select value, sum_of_rows from raw.stated_totals {mine}"
                    ).fetchall(),
                }
            finally:
                connection.rollback()

        yield read_file


# --- words for totals ----------------------------------------------------------------------------

COUNTED_TOTALS = (
    "合计2家", "小计:2家", "共计", "汇总", "总数", "合计数", "累计", "共2家", "2家", "合计：2家，其中普惠1家",
    "【合计】", "合计*", "甲镇小计", "小 计", "总计(2)", "Total", "Totals:", "subtotal", "Grand Total",
    "合計２園", "総数", "のべ", "합계", "全区合计", "总 计", "共计两家", "2家机构", "Σ", "总托位数", "承前页", "过次页",
    "本页小计",
)  # fmt: skip


@pytest.mark.parametrize("word", COUNTED_TOTALS)
def test_a_word_for_a_total_is_no_facility(read, word):
    found = read(f"name,cap\n甲园,40\n乙园,60\n{word},100\n", ROSTER)
    assert found["loaded"] == [("甲园", 40), ("乙园", 60)]
    assert found["refused"] == []
    assert found["totals"] == [(100, 100)]


@pytest.mark.parametrize("word", ["合计2家", "小计:2家", "共计", "累计"])
def test_a_total_below_a_merged_town_is_no_facility_of_the_town(read, word):
    entry = ROSTER | {"constants": {}, "read": {"fill_down": ["地区"]}}
    found = read(f"地区,name,cap\n甲镇,甲园,40\n,乙园,60\n甲镇,{word},100\n", entry)
    assert found["loaded"] == [("甲园", 40), ("乙园", 60)]
    assert found["totals"] == [(100, 100)]


NO_FACILITY = (
    "无", "没有", "暂无机构", "无机构", "N/A", "none", "尚未建设", "空白", "0", "无托育机构", "待建", "（无）", "无。",
    "暂未设立", "本镇无托育机构", "尚无托育机构", "无备案机构", "筹建中", "該当なし", "None yet", "—",
)  # fmt: skip


@pytest.mark.parametrize("places", ["0", "", "30"])
@pytest.mark.parametrize("word", NO_FACILITY)
def test_a_word_for_no_facility_is_no_facility(read, word, places):
    """The row is set aside where it says that there is none; with a number beside it is refused."""
    found = read(f"镇街,机构名称,托位数\n甲镇,春苗园,100\n乙镇,{word},{places}\n", ROSTER_OF_TOWNS)
    assert found["loaded"] == [("春苗园", 100)]
    assert [row for row, _ in (*found["refused"], *found["aside"])] == [3]


@pytest.mark.parametrize("word", ["空白", "待建", "筹建中", "（规划中）"])
def test_what_may_be_a_facility_without_a_name_is_refused(read, word):
    found = read(f"镇街,机构名称,托位数\n甲镇,春苗园,100\n乙镇,{word},0\n", ROSTER_OF_TOWNS)
    assert found["refused"] == [(3, "doubtful_row")]


@pytest.mark.parametrize(
    "name", ["无忧托育园", "没有围墙的幼儿园", "空中托育园", "Nil's Nursery", "未来宝贝"]
)
def test_a_facility_may_be_named_like_none(read, name):
    found = read(f"镇街,机构名称,托位数\n甲镇,春苗园,100\n乙镇,{name},30\n", ROSTER_OF_TOWNS)
    assert found["loaded"] == [("春苗园", 100), (name, 30)]


NO_NAMES = (
    "填表人：张三", "联系电话：88888888", "第1页 共2页", "制表单位：云溪县卫健局", "数据截至2024年12月", "——以下空白——",
    "以下无正文", "（盖章）", "数量", "其中普惠托位", "其中公办园", "同比增长", "较上年增加",
)  # fmt: skip


@pytest.mark.parametrize("word", NO_NAMES)
def test_a_footer_beside_a_town_is_no_facility_of_the_town(read, word):
    found = read(
        f"镇街,机构名称,托位数\n甲镇,甲园,40\n甲镇,乙园,60\n甲镇,{word},30\n", ROSTER_OF_TOWNS
    )
    assert found["loaded"] == [("甲园", 40), ("乙园", 60)]
    assert len(found["refused"]) + len(found["aside"]) == 1


# rows of reported figures and of their total, and what the rows add up to: null where nothing can be held
# against the total
REPORTED_TOTALS = {
    "refuted": ("甲镇,托位数,400\n乙镇,托位数,408\n合计,托位数,1391\n", (1391, 808)),
    "right": ("甲镇,托位数,400\n乙镇,托位数,408\n合计,托位数,808\n", (808, 808)),
    "of-an-unnamed-indicator": ("甲镇,托位数,400\n乙镇,托位数,408\n合计,,1391\n", (1391, 808)),
    "of-one-of-two-indicators": (
        "甲镇,托位数,400\n乙镇,托位数,408\n甲镇,机构数,4\n合计,托位数,1391\n", (1391, 808),
    ),
    "of-two-indicators-and-unnamed": ("甲镇,托位数,400\n甲镇,机构数,4\n合计,,404\n", (404, None)),
    "of-rates": ("甲镇,千人口托位数,4.1\n乙镇,千人口托位数,4.3\n合计,千人口托位数,4.5\n", (4.5, None)),
    "of-a-county-and-its-towns": (
        "示例县,托位数,808\n甲镇,托位数,400\n乙镇,托位数,408\n合计,托位数,808\n", (808, None),
    ),
    "of-hedged-parts": ("甲镇,托位数,约400\n乙镇,托位数,408\n合计,托位数,810\n", (810, None)),
    "of-rounded-parts": ("甲镇,托位数,1.3万\n乙镇,托位数,12500\n合计,托位数,25460\n", (25460, None)),
    "hedged": ("甲镇,托位数,400\n乙镇,托位数,408\n合计,托位数,约800\n", (800, None)),
    "with-separators": ("甲镇,托位数,\"1,400\"\n乙镇,托位数,408\n合计,托位数,\"1,391\"\n", (1391, 1808)),
    "of-a-town-that-stands-twice": (
        "甲镇,托位数,400\n甲镇,托位数,405\n乙镇,托位数,408\n合计,托位数,808\n", (808, None),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "total"), REPORTED_TOTALS.values(), ids=REPORTED_TOTALS)
def test_a_total_of_reported_figures_is_held_against_the_rows_that_it_is_about(read, rows, total):
    entry = REPORTED | {"as_of": "2025-12-31", "constants": {"kind": "stock"}}
    assert read(f"地区,指标,数值\n{rows}", entry)["totals"] == [total]


@pytest.mark.parametrize(
    ("day", "total"), [("2025-12-31", (1391, 808)), ("2024-12-31", (1391, 300)), ("", (1391, None))]
)
def test_a_total_of_reported_figures_is_about_the_rows_of_its_day(read, day, total):
    rows = "甲镇,托位数,2024-12-31,300\n甲镇,托位数,2025-12-31,400\n乙镇,托位数,2025-12-31,408\n"
    entry = REPORTED | {"constants": {"kind": "stock"}}
    found = read(f"地区,指标,截至日期,数值\n{rows}合计,托位数,{day},1391\n", entry)
    assert found["totals"] == [total]


@pytest.mark.parametrize("word", ["平均", "平均值", "中位数", "average", "占比", "同比"])
def test_a_statistic_is_no_facility_and_no_total(read, word):
    found = read(f"name,cap\n甲园,40\n乙园,60\n{word},50\n", ROSTER)
    assert found["loaded"] == [("甲园", 40), ("乙园", 60)]
    assert found["aside"] == [(4, "statistic")]
    assert found["totals"] == []


@pytest.mark.parametrize(
    "name",
    ["全县第一托育园", "共计托育园", "うちだ保育園", "其中托育园", "全市1号托育园", "2号托育园", "会计托育园",
     "Total Kids", "一家亲托育园", "三所", "和平园", "A", "A1", "総合保育園", "平均台保育園", "計画保育園"],
)  # fmt: skip
def test_a_facility_may_be_named_like_a_total(read, name):
    found = read(f"name,cap\n甲园,40\n{name},60\n丙园,100\n", ROSTER)
    assert found["loaded"] == [("甲园", 40), (name, 60), ("丙园", 100)]


@pytest.mark.parametrize("word", ["合计", "总计", "Total", "共计"])
def test_a_total_that_is_no_sum_is_kept_beside_the_sum_and_not_loaded(read, word):
    found = read(f"地区,年份,常住人口\n甲镇,2024,40\n乙镇,2024,60\n{word},2024,90\n", POPULATION)
    assert found["loaded"] == [("990100001", 40), ("990100002", 60)]
    assert found["totals"] == [(90, 100)]


def test_a_total_of_each_day_is_about_the_rows_of_its_day(read):
    found = read(
        "地区,时点,常住人口\n甲镇,2023-12-31,4000\n甲镇,2024-12-31,4100\n乙镇,2023-12-31,5000\n"
        "乙镇,2024-12-31,5200\n合计,2023-12-31,9000\n合计,2024-12-31,9999\n",
        POPULATION,
    )
    assert found["totals"] == [(9000, 9000), (9999, 9300)]


def test_a_total_below_subtotals_is_about_all_rows_since_the_total_above(read):
    month = "{0},甲园,40\n小计:1家,,40\n{0},乙园,60\n{0},丙园,{1}\n小计:2家,,{2}\n合计3家,,{3}\n"
    text = "date,name,cap\n" + month.format("2024-01-31", 25, 85, 126)
    text += month.format("2024-02-29", 7, 67, 107)
    entry = {**ROSTER, "columns": {**ROSTER["columns"], "date": "as_of"}}
    del entry["as_of"]
    found = read(text, entry)
    sums = [(40, 40), (85, 85), (126, 125), (40, 40), (67, 67), (107, 107)]
    assert sorted(found["totals"]) == sorted(sums)


def test_a_named_row_stays_data_though_its_number_is_the_sum_of_those_above(read):
    found = read("name,cap\n甲园,40\n乙园,60\n丙园,100\n", ROSTER)
    assert found["loaded"] == [("甲园", 40), ("乙园", 60), ("丙园", 100)]
    assert "第 4 行有自己的名称" in found["detected"]
    found = read("地区,年份,常住人口\n甲镇,2024,40\n乙镇,2024,60\n丙镇,2024,100\n", POPULATION)
    assert len(found["loaded"]) == 3
    assert "第 4 行有自己的名称" in found["detected"]
    found = read("地区,年份,常住人口\n甲镇,2024,40\n乙镇,2024,60\n丙镇,2024,101\n", POPULATION)
    assert "有自己的名称" not in found["detected"]


# --- parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "part", ["其中:甲镇", "其中：甲镇", "其中，甲镇", "of which: 甲镇", "うち、甲镇"]
)
def test_a_part_that_names_a_region_is_data_of_that_region(read, part):
    found = read(f"地区,年份,常住人口\n示例县,2024,100\n{part},2024,40\n", POPULATION)
    assert found["loaded"] == [("990100", 100), ("990100001", 40)]
    assert found["aside"] == []


@pytest.mark.parametrize("part", ["其中:柳树镇", "其中：某某街道"])
def test_a_part_that_names_an_unknown_town_is_refused_and_not_lost(read, part):
    found = read(f"地区,年份,常住人口\n示例县,2024,100\n{part},2024,40\n", POPULATION)
    assert found["refused"] == [(3, "unknown_region_name")]


@pytest.mark.parametrize("part", ["其中：城镇", "其中:女", "其中：乡镇", "其中"])
def test_a_part_that_names_no_region_is_set_aside(read, part):
    found = read(f"地区,年份,常住人口\n示例县,2024,100\n{part},2024,40\n", POPULATION)
    assert found["aside"] == [(3, "part")]


# --- columns that the entry ignores --------------------------------------------------------------

AGES = POPULATION | {"columns": {"Sex": "ignore", "Age": "ignore"}}


def test_a_total_word_in_an_ignored_column_sets_no_row_aside(read):
    found = read("Sex,Age,地区,年份,常住人口\nTotal,Total,甲镇,2025,1200\n", AGES)
    assert found["loaded"] == [("990100001", 1200)]


@pytest.mark.parametrize(
    ("rows", "labels"),
    [
        ("T,Total,甲镇,2025,3100\nT,0-2,甲镇,2025,150\n", ["Age"]),
        ("T,0-2,甲镇,2025,150\nT,Total,甲镇,2025,3100\n", ["Age"]),
        ("T,T,甲镇,2025,90\nM,T,甲镇,2025,50\nF,T,甲镇,2025,40\n", ["Sex"]),
        ("T,T,甲镇,2025,90\nT,0,甲镇,2025,5\nM,T,甲镇,2025,50\nM,0,甲镇,2025,3\n", ["Sex", "Age"]),
        ("T,,甲镇,2025,90\nT,合计,甲镇,2025,50\n", ["Age"]),
    ],
)
def test_rows_of_one_key_that_differ_in_an_ignored_column_are_refused(read, rows, labels):
    found = read("Sex,Age,地区,年份,常住人口\n" + rows, AGES)
    assert found["loaded"] == []
    assert {code for _, code in found["refused"]} == {"rows_differ_in_ignored_columns"}
    assert all(
        f'"{label}"' in parameters for (parameters,) in found["parameters"] for label in labels
    )


def test_a_part_of_which_the_whole_is_missing_is_refused_with_the_others(read):
    rows = "T,Total,甲镇,2025,3100\nT,0-2,甲镇,2025,150\nT,0-2,乙镇,2025,90\n"
    found = read("Sex,Age,地区,年份,常住人口\n" + rows, AGES)
    assert found["loaded"] == []
    assert [row for row, _ in found["refused"]] == [2, 3, 4]


def test_running_numbers_that_are_ignored_do_not_part_a_table(read):
    entry = POPULATION | {"columns": {"No": "ignore"}}
    found = read("No,地区,年份,常住人口\n1,甲镇,2025,31\n2,甲镇,2025,15\n3,乙镇,2025,9\n", entry)
    assert found["loaded"] == [("990100002", 9)]
    assert {code for _, code in found["refused"]} == {"rows_with_one_key_differ"}


# --- footers of lists ----------------------------------------------------------------------------

FOOTERS = (
    "社会福祉法人1,株式会社1,",
    "※青色の施設は休園中,,66",
    "[増０件、減０件]",
    "[増０件、減０件],,",
    "【備考】",
    "以上、名簿のとおり,,",
    "公立3,私立2,",
    "＊印は分園,,",
    "123,,",
    "填表人：张三,审核人：李四,",
    "資料：子ども課,,",
)


@pytest.mark.parametrize("footer", FOOTERS)
@pytest.mark.parametrize("more", ["", "※その他,,\n"])
def test_a_footer_of_a_list_is_no_facility(read, footer, more):
    entry = ROSTER | {"columns": ROSTER["columns"] | {"addr": "address"}}
    entry |= {"read": {"date_system": 1900}}
    list_of_two = "name,addr,opened,cap\nA,X1,2020-04-01,40\nB,Y2,2021-04-01,60\n"
    found = read(f"{list_of_two}{footer},\n{more}".replace("],\n", "]\n"), entry)
    assert found["loaded"] == [("A", 40), ("B", 60)]


@pytest.mark.parametrize(
    "last", ["C,Z3,2022-04-01,", "C,Z3,2022-04-01,0", "C園※,Z3,2022-04-01,30", "C,Z3,2022-04-01,—"]
)
def test_the_last_facility_of_a_list_is_no_footer(read, last):
    entry = ROSTER | {"columns": ROSTER["columns"] | {"addr": "address"}}
    found = read(f"name,addr,opened,cap\nA,X1,2020-04-01,40\nB,Y2,2021-04-01,60\n{last}\n", entry)
    assert [name for name, _ in found["loaded"]] == ["A", "B", last.partition(",")[0]]


def test_a_marked_line_with_a_number_is_not_taken_for_a_facility(read):
    found = read("name,cap\nA,40\nB,60\n※青色は認可外,66\n", ROSTER)
    assert found["loaded"] == [("A", 40), ("B", 60)]
    assert found["refused"] == [(4, "doubtful_row")]


# --- ragged rows ---------------------------------------------------------------------------------

HEADER = "地区,年份,常住人口,户籍人口,备注\n"
RAGGED = {
    "a delimiter is lost": "乙镇,2025,1200034000,",
    "two delimiters are lost": "乙镇,20251200034000,",
    "one cell too many": "乙镇,2025,,12000,34000,无",
    "an unquoted comma": "乙镇,2025,12,000,34000,无",
    "two unquoted commas": "乙镇,2025,12,000,34,000,",
    "an unquoted comma and no remark": "乙镇,2025,12,000,34000",
    "a remark with a comma": "乙镇,2025,12000,34000,无,有",
}


@pytest.mark.parametrize("row", RAGGED.values(), ids=RAGGED)
@pytest.mark.parametrize("is_large", [False, True])
def test_a_ragged_row_is_refused(read, monkeypatch, row, is_large):
    if is_large:
        monkeypatch.setattr(large, "LARGE_FILE_BYTES", 0)
    rows = "甲镇,2025,10,20,\n" + row + "\n丙镇,2025,30,40,x\n示例县,2025,60,70,\n"
    found = read(HEADER + rows, POPULATION)
    assert found["loaded"] == [("990100001", 10), ("990100003", 30), ("990100", 60)]
    assert found["refused"] == [(3, "ragged_row")]


@pytest.mark.parametrize(
    "row",
    ["乙镇,2025,12000", "乙镇,2025,12000,34000", "乙镇,2025,12000,34000,,", "乙镇,2025,12000,,,,"],
)
@pytest.mark.parametrize("is_large", [False, True])
def test_a_row_that_leaves_out_or_adds_blanks_at_its_end_is_read(read, monkeypatch, row, is_large):
    if is_large:
        monkeypatch.setattr(large, "LARGE_FILE_BYTES", 0)
    found = read(HEADER + f"甲镇,2025,10,20,\n{row}\n丙镇,2025,30,40,x\n", POPULATION)
    assert found["loaded"] == [("990100001", 10), ("990100002", 12000), ("990100003", 30)]
    assert found["refused"] == []


@pytest.mark.parametrize("surplus", [(",", ",,", ",,"), (",", ",,", ""), ("", ",,,", ",,,")])
def test_blank_surplus_of_different_lengths_is_no_fault(read, surplus):
    rows = [
        f"{town},2024,9{end}\n" for town, end in zip(("甲镇", "乙镇", "丙镇"), surplus, strict=True)
    ]
    found = read("地区,年份,常住人口\n" + "".join(rows), POPULATION)
    assert len(found["loaded"]) == 3


def test_a_ragged_total_is_not_compared(read):
    rows = "甲镇,2025,10,20,\n乙镇,2025,30,40,\n合计,2025,4060,\n"
    found = read(HEADER + rows, POPULATION)
    assert found["aside"] == [(4, "torn_total")]
    assert found["totals"] == []


def test_rows_that_all_end_with_a_delimiter_are_not_ragged(read):
    rows = "甲镇,2025,10,\n乙镇,2025,30,\n丙镇,2025,,\n"
    found = read("地区,年份,常住人口,户籍人口\n" + rows.replace(",\n", ",7,\n"), POPULATION)
    assert len(found["loaded"]) == 3


def test_a_row_that_lost_the_delimiter_that_all_others_end_with_is_refused(read):
    rows = "甲镇,2025,10,7,\n乙镇,2025,30,7,\n丙镇,2025,1200034000,\n"
    found = read("地区,年份,常住人口,户籍人口\n" + rows, POPULATION)
    assert found["refused"] == [(4, "ragged_row")]


@pytest.mark.parametrize(
    "cells", [("乙镇", "2025", "1200034000", ""), ("乙镇", "2025", "", "1", "2", "无")]
)
def test_a_ragged_row_of_a_web_page_is_refused(read, cells):
    rows = [
        HEADER.strip().split(","),
        ["甲镇", "2025", "10", "20", ""],
        cells,
        ["丙镇", "2025", "3", "4", "x"],
    ]
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    found = read(f"<html><body><table>{body}</table></body></html>", POPULATION, "t.html")
    assert found["loaded"] == [("990100001", 10), ("990100003", 3)]
    assert found["refused"] == [(3, "ragged_row")]


def test_a_ragged_row_of_lists_is_refused(read):
    text = '[["地区","年份","常住人口","户籍人口"],["甲镇","2025","1","2"],["乙镇","202512",""]]'
    found = read(text, POPULATION, "t.json")
    assert found["loaded"] == [("990100001", 1)]
    assert found["refused"] == [(3, "ragged_row")]


JOINED = "机构名称,镇街,托位数,在托婴幼儿数,月收费\n一园,甲镇,{},{},2400\n{}三园,甲镇,30,17,900\n"


@pytest.mark.parametrize("name", ["t.csv", "t.tsv", "t.txt"])
@pytest.mark.parametrize(
    ("places", "children", "row"),
    [
        pytest.param(110, 25, "二园,甲镇,13014,2000", id="longer-than-any"),
        pytest.param(110, 25, "二园,甲镇,206,2000", id="as-long-as-others"),
        pytest.param(110, 75, "二园,甲镇,9079,2000", id="larger-than-any"),
        pytest.param(130, 8, "二园,甲镇,906,2000", id="one-digit"),
        pytest.param(130, 28, "二园,甲镇,80,522200", id="next-to-last"),
        pytest.param(130, 28, "二园,甲镇,80522200", id="two-delimiters"),
        pytest.param(130, 28, "二园,甲镇,80,4000", id="last-but-no-fee"),
    ],
)
def test_two_numbers_without_the_delimiter_between_them_are_refused(
    read, name, places, children, row
):
    text = JOINED.format(places, children, row + "\n")
    found = read(text.replace(",", "," if name == "t.csv" else "\t"), ROSTER_OF_TOWNS, name)
    assert [facility for facility, _ in found["loaded"]] == ["一园", "三园"]
    assert found["refused"] == [(3, "ragged_row")]


def test_a_row_that_lost_a_number_before_its_last_one_is_refused(read):
    rows = "乙镇,2024,31000,30000,250\n甲镇,2024,20000,100\n丙镇,2024,41000,40000,310\n"
    found = read("地区,年份,户籍人口,常住人口,出生人口\n" + rows, POPULATION)
    assert found["refused"] == [(3, "ragged_row")]


def test_rows_that_leave_out_a_number_at_their_end_are_read(read):
    rows = "".join(f"{name}园,甲镇,{places}\n" for name, places in zip("二四五", (80, 120, 90), strict=True))  # fmt: skip
    assert len(read(JOINED.format(110, 25, rows), ROSTER_OF_TOWNS)["loaded"]) == 5


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx"])
@pytest.mark.parametrize(
    "blank", [pytest.param(at, id=f"before-column-{at}") for at in range(1, 5)]
)
def test_a_blank_column_parts_no_table(read, suffix, blank):
    rows = [["序号", "镇街", "机构名称", "在托婴幼儿数", "托位数"],
            [1, "甲镇", "一园", 25, 110], [2, "甲镇", "二园", 31, 90]]  # fmt: skip
    rows = [[*row[:blank], None, *row[blank:]] for row in rows]
    mark = "\t" if suffix == "tsv" else ","
    lines = "".join(mark.join("" if c is None else str(c) for c in row) + "\n" for row in rows)
    found = read(rows if suffix == "xlsx" else lines, ROSTER_OF_TOWNS, f"t.{suffix}")
    assert found["loaded"] == [("一园", 110), ("二园", 90)]


def test_tables_side_by_side_are_no_table_with_a_blank_column(read):
    text = (
        "镇街,机构名称,在托婴幼儿数,,序号,托位数\n"
        "甲镇,一园,25,,1,110\n甲镇,二园,31,,2,90\n,,,,3,80\n"
    )
    assert "stopped" in read(text, ROSTER_OF_TOWNS)


def test_a_column_that_nobody_labelled_still_stops_the_file(read):
    found = read("地区,年份,常住人口\n甲镇,2025,1,5\n乙镇,2025,2,6\n", POPULATION)
    assert "column without header" in found["stopped"] or "没有表头" in found["stopped"]


# --- rows without a name -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "is_total"),
    [(",2024,100", True), (",2024,90", False), (",,100", True), ("—,2024,100", False)],
)
def test_a_nameless_row_is_a_total_if_it_is_the_sum(read, row, is_total):
    found = read(f"地区,年份,常住人口\n甲镇,2024,40\n乙镇,2024,60\n{row}\n", POPULATION)
    assert found["loaded"] == [("990100001", 40), ("990100002", 60)]
    assert bool(found["totals"]) is is_total
    assert bool(found["refused"]) is not is_total


def test_a_nameless_row_below_a_merged_town_is_a_total_if_it_is_the_sum_of_the_town(read):
    entry = ROSTER | {"constants": {}}
    found = read(
        "地区,name,cap\n甲镇,A,40\n甲镇,B,60\n甲镇,,100\n乙镇,C,5\n乙镇,D,6\n乙镇,,11\n", entry
    )
    assert [name for name, _ in found["loaded"]] == ["A", "B", "C", "D"]
    assert found["refused"] == []
    assert found["totals"] == [(100, 100), (11, 11)]


def test_rows_of_a_workbook_are_told_apart_as_those_of_text(read):
    rows = [["name", "cap"], ["甲园", 40], ["乙园", 60], ["合计2家", 100], ["※注", None]]
    found = read(rows, ROSTER, "t.xlsx")
    assert found["loaded"] == [("甲园", 40), ("乙园", 60)]
    assert [kind for _, kind in found["aside"]] == ["total", "note"]


@pytest.mark.parametrize("note", ["", "快报数"])
def test_a_number_parted_into_the_note_is_refused(read, note):
    text = f"地区,年份,常住人口,备注\n甲镇,2023,27327,{note}\n乙镇,2023,26,532\n"
    found = read(text, POPULATION)
    assert found["loaded"] == [("990100001", 27327)]
    assert found["refused"] == [(3, "ragged_row")]


@pytest.mark.parametrize("note", ["5", "1月532", "快报", "2023"])
def test_a_note_that_is_no_rest_of_a_number_stays_a_note(read, note):
    found = read(f"地区,年份,常住人口,备注\n甲镇,2023,27,{note}\n", POPULATION)
    assert found["loaded"] == [("990100001", 27)]


AGAIN = {
    "a blank label": "地区,年份,,出生人口",
    "another word": "地区,年份,常住人口,新增人数",
    "a blank first label": ",年份,常住人口,出生人口",
    "a mark": "地区（续）,年份,常住人口,出生人口",
}


@pytest.mark.parametrize("header", AGAIN.values(), ids=AGAIN)
def test_a_header_that_stands_again_in_part_loses_no_rows(read, header):
    """The rows below it are loaded or the file stops; they are not another table."""
    text = f"地区,年份,常住人口,出生人口\n甲镇,2024,30000,200\n{header}\n乙镇,2024,20000,100\n"
    found = read(text, POPULATION)
    assert "stopped" in found or ("990100002", 20000) in found["loaded"]


def test_another_table_below_stays_another_table(read):
    text = "地区,年份,常住人口\n甲镇,2024,30000\n\n镇街,机构名称,托位数\n甲镇,甲园,40\n"
    assert read(text, POPULATION)["loaded"] == [("990100001", 30000)]


# --- what looks like another row ------------------------------------------------------------------


def test_a_torn_row_of_a_town_that_is_a_part_is_refused(read):
    found = read("地区,年份,常住人口\n示例县,2023,90000\n其中:甲镇,2023,12,000\n", POPULATION)
    assert found["loaded"] == [("990100", 90000)]
    assert found["refused"] == [(3, "ragged_row")]


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ("/,甲镇,,否", "note"),
        ("无,甲镇,0,", "note"),
        ("/,甲镇,,是", "refused"),
        ("—,甲镇,,是", "refused"),
        ("尚未来托育中心,甲镇,60,是", "loaded"),
    ],
)
def test_a_row_that_tells_something_of_a_facility_is_no_note(read, row, kind):
    found = read(f"机构名称,地区,托位数,是否普惠\n好娃园,甲镇,30,是\n{row}\n", ROSTER_OF_TOWNS)
    of_row = {
        "note": found["aside"] == [(3, "note")],
        "refused": [row for row, _ in found["refused"]] == [3],
        "loaded": len(found["loaded"]) == 2,
    }
    assert of_row == {name: name == kind for name in of_row}


def test_an_indicator_that_is_not_known_is_refused_and_no_total(read):
    constants = {"region_code": "990100", "kind": "stock"}
    found = read(
        "指标,数值\n托位数,1100\n总托幼数,1200\n",
        {**REPORTED, "as_of": "2024-12-31", "constants": constants},
    )
    assert found["refused"] == [(3, "unknown_indicator")]
    assert found["aside"] == []


def test_a_slip_in_one_rate_turns_no_other_into_thousands(read):
    entry = {"contract": "quota_ledger"}
    rows = '甲镇,2023,4.5\n甲镇,2024,4.512\n乙镇,2023,"3,5"\n乙镇,2024,2.25\n'
    found = read(f"地区,年份,每千人口托位数\n{rows}", entry)
    assert found["loaded"] == [(2023, Decimal("4.5")), (2024, Decimal("2.25"))]
    assert [row for row, _ in found["refused"]] == [3, 4]


def test_a_correction_of_one_row_does_not_stand_for_the_order_of_its_table(read):
    rows = "示例县,2021,32\n示例县,2022,41\n示例县,2023,50\n示例县,2024,27\n示例县,2020,38\n"
    corrected = frozenset({("resident_population", 5, None)})
    found = read(f"地区,年份,常住人口\n{rows}", POPULATION, corrected=corrected)
    assert {code for _, code in found["refused"]} == {"impossible_table"}


def test_corrected_numbers_do_not_speak_against_the_others_of_their_table(read):
    rows = "示例县,2022,300000000\n示例县,2023,300000000\n示例县,2024,400000\n"
    corrected = frozenset({("resident_population", 2, None), ("resident_population", 3, None)})
    found = read(f"地区,年份,常住人口\n{rows}", POPULATION, corrected=corrected)
    assert found["refused"] == []
    assert ("990100", 400000) in found["loaded"]


@pytest.mark.parametrize(
    ("row", "is_refused"),
    [("甲镇,夏苗园,30", True), ("甲镇,夏苗园,建设路30", False), ("甲镇,8090,", True)],
)
def test_a_short_row_that_ends_with_a_number_among_words_is_refused(read, row, is_refused):
    found = read(
        f"地区,机构名称,地址,托位数\n甲镇,好娃园,东街1号,20\n乙镇,新苗园,西街2号,40\n{row}\n",
        ROSTER_OF_TOWNS,
    )
    assert [row for row, _ in found["refused"]] == [4] * is_refused
