"""Whoever follows what a message of refusal advises is rid of the problem, and has the right value.

Every case is a small file that is refused with one code, what its message advises, and the same
file once the advice was followed: another entry in ``sources.yml``, or another cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args

import pytest
from example_dossier import REGIONS
from one_source import Content, load_one

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
        file: Its content.
        loaded: Its rows once the advice was followed.
        then: Keys of the entry that the advice changes; None takes the key away.
        then_file: Content of the file, where the advice changes it.
        regions: The list of regions.
        then_regions: The list of regions, where the advice changes it.
        then_name: Name of the file, where the advice changes it.
        columns: Columns that ``loaded`` tells.
    """

    code: str
    advice: str
    entry: dict[str, Any]
    file: Content
    loaded: Rows
    then: dict[str, Any] = field(default_factory=dict)
    then_file: Content | None = None
    regions: str = REGIONS
    then_regions: str | None = None
    then_name: str | None = None
    columns: str | None = None

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
    name = case.entry["file"]
    columns = case.columns or COLUMNS[case.entry["contract"]]
    before = load_one(
        folder / "before", {name: case.file, "regions.csv": case.regions}, case.entry, columns
    )
    assert before.codes == [case.code]
    assert case.advice in before.steps
    entry = {k: v for k, v in (case.entry | case.then).items() if v is not None}
    name = case.then_name or name
    files = {
        name: case.file if case.then_file is None else case.then_file,
        "regions.csv": case.then_regions or case.regions,
    }
    after = load_one(folder / "after", files, entry | {"file": name}, columns)
    assert (after.codes, after.loaded) == ([], case.loaded), after.steps


# --- every code is followed, or is known to be for others ----------------------------------------


def codes_of_rows() -> set[str]:
    return {f"refusal.{code}" for code in get_args(RefusalCode)}


def test_the_advice_of_every_reason_of_a_row_is_followed() -> None:
    assert {case.code for case in ROWS} == codes_of_rows()
