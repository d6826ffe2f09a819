"""Whoever follows what a message of refusal advises is rid of the problem, and has the right value.

Every case is a small file that is refused with one code, what its message advises, and the same
file once the advice was followed: another entry in ``sources.yml``, or another cell.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pytest
from example_dossier import REGIONS
from hostile_files import zipped
from one_source import Content, load_one

from pipeline.core.messages import has_parts, load_messages
from pipeline.shaping.findings import RefusalCode

pytestmark = pytest.mark.integration

Rows = list[tuple[Any, ...]]
PEOPLE = {"contract": "population", "file": "t.csv"}
PEOPLE_COLUMNS = "region_code, year, resident_population"
FIGURES = {"contract": "reported_figure", "file": "t.csv"}
FIGURE_COLUMNS = "region_code, indicator, value"
LIST = {"contract": "facility_roster", "file": "t.csv", "as_of": "2024-12-31"}
LIST_COLUMNS = "facility_name, places"
COLUMNS = {
    "population": PEOPLE_COLUMNS,
    "reported_figure": FIGURE_COLUMNS,
    "facility_roster": LIST_COLUMNS,
}
JIA, YI = "990100001", "990100002"
TWO_TOWNS: Rows = [(JIA, 2023, 25000), (YI, 2023, 31200)]


@dataclass(frozen=True)
class Case:
    """A file that is refused, and what becomes of it once the advice was followed.

    Attributes:
        code: What is said of the file, and nothing else.
        advice: What the message advises, in its English words; the part that is followed here.
        entry: What ``sources.yml`` says of the file.
        file: Its content; None where it is not there.
        loaded: Its rows once the advice was followed.
        then: Keys of the entry that the advice changes; None takes the key away.
        then_file: Content of the file, where the advice changes it.
        regions: The list of regions.
        then_regions: The list of regions, where the advice changes it.
        columns: Columns that ``loaded`` tells.
        beside: Codes that are said beside the one, of what it keeps from being known.
        more: Files beside it, by name; ``sources.yml`` in place of the one that the entry makes.
        then_more: The same, once the advice was followed.
    """

    code: str
    advice: str
    entry: dict[str, Any]
    file: Content | None
    loaded: Rows
    then: dict[str, Any] = field(default_factory=dict)
    then_file: Content | None = None
    regions: str = REGIONS
    then_regions: str | None = None
    columns: str | None = None
    beside: tuple[str, ...] = ()
    more: dict[str, Content] = field(default_factory=dict)
    then_more: dict[str, Content] = field(default_factory=dict)

    def __str__(self) -> str:
        """Its name among the tests."""
        return f"{self.code}: {self.advice}"


def people(rows: str, header: str = "地区,年份,常住人口") -> str:
    return f"{header}\n{rows}"


def figures(rows: str) -> str:
    return f"地区,指标,截至日期,数值,单位,性质\n{rows}"


def facilities(rows: str, header: str = "镇街,机构名称,托位数") -> str:
    return f"{header}\n{rows}"


def refused(code: str, advice: str, *args: Any, **more: Any) -> Case:
    return Case(f"refusal.{code}", advice, *args, **more)


def corrected(code: str, advice: str, entry: dict[str, Any], file: str, wrong: str, right: str,
              loaded: Rows, **more: Any) -> Case:  # fmt: skip
    """A row whose cell the advice corrects."""
    assert file.count(wrong) == 1, wrong
    return refused(code, advice, entry, file, loaded, then_file=file.replace(wrong, right), **more)


# --- reasons by which a row is refused -----------------------------------------------------------

CHECK_NUMBER = "check the number and its unit with the sender and correct it"
ALONE = "write the number alone, without unit or remark"
JIA_PEOPLE: Rows = [(JIA, 2023, 25000)]
JIA_LIST: Rows = [("春苗园", 60)]
OTHER_COUNTY = "990200,另县,县级,990000,虚构,\n990200001,甲镇,乡级,990200,虚构,\n"
SECTIONS = (
    "<html><body><table><tr><th>机构名称</th><th>托位数</th></tr>"
    "<tr><td colspan=2>普惠性民办托育园</td></tr><tr><td>春苗园</td><td>60</td></tr>"
    "</table></body></html>"
)
IN_JIA = {"constants": {"region_code": JIA}}
BY_AGE = "地区,年份,年龄,常住人口\n甲镇,2023,合计,25000\n甲镇,2023,0-2,900\n"
IGNORED_AGE = PEOPLE | {"columns": {"年龄": "ignore"}}

ROWS = [
    corrected("above_maximum", CHECK_NUMBER, FIGURES,
              figures("示例县,托位使用率,2023-12-31,75,,存量\n"), ",75,", ",0.75,",
              [("990100", "place_utilisation_ratio", 0.75)]),
    corrected("above_maximum", "leave the cell blank where the number is not known",
              LIST | {"constants": {"region_code": JIA}},
              facilities("春苗园,60,200\n", "机构名称,托位数,经度"), ",200", ",",
              [("春苗园", 60, None)], columns="facility_name, places, longitude"),
    corrected("ambiguous_region_name", "add the code", PEOPLE,
              people(",甲镇,2023,25000\n", "区划代码,地区,年份,常住人口"), ",甲镇", f"{JIA},甲镇",
              JIA_PEOPLE,
              regions=REGIONS + OTHER_COUNTY),
    refused("ambiguous_region_name", "name the parent in sources.yml", PEOPLE,
            people("甲镇,2023,25000\n"), JIA_PEOPLE, regions=REGIONS + OTHER_COUNTY,
            then={"constants": {"parent_region_code": "990100"}}),
    corrected("below_minimum", CHECK_NUMBER, PEOPLE, people("甲镇,2023,-25000\n"), "-25000",
              "25000", JIA_PEOPLE),
    corrected("below_minimum", "leave the cell blank where the number is not known", LIST,
              facilities("甲镇,春苗园,-60\n"), ",-60", ",", [("春苗园", None)]),
    corrected("blank", "fill in the cell", FIGURES,
              figures("示例县,托位数,2023-12-31,,,存量\n"), "31,,", "31,120,",
              [("990100", "places", 120)]),
    corrected("blank", "remove the row", FIGURES,
              figures("示例县,托位数,2023-12-31,120,,存量\n示例县,普惠托位数,2023-12-31,,,存量\n"),
              "示例县,普惠托位数,2023-12-31,,,存量\n", "", [("990100", "places", 120)]),
    corrected("code_and_name_disagree", "find out which of the two is meant", PEOPLE,
              people(f"{JIA},乙镇,2023,25000\n", "区划代码,地区,年份,常住人口"), "乙镇", "甲镇",
              JIA_PEOPLE),
    corrected("code_became_a_number", "format the column as text and send the file again",
              LIST, facilities("甲镇,春苗园,60,9.1E+17\n", "镇街,机构名称,托位数,统一社会信用代码"),
              "9.1E+17", "910000000000000017", [("春苗园", "910000000000000017")],
              columns="facility_name, credit_code"),
    corrected("doubtful_row", "fill in its cells if it is a facility", LIST,
              facilities("甲镇,春苗园,60\n乙镇,筹建中,0\n"), "筹建中,0", "夏苗园,30",
              [("春苗园", 60), ("夏苗园", 30)]),
    corrected("doubtful_row", "remove it from a copy of the file if it is a footer",
              LIST | IN_JIA, facilities("春苗园,60\n夏苗园,30\n※蓝色为新增,66\n", "机构名称,托位数"),
              "※蓝色为新增,66\n", "", [("春苗园", 60), ("夏苗园", 30)]),
    corrected("impossible_for_level", CHECK_NUMBER, PEOPLE,
              people("甲镇,2023,25000\n乙镇,2023,31200000\n"), "31200000", "31200", TWO_TOWNS),
    corrected("impossible_share", CHECK_NUMBER, PEOPLE,
              people("甲镇,2023,25000,20000\n", "地区,年份,常住人口,出生人口"), "20000", "200",
              [(JIA, 2023, 25000, 200)], columns="region_code, year, resident_population, births"),
    refused("impossible_table", "say it in sources.yml: read: {units: {<column>: <unit>}}", PEOPLE,
            people("甲镇,2022,2\n甲镇,2023,3\n乙镇,2022,4\n乙镇,2023,3\n"),
            [(JIA, 2022, 20000), (JIA, 2023, 30000), (YI, 2022, 40000), (YI, 2023, 30000)],
            then={"read": {"units": {"resident_population": "万人"}}}),
    corrected("no_cell_of_several_filled", "fill in one of the cells", PEOPLE,
              people("甲镇,,25000\n"), ",,", ",2023,", JIA_PEOPLE),
    corrected("no_region", "fill in code or name", PEOPLE,
              people("甲镇,2023,25000\n,2023,31200\n"), "\n,2023", "\n乙镇,2023", TWO_TOWNS),
    refused("no_region", "where the cell above is meant, add read: {fill_down: [...]}", LIST,
            facilities("甲镇,春苗园,60\n,夏苗园,30\n"), [(JIA, "春苗园"), (JIA, "夏苗园")],
            then={"read": {"fill_down": ["镇街"]}}, columns="region_code, facility_name"),
    corrected("not_a_date", "write the date as 2025-12-31", FIGURES,
              figures("示例县,托位数,2023年底前后,120,,存量\n"), "2023年底前后", "2023-12-31",
              [("990100", "places", 120)]),
    corrected("not_a_number", ALONE, FIGURES,
              figures("示例县,托位数,2023-12-31,120（含在建）吧,,存量\n"), "120（含在建）吧", "120",
              [("990100", "places", 120)]),
    corrected("not_a_whole_number", ALONE, PEOPLE, people("甲镇,2023,两万五左右吧\n"),
              "两万五左右吧", "25000", JIA_PEOPLE),
    corrected("not_a_year", "write four digits, for example 2025", PEOPLE,
              people("甲镇,去年,25000\n"), "去年", "2023", JIA_PEOPLE),
    corrected("not_yes_or_no", "write yes or no", LIST,
              facilities("甲镇,春苗园,60,大概\n", "镇街,机构名称,托位数,是否普惠"), "大概", "是",
              [("春苗园", True)], columns="facility_name, is_inclusive"),
    refused("not_yes_or_no", 'say in sources.yml what the word means: terms: {"签约": yes}', LIST,
            facilities("甲镇,春苗园,60,签约\n", "镇街,机构名称,托位数,是否普惠"), [("春苗园", True)],
            then={"terms": {"签约": "yes"}}, columns="facility_name, is_inclusive"),
    refused("not_yes_or_no", 'terms: {"未 签约": yes}, or no', LIST,
            facilities("甲镇,春苗园,60,未  签约\n", "镇街,机构名称,托位数,是否普惠"),
            [("春苗园", False)], then={"terms": {"未 签约": "no"}},
            columns="facility_name, is_inclusive"),
    corrected("ragged_row", "numbers with commas need quotes", PEOPLE,
              people("乙镇,2023,31200\n甲镇,2023,25,000\n"), "25,000", '"25,000"',
              TWO_TOWNS[::-1]),
    corrected("ragged_row", "blank cells their delimiters", LIST,
              facilities("甲镇,春苗园,某路1号,60,普惠\n乙镇,夏苗园,30,\n",
                         "镇街,机构名称,地址,托位数,备注"),
              "夏苗园,30,", "夏苗园,,30,", [("春苗园", 60), ("夏苗园", 30)]),
    corrected("range_instead_of_number", "write one number", FIGURES,
              figures("示例县,托位数,2023-12-31,100-120,,存量\n"), "100-120", "120",
              [("990100", "places", 120)]),
    refused("reads_two_ways", "say which mark stands before decimals, read: {decimal: ','}",
            PEOPLE, people("甲镇,2023,25.000\n"), JIA_PEOPLE, then={"read": {"decimal": ","}}),
    corrected("reads_two_ways", "write the number without separators", PEOPLE,
              people("甲镇,2023,25.000\n"), "25.000", "25000", JIA_PEOPLE),
    corrected("region_outside_source", "correct the code",
              PEOPLE | {"constants": {"parent_region_code": "990100"}},
              people("990200001,2023,25000\n", "区划代码,年份,常住人口"), "990200001", JIA,
              JIA_PEOPLE, regions=REGIONS + OTHER_COUNTY),
    refused("region_outside_source", "correct the code, or the parent region in sources.yml",
            PEOPLE | {"constants": {"parent_region_code": "990200"}},
            people(f"{JIA},2023,25000\n", "区划代码,年份,常住人口"), JIA_PEOPLE,
            regions=REGIONS + OTHER_COUNTY, then={"constants": {"parent_region_code": "990100"}}),
    corrected("repeated_row", "remove the repetition", PEOPLE,
              people("甲镇,2023,25000\n乙镇,2023,31200\n乙镇,2023,31200\n"),
              "乙镇,2023,31200\n乙镇", "乙镇", TWO_TOWNS),
    refused("rows_differ_in_ignored_columns", "save the rows that are meant as a file of their own",
            IGNORED_AGE, BY_AGE, JIA_PEOPLE, then_file=BY_AGE.replace("甲镇,2023,0-2,900\n", "")),
    corrected("rows_with_one_key_differ", "find out which row is right, and remove the other",
              PEOPLE, people("甲镇,2023,25000\n甲镇,2023,26000\n"), "甲镇,2023,26000\n", "",
              JIA_PEOPLE),
    refused("two_scaled_units", "write the number in the unit of the header", PEOPLE,
            people("甲镇,2023,2.5万\n", "地区,年份,常住人口（万人）"), JIA_PEOPLE,
            then_file=people("甲镇,2023,2.5\n", "地区,年份,常住人口（万人）")),
    refused("undeclared_document", "correct its id", PEOPLE,
            people("甲镇,2023,25000,pamphlet\n", "地区,年份,常住人口,来源文件"), JIA_PEOPLE,
            then_file=people("甲镇,2023,25000,paper\n", "地区,年份,常住人口,来源文件")),
    refused("undecodable_bytes", "name the right encoding in sources.yml",
            LIST | IN_JIA | {"read": {"encoding": "utf-8"}},
            "facility_name,places\nCafé,60\n".encode("cp1252"),
            [("Café", 60)], then={"read": {"encoding": "cp1252"}}),
    refused("unexplained_wide_row", "say what such rows stand for: read: {sections: <column>}",
            LIST | IN_JIA | {"file": "t.html"}, SECTIONS, JIA_LIST,
            then={"read": {"sections": "note"}}),
    corrected("unit_not_of_column", "convert the number, and write it without a unit", PEOPLE,
              people("甲镇,2023,25000户\n"), "25000户", "25000", JIA_PEOPLE),
    corrected("unit_not_of_indicator", "convert the number, and write a unit of the indicator",
              FIGURES, figures("示例县,托位数,2023-12-31,1.2,%,存量\n"), "1.2,%", "120,个",
              [("990100", "places", 120)]),
    corrected("unknown_indicator", "use a name of an indicator", FIGURES,
              figures("示例县,托位好多,2023-12-31,120,,存量\n"), "托位好多", "托位数",
              [("990100", "places", 120)]),
    corrected("unknown_region_code", "correct the code", PEOPLE,
              people("990100009,2023,25000\n", "区划代码,年份,常住人口"), "990100009", JIA,
              JIA_PEOPLE),
    refused("unknown_region_code", "or add it to a region list", PEOPLE,
            people("990100009,2023,25000\n", "区划代码,年份,常住人口"),
            [("990100009", 2023, 25000)],
            then_regions=REGIONS + "990100009,丁镇,乡级,990100,虚构,\n"),
    corrected("unknown_region_name", "correct the name", PEOPLE, people("假镇,2023,25000\n"),
              "假镇", "甲镇", JIA_PEOPLE),
    refused("unknown_region_name", "or add it as an alias", PEOPLE, people("老甲,2023,25000\n"),
            JIA_PEOPLE, then_regions=REGIONS.replace("甲镇,乡级,990100,虚构,", "甲镇,乡级,990100,虚构,老甲")),
    corrected("unknown_word", "use a word of the contract's list", LIST,
              facilities("甲镇,春苗园,60,待核\n", "镇街,机构名称,托位数,备案状态"), "待核", "已备案",
              [("春苗园", "filed")], columns="facility_name, filing_status"),
    refused("unknown_word", 'terms: {"待核": code}', LIST,
            facilities("甲镇,春苗园,60,待核\n", "镇街,机构名称,托位数,备案状态"),
            [("春苗园", "pending")], then={"terms": {"待核": "pending"}},
            columns="facility_name, filing_status"),
    refused("unknown_word", 'terms: {"待 核": code}', LIST,
            facilities("甲镇,春苗园,60,待　 核\n", "镇街,机构名称,托位数,备案状态"),
            [("春苗园", "pending")], then={"terms": {"待 核": "pending"}},
            columns="facility_name, filing_status"),
]  # fmt: skip


@pytest.mark.parametrize("case", ROWS, ids=str)
def test_a_row_is_loaded_once_the_advice_was_followed(case: Case, tmp_path: Path) -> None:
    hold_advice(case, tmp_path)


def hold_advice(case: Case, folder: Path) -> None:
    """Read the file before and after the advice was followed."""
    columns = case.columns or COLUMNS[case.entry["contract"]]
    entry = {key: value for key, value in case.entry.items() if value is not None}
    files = files_of(entry, case.file) | {"regions.csv": case.regions} | case.more
    before = load_one(folder / "before", files, entry, columns)
    assert before.codes == sorted([case.code, *case.beside])
    assert case.advice in before.steps
    entry = {key: value for key, value in (case.entry | case.then).items() if value is not None}
    files = files_of(entry, case.file if case.then_file is None else case.then_file)
    files |= {"regions.csv": case.then_regions or case.regions} | case.then_more
    after = load_one(folder / "after", files, entry, columns)
    assert (after.codes, after.loaded) == ([], case.loaded), after.steps


def files_of(entry: dict[str, Any], content: Content | None) -> dict[str, Content]:
    """The file of an entry; an entry for files of one kind names none of its own."""
    name = entry.get("file", "t.csv")
    return {} if content is None or "{" in name else {name: content}


# --- messages that stop a file -------------------------------------------------------------------

STOPS: list[Case] = []
PLAIN = people("甲镇,2023,25000\n乙镇,2023,31200\n")
MORE = "地区,年份,常住人口,面积\n甲镇,2023,25000,12\n乙镇,2023,31200,15\n"
IGNORED = {"面积": "ignore"}
AREA_IGNORED = {"columns": IGNORED}
BY_SEX = "地区,年份,性别,常住人口\n甲镇,2023,合计,25000\n甲镇,2023,男,13000\n乙镇,2023,合计,31200\n"
TWO_TABLES = PLAIN + "\n\n" + people("丙镇,2023,9000\n")
WIDE = "地区,2023年,2024年\n甲镇,25000,25100\n"
UNPIVOT = {"columns": ["2023年", "2024年"], "names_to": "year", "values_to": "resident_population"}
WIDE_ROWS: Rows = [(JIA, 2023, 25000), (JIA, 2024, 25100)]
IN_WAN = "地区,年份,常住人口,户籍人口\n甲镇,2023,2.5,2.4\n乙镇,2023,3.12,3\n"
SHEET: list[list[Any]] = [
    ["地区", "年份", "常住人口"],
    ["甲镇", 2023, 25000],
    ["乙镇", 2023, 31200],
]
OTHER_SHEET: list[list[Any]] = [SHEET[0], ["丙镇", 2023, 9000]]


def workbook(*sheets: list[list[Any]], number_format: str = "General") -> bytes:
    """A workbook; the format is that of its third column."""
    made = openpyxl.Workbook()
    for number, rows in enumerate(sheets):
        sheet = made.active if number == 0 else made.create_sheet()
        for row in rows:
            sheet.append(row)
            sheet.cell(sheet.max_row, 3).number_format = number_format
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


MERGED = (
    "<table><tr><th>地区</th><th>年份</th><th>常住人口</th></tr>"
    "<tr><td>甲镇</td><td>2023</td><td rowspan=2>25000</td></tr>"
    "<tr><td>乙镇</td><td>2023</td></tr></table>"
)
SPLIT = MERGED.replace(" rowspan=2", "").replace("<td>2023</td></tr></table>",
                                                 "<td>2023</td><td>31200</td></tr></table>")  # fmt: skip

HEADERS = [
    Case("header.no_header", "map the labels under columns:", PEOPLE,
         "镇,年,人\n甲镇,2023,25000\n乙镇,2023,31200\n", TWO_TOWNS,
         then={"columns": {"镇": "region_name", "年": "year", "人": "resident_population"}}),
    Case("header.no_header", "check contract and sheet", FIGURES, PLAIN, TWO_TOWNS,
         then={"contract": "population"}, columns=PEOPLE_COLUMNS),
    Case("header.no_label", "write a label into the header", PEOPLE,
         "地区,年份,常住人口,\n甲镇,2023,25000,旧\n乙镇,2023,31200,新\n", TWO_TOWNS,
         then_file="地区,年份,常住人口,备注\n甲镇,2023,25000,旧\n乙镇,2023,31200,新\n"),
    Case("header.no_label", "columns: {D: <column>}", PEOPLE,
         "地区,年份,常住人口,\n甲镇,2023,25000,旧\n乙镇,2023,31200,新\n",
         [(JIA, 25000, "旧"), (YI, 31200, "新")], then={"columns": {"D": "note"}},
         columns="region_code, resident_population, note"),
    Case("header.no_label", "or columns: {D: ignore}", PEOPLE,
         "地区,年份,常住人口,\n甲镇,2023,25000,旧\n乙镇,2023,31200,新\n", TWO_TOWNS,
         then={"columns": {"D": "ignore"}}),
    Case("header.unknown_unit", "correct the unit", PEOPLE,
         people("甲镇,2023,25000,24000\n", "地区,年份,常住人口（户）,户籍人口"), JIA_PEOPLE,
         then_file=people("甲镇,2023,25000,24000\n", "地区,年份,常住人口（人）,户籍人口")),
    Case("header.unknown_unit", "map the label in sources.yml: columns:", PEOPLE,
         people("甲镇,2023,25000,24000\n", "地区,年份,常住人口（初报）,户籍人口"), JIA_PEOPLE,
         then={"columns": {"常住人口（初报）": "resident_population"}}),
    Case("header.unknown_label", "columns: {面积: <column>}", PEOPLE, MORE,
         [(JIA, "12"), (YI, "15")], then={"columns": {"面积": "note"}},
         columns="region_code, note"),
    Case("header.unknown_label", "or to ignore", PEOPLE, MORE, TWO_TOWNS, then=AREA_IGNORED),
    Case("header.unknown_label", "ignore: rest where no further column is needed", PEOPLE, MORE,
         TWO_TOWNS, then={"ignore": "rest"}),
    Case("header.no_mapped_label", "correct the label in sources.yml",
         PEOPLE | {"ignore": "rest", "columns": {"户籍总数": "registered_population"}},
         "地区,年份,常住人口,户籍\n甲镇,2024,25000,24000\n", [(JIA, 2024, 24000)],
         then={"ignore": "rest", "columns": {"户籍": "registered_population"}},
         columns="region_code, year, registered_population"),
    Case("header.no_mapped_label", "delete the line where the file has no such column",
         PEOPLE | {"ignore": "rest", "columns": {"户籍总数": "registered_population"}},
         "地区,年份,常住人口,面积\n甲镇,2024,25000,31\n", [(JIA, 2024, 25000)],
         then={"ignore": "rest", "columns": {}}, columns="region_code, year, resident_population"),
    Case("header.no_unpivot_label", "correct the label in sources.yml",
         PEOPLE | {"unpivot": UNPIVOT | {"columns": ["2023年", "2024年", "2025年"]}}, WIDE,
         WIDE_ROWS, then={"unpivot": UNPIVOT}),
    Case("header.measure_without_year", "leave it out: columns: {出生人口: ignore}", PEOPLE,
         "地区,2023年常住人口,2024年常住人口,出生人口\n甲镇,25000,25100,200\n", WIDE_ROWS,
         then={"columns": {"出生人口": "ignore"}}),
    Case("header.measure_without_year", "write its year into the header", PEOPLE,
         "地区,2023年常住人口,2024年常住人口,出生人口\n甲镇,25000,25100,200\n",
         [(JIA, 2023, 25000, None), (JIA, 2024, 25100, None), (JIA, 2024, None, 200)],
         then_file="地区,2023年常住人口,2024年常住人口,2024年出生人口\n甲镇,25000,25100,200\n",
         columns="region_code, year, resident_population, births"),
    Case("header.no_fill_down_label", "correct the label in sources.yml",
         LIST | {"read": {"fill_down": ["乡镇"]}}, facilities("甲镇,春苗园,60\n,夏苗园,30\n"),
         [(JIA, "春苗园"), (JIA, "夏苗园")], then={"read": {"fill_down": ["镇街"]}},
         columns="region_code, facility_name"),
    Case("header.no_where_label", "correct the label in sources.yml",
         PEOPLE | {"where": {"男女": "合计"}, "columns": {"性别": "ignore"}}, BY_SEX, TWO_TOWNS,
         then={"where": {"性别": "合计"}}),
    Case("header.where_is_several", "write the whole label of one of them",
         PEOPLE | {"where": {"性别": "合计"}, "file": "t.html", "columns": {"甲/性别": "ignore",
                   "乙/性别": "ignore"}},
         "<table><tr><th rowspan=2>地区</th><th rowspan=2>年份</th><th>甲</th><th>乙</th>"
         "<th rowspan=2>常住人口</th></tr><tr><th>性别</th><th>性别</th></tr>"
         "<tr><td>甲镇</td><td>2023</td><td>合计</td><td>男</td><td>25000</td></tr>"
         "<tr><td>乙镇</td><td>2023</td><td>合计</td><td>男</td><td>31200</td></tr></table>",
         TWO_TOWNS, then={"where": {"甲/性别": "合计"}}),
    Case("header.no_where_value", "correct the value in sources.yml",
         PEOPLE | {"where": {"性别": "全部"}}, BY_SEX, TWO_TOWNS, then={"where": {"性别": "合计"}}),
    Case("header.where_keeps_none", "or correct a value of it",
         PEOPLE | {"where": {"性别": "男", "地区": "乙镇"}}, BY_SEX, JIA_PEOPLE,
         then={"where": {"性别": "合计", "地区": "甲镇"}}),
    Case("header.where_keeps_none", "remove a condition",
         PEOPLE | {"where": {"性别": "男", "地区": "乙镇"}}, BY_SEX, [(JIA, 2023, 13000)],
         then={"where": {"性别": "男"}}),
    Case("header.second_column", "columns: {人口数: ignore}", PEOPLE,
         "地区,年份,常住人口,人口数\n甲镇,2023,25000,26000\n", JIA_PEOPLE,
         then={"columns": {"人口数": "ignore"}}),
    Case("header.second_column", "or columns: {常住人口: ignore}", PEOPLE,
         "地区,年份,常住人口,人口数\n甲镇,2023,26000,25000\n", JIA_PEOPLE,
         then={"columns": {"常住人口": "ignore"}}),
    Case("header.constant_twice", "remove it from constants:",
         PEOPLE | {"constants": {"year": 2022}}, PLAIN, TWO_TOWNS, then={"constants": None}),
    Case("header.as_of_twice", "remove as_of: from the entry", FIGURES | {"as_of": "2024-12-31"},
         figures("示例县,托位数,2023-12-31,120,,存量\n"), [("990100", "places", 120)],
         then={"as_of": None}),
    Case("header.missing", "add the column", PEOPLE, "地区,常住人口\n甲镇,25000\n", JIA_PEOPLE,
         then_file="地区,年份,常住人口\n甲镇,2023,25000\n"),
    Case("header.missing", "map its label under columns:", PEOPLE,
         "地区,常住人口,备注\n甲镇,25000,2023\n", JIA_PEOPLE, then={"columns": {"备注": "year"}}),
    Case("header.missing", "give one value for the whole file under constants:", PEOPLE,
         "地区,常住人口\n甲镇,25000\n", JIA_PEOPLE, then={"constants": {"year": 2023}}),
    Case("header.missing_but_dated", "add constants: {year: 2023}", PEOPLE,
         "2023年各镇人口,\n地区,常住人口\n甲镇,25000\n", JIA_PEOPLE,
         then={"constants": {"year": 2023}}),
    Case("header.missing_but_dated", "add as_of: 2023-12-31", LIST | {"as_of": None},
         "截至2023年12月31日,,\n镇街,机构名称,托位数\n甲镇,春苗园,60\n",
         [("春苗园", "2023-12-31")], then={"as_of": "2023-12-31"},
         columns="facility_name, as_of::varchar"),
    Case("header.may_be_needed", "columns: {出生人口总数: births}",
         PEOPLE | {"ignore": "rest"}, "地区,年份,常住人口,出生人口总数\n甲镇,2023,25000,200\n",
         [(JIA, 200)], then={"columns": {"出生人口总数": "births"}}, columns="region_code, births"),
]  # fmt: skip

UNITS = [
    Case("unit.two", "say which: read: {units: {resident_population: 万人}}", PEOPLE,
         "单位：万人,,\n单位：千人,,\n" + people("甲镇,2023,2.5\n"), JIA_PEOPLE,
         then={"read": {"units": {"resident_population": "万人"}}}),
    Case("unit.fits_nothing", "say the unit of each column: read: {units: {<column>: <unit>}}",
         PEOPLE, "单位：万户,,,\n" + IN_WAN, TWO_TOWNS,
         then={"read": {"units": {"resident_population": "万人", "registered_population": "万人"}}}),
    Case("unit.unclear", "read: {units: {<column>: 万人}} in sources.yml", PEOPLE,
         "地区,年份,常住人口,备注\n甲镇,2023,2.5,单位：万人\n乙镇,2023,3.12,\n", TWO_TOWNS,
         then={"read": {"units": {"resident_population": "万人"}}}),
    Case("unit.unclear", "or the plain one without a scale where it does not hold", PEOPLE,
         "地区,年份,常住人口,备注\n甲镇,2023,25000,产值单位：万元\n乙镇,2023,31200,单位：万人\n",
         TWO_TOWNS, then={"read": {"units": {"resident_population": "人"}}}),
    Case("unit.shown_divided", "state the unit in the header", PEOPLE | {"file": "t.xlsx"},
         workbook(SHEET, number_format="0.000,"), TWO_TOWNS,
         then_file=workbook([[*SHEET[0][:2], "常住人口（千人）"], *SHEET[1:]],
                            number_format="0.000,")),
    Case("unit.shown_divided", "have the sender use a plain number format",
         PEOPLE | {"file": "t.xlsx"}, workbook(SHEET, number_format="0.000,"), TWO_TOWNS,
         then_file=workbook(SHEET)),
    Case("table.shared_number", "split the cell", PEOPLE | {"file": "t.html"}, MERGED, TWO_TOWNS,
         then_file=SPLIT),
    Case("table.no_such_number", "correct the number", PEOPLE | {"read": {"table": 2}}, PLAIN,
         TWO_TOWNS, then={"read": {"table": 1}}),
    Case("table.none_of_number", "correct the number", PEOPLE | {"read": {"table": 1}},
         "名称,面积\n甲镇,12\n乙镇,15\n", TWO_TOWNS,
         then={"read": {}}, then_file=PLAIN),
    Case("table.several", "name it: read: {sheet: ...}", PEOPLE | {"file": "t.xlsx"},
         workbook(SHEET, OTHER_SHEET), TWO_TOWNS, then={"read": {"sheet": "Sheet"}}),
    Case("table.several", "or read: {table: 1}", PEOPLE | {"file": "t.xlsx"},
         workbook(SHEET, OTHER_SHEET), TWO_TOWNS, then={"read": {"table": 1}}),
    Case("sheet.unknown", "correct read: {sheet: ...}",
         PEOPLE | {"file": "t.xlsx", "read": {"sheet": "人口"}}, workbook(SHEET), TWO_TOWNS,
         then={"read": {"sheet": "Sheet"}}),
]  # fmt: skip

ENTRIES = [
    Case("entry.unknown_column", "name a column of contract",
         PEOPLE | {"columns": {"备注": "notes"}}, people("甲镇,2023,25000,旧\n", "地区,年份,常住人口,备注"),
         JIA_PEOPLE, then={"columns": {"备注": "note"}}),
    Case("entry.unknown_column", "or ignore",
         PEOPLE | {"columns": {"备注": "notes"}}, people("甲镇,2023,25000,旧\n", "地区,年份,常住人口,备注"),
         JIA_PEOPLE, then={"columns": {"备注": "ignore"}}),
    Case("entry.rest_of_what", "name the contract in sources.yml",
         {"file": "t.csv", "ignore": "rest"}, MORE, TWO_TOWNS, then={"contract": "population"},
         columns=PEOPLE_COLUMNS),
    Case("entry.unknown_constant", "name a column of contract",
         PEOPLE | {"constants": {"jahr": 2023}}, "地区,常住人口\n甲镇,25000\n", JIA_PEOPLE,
         then={"constants": {"year": 2023}}),
    Case("entry.constant_not_listed", "use a word of the list",
         FIGURES | {"constants": {"kind": "库存"}},
         "地区,指标,截至日期,数值\n示例县,托位数,2023-12-31,120\n", [("990100", "places", 120)],
         then={"constants": {"kind": "存量"}}),
    Case("entry.key_names_no_column", "name a column of the contract",
         PEOPLE | {"unpivot": UNPIVOT | {"names_to": "jahr"}}, WIDE, WIDE_ROWS,
         then={"unpivot": UNPIVOT}),
    Case("entry.unknown_term", "use a code of the list", LIST | {"terms": {"待核": "waiting"}},
         facilities("甲镇,春苗园,60,待核\n", "镇街,机构名称,托位数,备案状态"),
         [("春苗园", "pending")], then={"terms": {"待核": "pending"}},
         columns="facility_name, filing_status"),
    Case("entry.no_counted_column", "name a column that counts",
         PEOPLE | {"read": {"units": {"常住人口": "万人"}}}, people("甲镇,2023,2.5\n"), JIA_PEOPLE,
         then={"read": {"units": {"resident_population": "万人"}}}),
    Case("entry.unknown_unit", "use a unit of the column",
         PEOPLE | {"read": {"units": {"resident_population": "万户"}}}, people("甲镇,2023,2.5\n"),
         JIA_PEOPLE, then={"read": {"units": {"resident_population": "万人"}}}),
    Case("entry.no_as_of", "remove the key",
         {"contract": "policy_target", "file": "t.csv", "as_of": "2023-12-31"},
         "地区,指标,目标年份,关系,目标值,性质\n示例县,千人口托位数,2025,不低于,4.5,存量\n",
         [("990100", 4.5)], then={"as_of": None}, columns="region_code, value"),
    Case("entry.as_of_twice", "remove as_of from constants:",
         LIST | {"constants": {"as_of": "2023-12-31"}}, facilities("甲镇,春苗园,60\n"),
         [("春苗园", "2024-12-31")], then={"constants": None},
         columns="facility_name, as_of::varchar"),
    Case("entry.never_complete", "remove the key", FIGURES | {"complete_for": ["990100"]},
         figures("示例县,托位数,2023-12-31,120,,存量\n"), [("990100", "places", 120)],
         then={"complete_for": None}),
    Case("entry.unknown_contract", "name a contract of the list", PEOPLE | {"contract": "people"},
         PLAIN, TWO_TOWNS, then={"contract": "population"}, columns=PEOPLE_COLUMNS),
    Case("entry.unknown_document", "or correct the id", PEOPLE | {"document": "pamphlet"}, PLAIN,
         TWO_TOWNS, then={"document": "paper"}),
    Case("entry.unknown_region", "correct the code",
         PEOPLE | {"constants": {"parent_region_code": "990109"}}, PLAIN, TWO_TOWNS,
         then={"constants": {"parent_region_code": "990100"}}),
    Case("entry.unknown_region", "or add the region to a region_list",
         LIST | {"complete_for": ["990109"]}, facilities("甲镇,春苗园,60\n"), JIA_LIST,
         then_regions=REGIONS + "990109,新县,县级,990000,虚构,\n"),
    Case("contract.none", "name it in sources.yml: contract: <name>", {"file": "t.csv"},
         "镇,年,人\n甲镇,2023,25000\n乙镇,2023,31200\n", TWO_TOWNS,
         then={"contract": "population", "columns": {
             "镇": "region_name", "年": "year", "人": "resident_population"}},
         columns=PEOPLE_COLUMNS),
    Case("contract.not_one", "name it in sources.yml: contract:", {"file": "t.csv"}, MORE,
         TWO_TOWNS, beside=("header.unknown_label",), then={"contract": "population", "ignore": "rest"}, columns=PEOPLE_COLUMNS),
    Case("file.key_unknown", "correct or remove the key", PEOPLE | {"colums": {}}, PLAIN, TWO_TOWNS,
         then={"colums": None}),
    Case("file.key_missing", "add sources.1.file", {"contract": "population"}, PLAIN, TWO_TOWNS,
         then={"file": "t.csv"}, columns=PEOPLE_COLUMNS),
    Case("file.wrong_value", "correct sources.1.ignore", PEOPLE | {"ignore": "all"}, MORE,
         TWO_TOWNS, then={"ignore": "rest"}),
]  # fmt: skip

JSON_ROWS = '[{"地区": "甲镇", "年份": 2023, "常住人口": 25000}]'
WITH_NOTES = "地区,年份,常住人口,备注\n甲镇,2023,25000,旧的区划名称没有变\n乙镇,2023,31200,新的区划名称已经改变\n"
HEAD, SECOND = WITH_NOTES[: WITH_NOTES.index("乙镇")], WITH_NOTES[WITH_NOTES.index("乙镇") :]
YEARS = {"t_2023.csv": PLAIN}
FILES = [
    Case("entry.no_file", "put the file there", PEOPLE, None, TWO_TOWNS, then_file=PLAIN),
    Case("entry.no_file", "correct the name", PEOPLE | {"file": "u.csv"}, None, TWO_TOWNS,
         then={"file": "t.csv"}, then_file=PLAIN),
    Case("entry.file_outside", "copy the file into the dossier's folder",
         PEOPLE | {"file": "../t.csv"}, PLAIN, TWO_TOWNS, then={"file": "t.csv"}),
    Case("entry.left_behind", "rename the file", PEOPLE | {"file": "~$t.csv"}, PLAIN, TWO_TOWNS,
         then={"file": "t.csv"}),
    Case("entry.unknown_placeholder", "correct the file name", PEOPLE | {"file": "t_{jahr}.csv"},
         None, TWO_TOWNS, then={"file": "t_{year}.csv"}, more=YEARS, then_more=YEARS),
    Case("entry.no_file_of_pattern", "correct the file name", PEOPLE | {"file": "u_{year}.csv"},
         None, TWO_TOWNS, then={"file": "t_{year}.csv"}, more=YEARS, then_more=YEARS),
    Case("entry.no_file_of_pattern", "or put the file there", PEOPLE | {"file": "t_{year}.csv"},
         None, TWO_TOWNS, then_more=YEARS),
    Case("entry.files_of_one_time", "take away the file that is not meant",
         PEOPLE | {"file": "t_{month}.csv"}, None, TWO_TOWNS,
         more={"t_2023-12.csv": PLAIN, "t_202312.csv": PLAIN}, then_more={"t_2023-12.csv": PLAIN}),
    Case("file.other_name", "give the dossier the name of its folder", PEOPLE, PLAIN, TWO_TOWNS,
         more={"sources.yml": "dossier: other\ntitle: {zh: 甲, en: A}\nfictional: true\n"}),
    Case("file.not_utf_8", "save the file as UTF-8", PEOPLE, PLAIN, TWO_TOWNS,
         more={"sources.yml": "title: 甲".encode("gb18030")}),
    Case("file.no_yaml", "mend that line", PEOPLE, PLAIN, TWO_TOWNS,
         more={"sources.yml": "dossier: shili\n dossier: [\n"}),
    Case("file.alias", "mend that line", PEOPLE, PLAIN, TWO_TOWNS,
         more={"sources.yml": "dossier: &a shili\ntitle: *a\n"}),
    Case("file.nested", "mend that line", PEOPLE, PLAIN, TWO_TOWNS,
         more={"sources.yml": "dossier: " + "[" * 30 + "]" * 30 + "\n"}),
    Case("archive.wrong_member", "name one: read: {member: ...}", PEOPLE | {"file": "t.zip"},
         zipped({"a.csv": PLAIN.encode(), "b.csv": MORE.encode()}), TWO_TOWNS,
         then={"read": {"member": "a.csv"}}),
    Case("archive.wrong_member", "or remove it", PEOPLE | {"read": {"member": "a.csv"}}, PLAIN,
         TWO_TOWNS, then={"read": {}}),
    Case("archive.refused", "unpack the file by hand and put what is in it into the dossier",
         PEOPLE | {"file": "t.zip"}, zipped({"a.csv": PLAIN.encode()})[:-40], TWO_TOWNS,
         then={"file": "t.csv"}, then_file=PLAIN),
    Case("encoding.unknown", "name another, for example utf-8",
         PEOPLE | {"read": {"encoding": "ansi-cn"}}, PLAIN, TWO_TOWNS,
         then={"read": {"encoding": "utf-8"}}),
    Case("encoding.mixed", "all of them saved as UTF-8", PEOPLE,
         HEAD.encode("gb18030") + SECOND.encode(), TWO_TOWNS, then_file=WITH_NOTES),
    Case("encoding.ambiguous", "name it: read: {encoding: windows-1252}", PEOPLE,
         "region_code,year,resident_population,note\n990100001,2023,25000,Straße\n".encode("cp1252"),
         [(JIA, 25000, "Straße")], then={"read": {"encoding": "windows-1252"}},
         columns="region_code, resident_population, note"),
    Case("json.faulty", "mend that place", PEOPLE | {"file": "t.json"}, JSON_ROWS[:-2] + "]",
         JIA_PEOPLE, then_file=JSON_ROWS),
    Case("json.key_twice", "keep only one", PEOPLE | {"file": "t.json"},
         JSON_ROWS.replace("}", ', "常住人口": 26000}'), JIA_PEOPLE, then_file=JSON_ROWS),
    Case("json.name_twice", "rename one", PEOPLE | {"file": "t.json", "ignore": "rest"},
         JSON_ROWS.replace("}", ', "a": {"b": 1}, "a.b": 2}'), JIA_PEOPLE,
         then_file=JSON_ROWS.replace("}", ', "a": {"b": 1}, "c": 2}')),
    Case("json.no_records", "name another file", PEOPLE | {"file": "t.json"}, "[[], []]",
         JIA_PEOPLE, then={"file": "u.json"}, then_file=JSON_ROWS),
    Case("html.no_table", "save the page that shows the table", PEOPLE | {"file": "t.html"},
         "<html><body><table><tr><td></td></tr></table></body></html>", TWO_TOWNS,
         then_file=SPLIT),
    Case("html.cut", "save the page again", PEOPLE | {"file": "t.html"}, "<html>" + SPLIT[:-40],
         TWO_TOWNS, then_file=SPLIT),
    Case("text.quotes", "mend the quotes there", PEOPLE,
         people('"甲镇,2023,25000\n乙镇,2023,31200\n'), TWO_TOWNS, then_file=PLAIN),
    Case("grid.too_wide", "or mend that row", PEOPLE,
         PLAIN.replace("31200", "31200" + "," * 20_000), TWO_TOWNS, then_file=PLAIN),
    Case("pasted.refused", "or paste the table into a workbook", PEOPLE | {"file": "t.txt"},
         "地区\n年份\n常住人口\n甲镇\n2023\n25000\n乙镇\n2023\n", TWO_TOWNS,
         then={"file": "t.xlsx"}, then_file=workbook(SHEET)),
    Case("format.rtf", "open it and save it as docx", PEOPLE | {"file": "t.rtf"},
         "{\\rtf1\\ansi 25000}", TWO_TOWNS, then={"file": "t.xlsx"}, then_file=workbook(SHEET)),
]  # fmt: skip
STOPS += HEADERS + UNITS + ENTRIES + FILES


@pytest.mark.parametrize("case", STOPS, ids=str)
def test_a_file_is_loaded_once_the_advice_was_followed(case: Case, tmp_path: Path) -> None:
    hold_advice(case, tmp_path)


# --- every code is followed, or is known to be for others ----------------------------------------

# Sections of messages that are not about a file, its entry or its table: what a command was told,
# the machine, and the files in which people write corrections and verdicts.
OTHER_SECTIONS = {
    "add", "build", "correction", "dossier", "error", "lookup", "preview", "report", "spark",
    "start", "template", "verdict",
}  # fmt: skip

# Only who has the document can tell what it should have said, or make another file of it.
FOR_THE_SENDER = {
    "encoding.not_text": "what kind of file it is",
    "format.no_text": "whether the right file was sent",
    "format.damaged": "the whole file",
    "format.damaged_zip": "the whole file",
    "format.password": "the password",
    "pdf.scan": "the spreadsheet that the pages were made from",
    "pdf.unreadable": "the file without its password, or the spreadsheet",
    "sheet.too_much_text": "what the file is",
    "ods.row_too_large": "what the file is",
    "text.endless_line": "whether the right file was sent, and whole",
}
# What to do is done in another program, which makes another file. That file is then read as any.
MADE_ANEW = {
    "format.doc": "Word saves it as docx",
    "format.other_zip": "its program saves it as xlsx, docx or ods",
    "format.doctype": "its program saves it again",
    "format.binary_document": "its program saves it in the newer format",
    "package.refused": "its program saves it again",
    "package.too_many_elements": "the table alone is copied into a new file",
    "word.damaged": "Word saves it as docx",
    "word.no_table": "another file is named",
    "word.too_many_files": "Word saves it again",
    "word.too_large": "its pictures are taken out",
    "word.too_long": "the table alone is sent",
    "word.other_kind": "another file is named",
    "html.unreadable": "the browser saves the page again",
    "html.too_large": "the table is saved as csv",
    "html.too_many_cells": "the table is saved as csv",
    "json.too_deep": "the table is exported again",
    "json.half_character": "the table is exported again",
    "json.faulty_feature": "the table is exported again",
    "json.too_large": "the table is saved as csv",
    "ods.too_many_spans": "the table is copied into a new file",
    "ods.too_many_cells": "the table is saved as csv",
    "ods.wrong_count": "its program saves it again",
    "pdf.too_long": "the pages with the table are cut out",
    "sheet.too_far": "the table is saved as csv",
    "grid.too_large": "the table is saved as csv",
    "grid.too_many_cells": "the table is saved as csv",
    "text.too_long": "the table is saved as csv",
    "file.too_large": "entries are moved to a dossier of their own",
}


def codes_of_rows() -> set[str]:
    return {f"refusal.{code}" for code in get_args(RefusalCode)}


def codes_of_files() -> set[str]:
    """Messages with a next step, but for those of other sections."""
    return {
        code
        for code, entry in load_messages().items()
        if has_parts(entry) and code.partition(".")[0] not in OTHER_SECTIONS
    }


def test_the_advice_of_every_reason_of_a_row_is_followed() -> None:
    assert {case.code for case in ROWS} == codes_of_rows()


def test_the_advice_of_every_message_that_stops_a_file_is_followed_or_for_others() -> None:
    groups = [{case.code for case in STOPS}, set(FOR_THE_SENDER), set(MADE_ANEW)]
    assert set().union(*groups) == codes_of_files()
    assert sum(map(len, groups)) == len(codes_of_files())  # each in one of them alone
