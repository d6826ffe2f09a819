"""What an entry says once of columns and rows that are not needed, and what that never hides."""

from __future__ import annotations

import pytest
from test_kinds_of_rows import POPULATION, ROSTER, read  # noqa: F401

from pipeline.reading.formats import large

pytestmark = pytest.mark.integration

REST = {"ignore": "rest"}

# --- columns that nothing needs ------------------------------------------------------------------

COLUMNS_OF_NO_USE = (
    ("Sex", "Total"), ("Age", "合计"), ("来源网址", "http://example.org"), ("OBS_STATUS", "A"),
    ("单位", "人"), ("备用", "小计"), ("排名", "1"), ("unit_of_measure", "persons"),
)  # fmt: skip


@pytest.mark.parametrize(("label", "text"), COLUMNS_OF_NO_USE)
def test_a_column_that_nothing_needs_is_ignored_and_named(read, label, text):  # noqa: F811
    found = read(
        f"区划代码,{label},年份,常住人口\n990100001,{text},2024,1200\n990100002,{text},2024,800\n",
        POPULATION | REST,
    )
    assert found["loaded"] == [("990100001", 1200), ("990100002", 800)]
    assert found["aside"] == found["refused"] == []
    assert label in found["detected"]


COLUMNS_OF_SCALES = (
    ("单位", "万人"), ("unit_of_measure", "thousand"), ("UNIT_MULT", "Millions"), ("量级", "万"),
    ("计数方式", "千人"), ("Scale", "million"),
)  # fmt: skip


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize(("label", "text"), COLUMNS_OF_SCALES)
def test_an_ignored_column_that_scales_the_numbers_stops_the_file(
    read,  # noqa: F811
    monkeypatch,
    label,
    text,
    is_large,
):
    if is_large:
        monkeypatch.setattr(large, "LARGE_FILE_BYTES", 0)
    table = f"地区,年份,常住人口,{label}\n甲镇,2024,12,{text}\n乙镇,2024,8,{text}\n"
    assert "stopped" in read(table, POPULATION | REST)
    said = {"read": {"units": {"resident_population": "万人"}}}
    assert read(table, POPULATION | REST | said)["loaded"] == [
        ("990100001", 120_000),
        ("990100002", 80_000),
    ]


def test_total_words_in_two_ignored_columns_are_no_totals(read):  # noqa: F811
    found = read(
        "Sex,Age,地区,年份,常住人口\nTotal,Total,甲镇,2025,1200\nTotal,Total,乙镇,2025,900\n",
        POPULATION | REST,
    )
    assert found["loaded"] == [("990100001", 1200), ("990100002", 900)]
    assert found["aside"] == []


def test_ignored_columns_that_tell_rows_apart_refuse_them(read):  # noqa: F811
    found = read(
        "Age,地区,年份,常住人口\nTotal,甲镇,2025,3100\n0-2,甲镇,2025,150\n", POPULATION | REST
    )
    assert found["loaded"] == []
    assert {reason for _, reason in found["refused"]} == {"rows_differ_in_ignored_columns"}


def test_most_columns_may_be_of_no_use(read):  # noqa: F811
    labels = ",".join(f"X{number}" for number in range(30))
    cells = ",".join(str(number) for number in range(30))
    found = read(f"地区,年份,常住人口,{labels}\n甲镇,2024,1200,{cells}\n", POPULATION | REST)
    assert found["loaded"] == [("990100001", 1200)]


COLUMNS_THAT_MAY_BE_MEANT = (
    ("2024常住人口情况", "1200"), ("常住人口(斤)", "1200"), ("常驻人口", "1200"),
    ("户籍人口总数", "1200"), ("常住人口数量", "1200"),
)  # fmt: skip


@pytest.mark.parametrize(("label", "text"), COLUMNS_THAT_MAY_BE_MEANT)
def test_a_column_that_the_contract_asks_for_is_not_ignored(read, label, text):  # noqa: F811
    found = read(f"地区,年份,{label}\n甲镇,2024,{text}\n", POPULATION | REST)
    assert label in found["stopped"]


OPTIONAL_COLUMNS_THAT_MAY_BE_MEANT = (
    "备案状况",
    "托位数(间)",
    "机构类型说明",
    "停业日期1",
    "是否普惠性",
)


@pytest.mark.parametrize("label", OPTIONAL_COLUMNS_THAT_MAY_BE_MEANT)
def test_a_label_near_that_of_an_optional_column_has_its_say(read, label):  # noqa: F811
    text = f"name,cap,opened,{label}\n甲园,40,2020,是\n乙园,60,2021,是\n"
    assert label in read(text, ROSTER | REST)["stopped"]
    explained = {"columns": ROSTER["columns"] | {label: "ignore"}}
    assert "stopped" not in read(text, ROSTER | explained | REST)


def test_a_label_near_a_column_that_another_fills_is_ignored(read):  # noqa: F811
    found = read(
        "地区,年份,常住人口,女性常住人口,常住人口增速\n甲镇,2024,1200,600,3\n", POPULATION | REST
    )
    assert found["loaded"] == [("990100001", 1200)]
    assert "女性常住人口" in found["detected"]


def test_without_the_option_an_unknown_column_stops_the_file(read):  # noqa: F811
    found = read("地区,年份,常住人口,排名\n甲镇,2024,1200,1\n", POPULATION)
    assert "ignore: rest" in found["stopped"]


