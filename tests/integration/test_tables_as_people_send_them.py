"""Small tables that were once read wrongly: each gives the right rows or is refused, never others.

Every case is a table as it is sent, and the rows that a careful reader takes from it. ``loads`` must
be read; of the others a stop with a message is as good.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import duckdb
import openpyxl
import pytest
from example_dossier import Dossier
from loaded import load

from pipeline.core.errors import PipelineError

REGIONS = """区划代码,名称,级别,上级代码,代码来源
990100,云溪县,县级,,虚构
990100001,柳河镇,乡级,990100,虚构
990100002,甲区,乡级,990100,虚构
990100003,乙区,乡级,990100,虚构
990100004,北山镇,乡级,990100,虚构
"""
SOURCES = """dossier: shili
title: {{zh: 云溪县（虚构）, en: Fictional county}}
fictional: true
documents:
  - {{id: shili-doc, title: 示例文件, issuer: 云溪县办公室, issued: 2025-09-01, grade: A}}
sources:
  - {{id: regions, file: regions.csv, contract: region_list, document: shili-doc, locator: 全文}}
  - id: table
    file: {file}
    contract: {contract}
    document: shili-doc
    locator: 表1
"""
PEOPLE = "region_name_as_issued, year, resident_population, births"
PLACES = "facility_name, places"
FIGURES = "region_name_as_issued, value"


@dataclass(frozen=True)
class Case:
    """A table as it is sent.

    Attributes:
        table: Text of a csv, or what fills a workbook's sheet.
        rows: What a careful reader takes from it.
        columns: The columns that are compared.
        contract: Kind of table.
        entry: More lines of its entry.
        must_load: Whether a refusal is wrong, too.
        refused: How many rows a careful reader would send back.
    """

    table: str | Callable[[Any], None]
    rows: list[tuple]
    columns: str = PEOPLE
    contract: str = "population"
    entry: str = ""
    must_load: bool = False
    refused: int = 0
    more: dict[str, str] = field(default_factory=dict)


def sheet(*rows: list, formats: dict[str, str] | None = None, title: str = "表1") -> Callable:
    def fill(page: Any) -> None:
        page.title = title
        for row in rows:
            page.append(row)
        for cell, number_format in (formats or {}).items():
            page[cell].number_format = number_format

    return fill


HEAD = ["地区", "年份", "常住人口"]
ROSTER = {"columns": PLACES, "contract": "facility_roster"}
LISTED = "    as_of: 2025-12-31\n"
TEN = [("柳河镇", 2024, 30000, None)]

BOTH_TOWNS = [("柳河镇", 2024, 30000, 200), ("甲区", 2024, 20000, 100)]
PEOPLE_HEAD = "地区,年份,常住人口,出生人口\n"
IN_TEN_THOUSANDS = "柳河镇,2024,3,200\n甲区,2024,2,100\n"
TWO = "镇街,机构名称,托位数\n柳河镇,甲托育园,60\n甲区,乙托育园,40\n"
LISTED_TWO = [("甲托育园", 60), ("乙托育园", 40)]


def roster(table: str, rows: list[tuple] = LISTED_TWO) -> Case:
    """A list of facilities."""
    return Case(table, rows, entry=LISTED, **ROSTER)


CASES = {
    # --- scale and unit
    "unit-behind-the-unit-that-reports": Case("填报单位:云溪县统计局,,单位:万人\n地区,年份,常住人口\n柳河镇,2024,3\n", TEN),
    "unit-in-a-note-below": Case("地区,年份,常住人口\n柳河镇,2024,3\n注：人口单位为万人,,\n", TEN),
    "unit-in-the-title": Case("云溪县人口情况表（单位：万人）,,\n地区,年份,常住人口\n柳河镇,2024,3\n", TEN),
    "unit-in-the-title-without-the-word": Case("云溪县人口情况表（万人）,,\n地区,年份,常住人口\n柳河镇,2024,3\n", TEN),
    "unit-in-the-name-of-the-sheet": Case(sheet(HEAD, ["柳河镇", 2024, 3], title="人口(万人)"), TEN),
    "unit-in-a-row-without-brackets": Case("地区,年份,常住人口\n,,万人\n柳河镇,2024,3\n", TEN),
    "unit-in-a-row-with-blank-cells": Case("地区,年份,常住人口,出生人口\n,,(万人),\n柳河镇,2024,3,200\n", [("柳河镇", 2024, 30000, 200)]),
    "units-of-two-columns-in-one-line": Case("人口单位:万人,出生单位:人,,\n地区,年份,常住人口,出生人口\n柳河镇,2024,3,200\n", [("柳河镇", 2024, 30000, 200)]),
    "unit-below-a-short-table": Case("地区,年份,常住人口\n柳河镇,2024,3\n单位:万人,,\n", TEN),
    "unit-of-thousands": Case("单位：千人,,\n地区,年份,常住人口\n柳河镇,2024,30\n", TEN),
    "unit-of-hundreds-in-a-label": Case("地区,年份,常住人口（百人）\n柳河镇,2024,300\n", TEN, must_load=True),
    "unit-behind-a-stroke": Case("地区,年份,常住人口/万人\n柳河镇,2024,3\n", TEN),
    "unit-in-english": Case("unit: 10 thousand persons,,\n地区,年份,常住人口\n柳河镇,2024,3\n", TEN),
    "unit-in-a-line-of-the-statistical-office": Case("制表单位：云溪县统计局　　计量单位：万人,,\n地区,年份,常住人口\n柳河镇,2024,3\n", TEN),
    "no-scale-at-all": Case("填报单位:云溪县统计局,,单位:人\n地区,年份,常住人口\n柳河镇,2024,30000\n", TEN, must_load=True),
    "scaled-in-the-format-of-the-cell": Case(sheet(["地区", "年份", "常住人口(万人)"], ["柳河镇", 2024, 30000], formats={"C2": "0!.0,"}), TEN),
    "unit-in-the-format-of-the-cell": Case(sheet(HEAD, ["柳河镇", 2024, 3], formats={"C2": '0"万人"'}), TEN),
    "scaled-by-a-comma-of-the-format": Case(sheet(["地区", "年份", "常住人口(千人)"], ["柳河镇", 2024, 30000], formats={"C2": "#,##0,"}), TEN),
    "separators-in-the-format": Case(sheet(HEAD, ["柳河镇", 2024, 30000], formats={"C2": "#,##0"}), TEN, must_load=True),
    "year-in-the-format-of-the-cell": Case(sheet(HEAD, ["柳河镇", dt.date(2024, 12, 31), 30000], formats={"B2": 'yyyy"年"'}), TEN),
    "year-as-a-number-with-a-word-in-its-format": Case(sheet(HEAD, ["柳河镇", 2024, 30000], formats={"B2": '0"年"'}), TEN),
    "decimal-comma-or-thousands": Case("地区,年份,常住人口\n柳河镇,2024,1.234\n甲区,2024,12.5\n", []),
    "thousands-with-points": Case("地区;年份;常住人口\n柳河镇;2024;30.000\n甲区;2024;1.234.567\n", [("柳河镇", 2024, 30000, None), ("甲区", 2024, 1234567, None)]),
    "births-above-residents": Case("地区,年份,常住人口,出生人口\n柳河镇,2024,300,20000\n", []),
    "town-of-four-hundred-million": Case("地区,年份,常住人口\n柳河镇,2024,400000000\n", []),
    # --- rows that are no data, and data that is no total
    "subtotal-with-a-count": Case("镇街,机构名称,托位数\n柳河镇,甲托育园,60\n柳河镇,乙托育园,40\n柳河镇,合计2家,100\n", [("甲托育园", 60), ("乙托育园", 40)], entry=LISTED, **ROSTER),
    "subtotal-with-a-colon-and-a-count": Case("镇街,机构名称,托位数\n柳河镇,甲托育园,60\n柳河镇,乙托育园,40\n,小计:2家,100\n", [("甲托育园", 60), ("乙托育园", 40)], entry=LISTED, **ROSTER),
    "footer-with-figures": Case("镇街,机构名称,托位数,开业日期\n柳河镇,甲托育园,40,2020-01-01\n柳河镇,乙托育园,26,2020-01-01\n社会福利法人1,股份公司1,,\n※蓝色为新增,,,66\n[增0件、减0件],,,\n", [("甲托育园", 40), ("乙托育园", 26)], entry=LISTED, **ROSTER),
    "of-which-a-region": Case("地区,年份,常住人口\n云溪县,2024,50000\n其中:柳河镇,2024,30000\n", [("云溪县", 2024, 50000, None), ("其中:柳河镇", 2024, 30000, None)]),
    "total-word-in-an-ignored-column": Case("Sex,Age,地区,年份,常住人口\nTotal,Total,甲区,2025,1200\n", [("甲区", 2025, 1200, None)], entry="    columns: {Sex: ignore, Age: ignore}\n"),
    "two-rows-of-one-key-told-apart-by-an-ignored-column": Case("Age,地区,年份,常住人口\nTotal,甲区,2025,3100\n0-2,甲区,2025,150\n", [], entry="    columns: {Age: ignore}\n"),
    "a-town-that-is-the-sum-of-those-above": Case("地区,年份,常住人口\n柳河镇,2024,40\n甲区,2024,60\n乙区,2024,100\n", [("柳河镇", 2024, 40, None), ("甲区", 2024, 60, None), ("乙区", 2024, 100, None)], must_load=True),
    "a-total-that-is-no-sum": Case("地区,年份,常住人口\n柳河镇,2024,40\n甲区,2024,60\n合计,2024,999\n", [("柳河镇", 2024, 40, None), ("甲区", 2024, 60, None)]),
    "a-mean-below-the-rows": Case("镇街,机构名称,托位数\n柳河镇,甲托育园,60\n柳河镇,乙托育园,40\n平均,,50\n", [("甲托育园", 60), ("乙托育园", 40)], entry=LISTED, **ROSTER),
    # --- ragged rows
    "a-delimiter-was-lost": Case("地区,年份,常住人口,户籍人口,备注\n甲区,2024,100000,90000,\n乙区,2025,1200034000,\n", [("甲区", 2024, 100000, None)], refused=1),
    "one-cell-too-many": Case("地区,年份,户籍人口,常住人口\n甲区,2024,90000,100000\n乙区,2024,90000,1,100000\n", [("甲区", 2024, 100000, None)], refused=1),
    "a-blank-surplus": Case("地区,年份,常住人口\n甲区,2024,100000,\n乙区,2024,90000,,\n", [("甲区", 2024, 100000, None), ("乙区", 2024, 90000, None)], must_load=True),
    "a-row-that-ends-with-its-last-value": Case("地区,年份,常住人口,出生人口\n甲区,2024,100000,900\n乙区,2024,90000\n", [("甲区", 2024, 100000, 900), ("乙区", 2024, 90000, None)], must_load=True),
    # --- more of scale and unit
    "exception-in-the-note": Case(PEOPLE_HEAD + IN_TEN_THOUSANDS + "注：除出生人口外，单位均为万人,,,\n", BOTH_TOWNS),
    "exception-in-brackets": Case("云溪县人口（除出生人口单位为人外，其余单位为万人）,,,\n"+ PEOPLE_HEAD + IN_TEN_THOUSANDS, BOTH_TOWNS),
    "scale-in-a-footnote-mark": Case("地区,年份,常住人口①,出生人口\n" + IN_TEN_THOUSANDS + "①单位为万人。,,,\n", BOTH_TOWNS),
    "scale-behind-an-equals": Case("（1=万人）,,\n地区,年份,常住人口\n柳河镇,2024,3\n",TEN),
    "times-10000-in-the-label": Case("地区,年份,常住人口(×10000)\n柳河镇,2024,3\n",TEN),
    "times-ten-to-the-fourth": Case("地区,年份,常住人口（×10^4人）\n柳河镇,2024,3\n",TEN),
    "ten-to-the-fourth": Case("地区,年份,常住人口（10⁴人）\n柳河镇,2024,3\n",TEN),
    "thousand-abbrev": Case("地区,年份,常住人口('000)\n柳河镇,2024,30\n",TEN),
    "in-thousands-note": Case("地区,年份,常住人口\n柳河镇,2024,30\nNote: figures in thousands,,\n",TEN),
    "letter-for-thousands": Case("地区,年份,常住人口\n柳河镇,2024,30k\n",TEN),
    "unit-with-wide-spaces": Case("单位：　万　人,,\n地区,年份,常住人口\n柳河镇,2024,3\n",TEN),
    "unit-in-traditional-characters": Case("單位：萬人,,\n地区,年份,常住人口\n柳河镇,2024,3\n",TEN),
    "unit-col-rows": Case("地区,年份,常住人口,单位\n柳河镇,2024,3,万人\n甲区,2024,20000,人\n",[("柳河镇",2024,30000,None),("甲区",2024,20000,None)]),
    "units-in-the-cells": Case("地区,年份,常住人口\n柳河镇,2024,3万\n甲区,2024,20000人\n",[("柳河镇",2024,30000,None),("甲区",2024,20000,None)]),
    "wan-and-thousands": Case("地区,年份,常住人口\n柳河镇,2024,3万5千\n",[("柳河镇",2024,35000,None)]),
    "chinese-numerals": Case("地区,年份,常住人口\n柳河镇,2024,三万\n",TEN),
    "unit-two-tables": Case("单位：人,,\n地区,年份,常住人口\n柳河镇,2024,30000\n\n单位：万人,,\n地区,年份,常住人口\n甲区,2024,2\n",[]),
    "unit-per-year": Case("地区,年份,常住人口\n柳河镇,2023,30000\n单位：万人,,\n柳河镇,2024,3\n",TEN),
    "hundred-millions-in-the-title": Case("云溪县人口（亿人）,,\n地区,年份,常住人口\n柳河镇,2024,0.0003\n",TEN),
    "percent-births": Case("地区,年份,常住人口,出生率(‰)\n柳河镇,2024,30000,6.7\n",[]),
    "no-unit-small": Case("地区,年份,常住人口\n柳河镇,2024,3.0\n甲区,2024,2.5\n乙区,2024,4.1\n",[]),
    "no-unit-small-int": Case("地区,年份,常住人口\n柳河镇,2024,3\n甲区,2024,2\n乙区,2024,4\n北山镇,2024,5\n",[]),
    "decimal-comma": Case("地区;年份;常住人口(万人)\n柳河镇;2024;3,0\n甲区;2024;2,5\n",[("柳河镇",2024,30000,None),("甲区",2024,25000,None)]),
    "apostrophe-thousands": Case("地区,年份,常住人口\n柳河镇,2024,30'000\n",TEN),
    "space-thousands": Case("地区,年份,常住人口\n柳河镇,2024,30 000\n",TEN),
    "groups-of-two": Case('地区,年份,常住人口\n柳河镇,2024,"3,00,000"\n',[]),
    "negative-brackets": Case("地区,年份,常住人口\n柳河镇,2024,(30000)\n",[]),
    "minus": Case("地区,年份,常住人口\n柳河镇,2024,-30000\n",[]),
    "about": Case("地区,年份,常住人口\n柳河镇,2024,约3万\n",TEN),
    "exponent-as-it-is-shown": Case("地区,年份,常住人口\n柳河镇,2024,3E+04\n",TEN),
    "fmt-wan-literal": Case(sheet(HEAD,["柳河镇",2024,3],formats={"C2":'0.0"万"'}),TEN),
    "thousands-in-the-format": Case(sheet(HEAD,["柳河镇",2024,30000],formats={"C2":'0.0,"千"'}),TEN),
    "fmt-percent": Case(sheet(HEAD,["柳河镇",2024,300],formats={"C2":'0%'}),TEN),
    "fmt-million": Case(sheet(["地区","年份","常住人口(百万人)"],["柳河镇",2024,30000],formats={"C2":'0.00,,'}),TEN),
    "fmt-wan-without-unit": Case(sheet(HEAD,["柳河镇",2024,30000],formats={"C2":'0!.0,'}),TEN),
    "fmt-hidden": Case(sheet(HEAD,["柳河镇",2024,30000],formats={"C2":';;;'}),TEN),
    "fmt-literal-number": Case(sheet(HEAD,["柳河镇",2024,3],formats={"C2":'0"0000"'}),TEN),
    "fmt-condition": Case(sheet(HEAD,["柳河镇",2024,30000],formats={"C2":'[>=10000]0!.0,"万";0'}),TEN),
    # --- more of rows that are no data
    "total-spaces": roster(TWO + "合 计,,100\n"),
    "total-en": roster(TWO + "Total:,,100\n"),
    "total-whole": roster(TWO + "全县合计,,100\n"),
    "total-of-a-district": roster(TWO + "全区合计,,100\n"),
    "count-line": roster(TWO + "共2家,,100\n"),
    "count-tail": roster(TWO + "共计2家机构,,100\n"),
    "mean": roster(TWO + "平均值,,50\n"),
    "median": roster(TWO + "中位数,,50\n"),
    "max": roster(TWO + "最大值,,60\n"),
    "share": roster(TWO + "占比,,100\n"),
    "total-wrong": roster(TWO + "合计,,120\n"),
    "total-in-name": roster(TWO + ",合计,100\n"),
    "total-merged-town": roster(TWO + "甲区,小计,40\n"),
    "named-none": roster(TWO + "乙区,无,0\n"),
    "named-none2": roster(TWO + "乙区,暂无机构,0\n"),
    "named-none3": roster(TWO + "乙区,无,\n"),
    "named-none4": roster(TWO + "乙区,没有,0\n"),
    "named-NA": roster(TWO + "乙区,N/A,0\n"),
    "named-dash": roster(TWO + "乙区,—,0\n"),
    "named-none5": roster(TWO + "乙区,未建,0\n"),
    "named-none6": roster(TWO + "乙区,无托育机构,0\n"),
    "footer-date": roster(TWO + "填表日期：2025年1月1日,,\n"),
    "footer-person": roster(TWO + "填表人：张某,审核人：李某,\n"),
    "footer-number": roster(TWO + "填表人：张某,联系方式,12345\n"),
    "legend": roster(TWO + "A,指民办,3\n"),
    "change": roster(TWO + "[増1件、減0件],,\n"),
    "ref": roster(TWO + "※2,,66\n"),
    "note-num": roster(TWO + "注1：含在建,,20\n"),
    "of-which": Case("地区,年份,常住人口\n云溪县,2024,50000\n其中：柳河镇,2024,30000\n其中：城镇,2024,40000\n",[("云溪县",2024,50000,None),("其中：柳河镇",2024,30000,None)]),
    "total-region": Case("地区,年份,常住人口\n柳河镇,2024,30000\n甲区,2024,20000\n合计,2024,50000\n",[("柳河镇",2024,30000,None),("甲区",2024,20000,None)]),
    "total-of-county": Case("地区,年份,常住人口\n柳河镇,2024,30000\n甲区,2024,20000\n云溪县合计,2024,50000\n",[("柳河镇",2024,30000,None),("甲区",2024,20000,None)]),
    "by-sex-ignored": Case("性别,地区,年份,常住人口\n男,甲区,2025,1600\n女,甲区,2025,1500\n",[],entry="    columns: {性别: ignore}\n"),
    "by-age-total": Case("年龄,地区,年份,常住人口\n合计,甲区,2025,3100\n0-2岁,甲区,2025,150\n",[],entry="    columns: {年龄: ignore}\n"),
    "twice-same": Case("地区,年份,常住人口\n甲区,2025,3100\n甲区,2025,3100\n",[("甲区",2025,3100,None)]),
    "header-again": Case("地区,年份,常住人口\n柳河镇,2024,30000\n地区,年份,常住人口\n甲区,2024,20000\n",[("柳河镇",2024,30000,None),("甲区",2024,20000,None)]),
    "header-again-other-order": Case("地区,年份,常住人口,户籍人口\n柳河镇,2024,30000,31000\n地区,年份,户籍人口,常住人口\n甲区,2024,21000,20000\n",[]),
    "sum-named-facility": roster("镇街,机构名称,托位数\n柳河镇,甲托育园,60\n柳河镇,乙托育园,40\n柳河镇,总部托育园,100\n",[("甲托育园",60),("乙托育园",40),("总部托育园",100)]),
    "running-total": roster("镇街,机构名称,托位数,累计\n柳河镇,甲托育园,60,60\n甲区,乙托育园,40,100\n", LISTED_TWO),
    # --- more of ragged rows
    "shift-left": Case("地区,年份,常住人口,户籍人口\n柳河镇,2024,30000,31000\n甲区,20000,21000\n",TEN),
    "quote-lost": Case('地区,年份,常住人口,备注\n柳河镇,2024,30000,"注\n甲区,2024,20000,\n',[]),
    "thousands-unquoted": Case("地区,年份,常住人口,出生人口\n柳河镇,2024,30,000,200\n甲区,2024,20000,100\n",[("甲区",2024,20000,100)]),
    "thousands-unquoted-all": Case("地区,年份,常住人口\n柳河镇,2024,30,000\n甲区,2024,20,000\n",[]),
    "thousands-unquoted-with-note": Case("地区,年份,常住人口,备注\n柳河镇,2024,30,000,\n甲区,2024,20000,x\n",[("甲区",2024,20000,None)]),
    "comma-in-name": roster("镇街,机构名称,托位数,在托人数\n柳河镇,甲,托育园,60\n甲区,乙托育园,40,30\n",[("乙托育园",40)]),
    "two-records-line": roster("镇街,机构名称,托位数\n柳河镇,甲托育园,60,甲区,乙托育园,40\n",[]),
    "semicolon-mix": roster("镇街,机构名称,托位数\n柳河镇;甲托育园;60\n甲区,乙托育园,40\n",[("乙托育园",40)]),
    "missing-first": roster("镇街,机构名称,托位数\n甲托育园,60\n甲区,乙托育园,40\n",[("乙托育园",40)]),
    "blank-first-col": roster(",镇街,机构名称,托位数\n,柳河镇,甲托育园,60\n,甲区,乙托育园,40\n", LISTED_TWO),
}  # fmt: skip


def read(folder: Any, case: Case) -> tuple[list[tuple] | None, int, str]:
    """The loaded rows, None for a file that was stopped; how many were refused; what was said."""
    dossier = Dossier(folder)
    for path in dossier.folder.iterdir():
        path.unlink()
    dossier.write("regions.csv", REGIONS)
    name = "table.csv" if isinstance(case.table, str) else "table.xlsx"
    if isinstance(case.table, str):
        dossier.write(name, case.table)
    else:
        book, content = openpyxl.Workbook(), io.BytesIO()
        case.table(book.active)
        book.save(content)
        (dossier.folder / name).write_bytes(content.getvalue())
    dossier.write("sources.yml", SOURCES.format(file=name, contract=case.contract) + case.entry)
    try:
        warehouse = load(dossier)
    except PipelineError as error:
        return None, 0, str(error)
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        rows = connection.execute(
            f"select {case.columns} from raw.{case.contract} where source_id = 'table'"
            " order by source_row"
        ).fetchall()
        refused = connection.execute(
            "select source_row, column_name, found, reason_code from audit.rejected_rows"
            " where source_id = 'table'"
        ).fetchall()
    return rows, len({row[0] for row in refused}), str(refused)


@pytest.mark.parametrize("name", CASES)
def test_a_table_is_read_rightly_or_refused(tmp_path, name):
    case = CASES[name]
    rows, refused, said = read(tmp_path, case)
    if case.must_load:
        assert rows == case.rows, said
        return
    if rows is None:
        return
    missing = [row for row in case.rows if row not in rows]
    assert [row for row in rows if row not in case.rows] == [], said
    assert len(missing) <= refused, said
