"""Small rosters of invented counties, each of which shows one rule of counting, and ways to break it."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
from example_dossier import Dossier

CELLS = {
    "day": "统计日期", "town": "地区代码", "id": "机构编号", "name": "机构名称", "code": "统一社会信用代码",
    "address": "地址", "type": "机构类型", "owner": "举办性质", "inclusive": "是否普惠", "status": "备案状态",
    "opened": "开业日期", "closed": "停业日期", "places": "托位数", "infants": "乳儿班", "toddlers": "托小班",
    "enrolled": "在托人数",
}  # fmt: skip


COUNTIES = "区划代码,名称,级别,上级代码,代码来源,生效日期,失效日期\n"
ENTRY = "  - {{id: {0}, file: {0}.csv, contract: {1}, document: shili-doc, locator: 全表{2}}}\n"
NEW_YEARS_EVE = "2024-12-31"


class Rosters(Dossier):
    """An invented dossier with a county for each rule; towns of a county are numbered from 1."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.counties: dict[str, str] = {}
        self.files = 0
        self.write("counties.csv", COUNTIES)
        self.append("sources.yml", ENTRY.format("counties", "region_list", ""))

    def county(self, rule: str, towns: int = 2, ended: dict[int, str] | None = None) -> None:
        code = f"9902{len(self.counties):02}"
        self.counties[rule] = code
        self.append("counties.csv", f"{code},规{code}县,县级,,虚构,,\n")
        for number in range(1, towns + 1):
            last_day = (ended or {}).get(number, "")
            town = self.code(rule, number)
            self.append("counties.csv", f"{town},规{town}镇,乡级,{code},虚构,,{last_day}\n")

    def code(self, rule: str, town: int = 0) -> str:
        """Code of a county's town; 0 is the county itself."""
        return self.counties[rule] + (f"{town:03}" if town else "")

    def roster(self, rule: str, *rows: dict, complete: tuple = (), **constants: str) -> None:
        """One more file; ``at`` is the number of the row's town, in the county ``of`` another rule if given."""
        self.files += 1
        text = io.StringIO()
        writer = csv.DictWriter(text, CELLS.values(), restval="", lineterminator="\n")
        writer.writeheader()
        for row in rows:
            full = {"day": NEW_YEARS_EVE, "places": 10, "name": f"{row['id']}号托育园", **row}
            full["town"] = self.code(row.get("of", rule), row.get("at", 1))
            writer.writerow({CELLS[key]: cell for key, cell in full.items() if key in CELLS})
        name = f"roster-{self.files:02}"
        self.write(f"{name}.csv", text.getvalue())
        areas = [self.code(rule, town) for town in complete]
        more = f", constants: {constants}, complete_for: {areas}"
        self.append("sources.yml", ENTRY.format(name, "facility_roster", more))

    def add_headline_county(self) -> None:
        """A county with two registers, two counts of residents, a target, a rival and inspections."""
        self.county("headline", 1)
        code, name = self.code("headline"), f"规{self.code('headline')}县"
        self.roster("headline", {"id": "A", "enrolled": 8}, complete=(0,))
        kindergarten = {"id": "J", "name": "甲一幼儿园", "places": 20, "enrolled": 30}
        self.roster("headline", kindergarten, complete=(0,), register="education")
        self.append("population.csv", f"{code},{name},2023-12-31,20000,200,900\n")
        self.append("population.csv", f"{code},{name},2025-12-31,25000,210,950\n")
        self.append("targets.csv", f"{name},千人口托位数,2025,不低于,4.5,存量\n")
        self.append("reported.csv", f"{name},托位数,{NEW_YEARS_EVE},36,,存量\n")
        self.write(
            "inspections.csv",
            "检查日期,地区代码,机构编号,检查类型,检查结果\n"
            f"2024-02-01,{code}001,A,安全巡查,合格\n2024-05-01,{code}001,A,安全巡查,合格\n",
        )
        self.append("sources.yml", ENTRY.format("inspections", "inspection", ""))

    def figure(self, rule, town=0, measure="facilities", year=2024, scope="filed"):
        """The value, else why there is none, and of how many parts it is known; Nones if not told."""
        found = self.ask(
            "select value, missing_reason, known, parts from marts.indicator_values"
            " where region_code = ? and indicator = ? and year = ? and scope = ?",
            *(self.code(rule, town), measure, year, scope),
        )
        ((value, reason, known, parts),) = found or [(None,) * 4]
        return reason if value is None else value, known, parts

    def ask(self, statement: str, *values):
        with duckdb.connect(str(self.workspace.warehouse), read_only=True) as connection:
            return connection.execute(statement, values).fetchall()