# --- rows that are meant -------------------------------------------------------------------------

BY_SEX = "地区,性别,年份,常住人口\n甲镇,合计,2024,1200\n甲镇,男,2024,620\n甲镇,女,2024,580\n"
WHERE_CASES = {
    "by sex": (BY_SEX, {"性别": "合计"}, [("990100001", 1200)], [3, 4]),
    "by sex and age": (
        "Sex,Age,地区,年份,常住人口\nTotal,Total,甲镇,2025,3100\nTotal,0-2,甲镇,2025,150\n"
        "Male,Total,甲镇,2025,1600\nTotal,Total,乙镇,2025,900\n",
        {"sex": "total", "AGE": "Total"},
        [("990100001", 3100), ("990100002", 900)],
        [3, 4],
    ),
    "subtotals": (
        "地区,统计口径,年份,常住人口\n甲镇,小计,2024,1200\n甲镇,城镇,2024,700\n甲镇,乡村,2024,500\n",
        {"统计口径": "小计"},
        [("990100001", 1200)],
        [3, 4],
    ),
    "a year of the contract": (
        "地区,年份,常住人口\n甲镇,2023,1100\n甲镇,2024,1200\n乙镇,2024,800\n",
        {"年份": 2024},
        [("990100001", 1200), ("990100002", 800)],
        [2],
    ),
    "one of several": (
        "地区,来源,年份,常住人口\n甲镇,普查,2020,1100\n甲镇,公报,2024,1200\n甲镇,估计,2024,9\n",
        {"来源": ["普查", "公报"]},
        [("990100001", 1100), ("990100001", 1200)],
        [4],
    ),
    "a blank is not the value": (
        "地区,性别,年份,常住人口\n甲镇,合计,2024,1200\n甲镇,,2024,620\n",
        {"性别": "合计"},
        [("990100001", 1200)],
        [3],
    ),
    "totals of what is left out": (
        BY_SEX + "合计,合计,2024,1200\n合计,男,2024,620\n合计,女,2024,580\n",
        {"性别": "合计"},
        [("990100001", 1200)],
        [3, 4, 6, 7],
    ),
    "full width and blanks": (
        "地区,年龄,年份,常住人口\n甲镇,０-２ 岁,2024,150\n甲镇,全部,2024,3100\n",
        {"年龄": "0-2岁"},
        [("990100001", 150)],
        [3],
    ),
}  # fmt: skip


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("case", WHERE_CASES)
def test_rows_that_are_not_meant_are_set_aside(read, monkeypatch, case, is_large):  # noqa: F811
    if is_large:
        monkeypatch.setattr(large, "LARGE_FILE_BYTES", 0)
    text, where, loaded, aside = WHERE_CASES[case]
    found = read(text, POPULATION | {"where": where})
    assert found["loaded"] == loaded
    assert found["refused"] == []
    assert [row for row, kind in found["aside"] if kind == "where"] == aside


def test_a_total_of_the_rows_that_are_meant_is_held_against_them(read):  # noqa: F811
    found = read(
        BY_SEX + "乙镇,合计,2024,800\n合计,合计,2024,2000\n合计,男,2024,1\n",
        POPULATION | {"where": {"性别": "合计"}},
    )
    assert found["totals"] == [(2000, 2000)]


def test_a_merged_cell_decides_over_all_its_rows(read):  # noqa: F811
    text = "性别,地区,年份,常住人口\n合计,甲镇,2024,1200\n,乙镇,2024,800\n男,甲镇,2024,620\n"
    options = {"where": {"性别": "合计"}, "read": {"fill_down": ["性别"]}}
    found = read(text, POPULATION | options)
    assert found["loaded"] == [("990100001", 1200), ("990100002", 800)]


def test_a_ragged_row_is_refused_whatever_its_moved_cells_say(read):  # noqa: F811
    found = read(BY_SEX + "乙镇,男,2024,800,12\n", POPULATION | {"where": {"性别": "合计"}})
    assert found["refused"] == [(5, "ragged_row")]


def test_rows_of_several_values_that_are_parts_are_refused(read):  # noqa: F811
    found = read(BY_SEX, POPULATION | {"where": {"性别": ["合计", "男"]}})
    assert found["loaded"] == []
    assert {reason for _, reason in found["refused"]} == {"rows_differ_in_ignored_columns"}


WHERE_FAULTS = {
    "no such column": ({"性": "合计"}, "地区, 性别, 年份, 常住人口"),
    "no such value": ({"性别": "总计"}, "合计, 女, 男"),
    "one value of several": ({"性别": ["合计", "不详"]}, "不详"),
    "no row of both": ({"性别": "男", "常住人口": "1200"}, "性别"),
    "a number written otherwise": ({"年份": "2024年", "性别": "合计"}, "2024"),
}


@pytest.mark.parametrize("is_large", [False, True])
@pytest.mark.parametrize("case", WHERE_FAULTS)
def test_a_condition_that_keeps_nothing_stops_the_file(read, monkeypatch, case, is_large):  # noqa: F811
    if is_large:
        monkeypatch.setattr(large, "LARGE_FILE_BYTES", 0)
    where, said = WHERE_FAULTS[case]
    stopped = read(BY_SEX, POPULATION | {"where": where})["stopped"]
    assert "where:" in stopped
    assert "t.csv" in stopped
    assert said in stopped
