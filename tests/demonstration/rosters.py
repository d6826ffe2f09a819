"""The rosters of both registers, as files: one layout a year."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from typing import Any

from facilities import BASE_2025, Facility, month_end
from faults import Chosen, plant_in_list
from files import LOST_DELIMITER, SPOKEN_DAY, Sheet, delimited, page, workbook, zipped
from geography import DISTRICTS, REGIONS
from truth import is_gap
from wording import (
    ALL,
    AS_OF,
    CODE,
    EDUCATION,
    NOTE,
    PERSONS,
    TOWN,
    Row,
    Style,
    with_alias,
    with_office,
    with_path,
)
from world import CLASS_TOWNS, change_days, complete_for

REMARK = "注：本名册为虚构示例，机构、代码、人员和数字均不存在。"


@dataclass
class RosterFile:
    """One source: where its table stands, and what it speaks for."""

    id: str
    file: str
    sheet: Sheet
    document: str
    member: str | None = None
    read: dict[str, Any] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    complete_for: list[str] = field(default_factory=list)


class Rosters:
    """All rosters of a world."""

    def __init__(self, facilities: list[Facility], chosen: Chosen) -> None:
        self.facilities, self.chosen = facilities, chosen
        self.contents: dict[str, bytes] = {}
        self.sources: list[RosterFile] = []

    def make(self) -> None:
        """Fill ``contents`` and ``sources``."""
        self._health_2021()
        self._health_2022()
        self._health_2023()
        self._health_2024_in_sections()
        self._health_2024_in_towns()
        self._health_2025()
        self._changes_2025()
        for year in range(2021, 2026):
            self._education(year)

    def full(self, register: str, day: dt.date) -> list[Row]:
        """The rows of a full list as it was sent."""
        rows = [
            facility.told(register, day, CLASS_TOWNS)
            for facility in self.facilities
            if facility.is_listed(register, day)
        ]
        rows = [row for row in rows if not is_gap(row["region_code"], day.year)]
        rows.sort(key=lambda row: (row["region_code"], row["number"]))
        return plant_in_list(rows, day, self.chosen) if register == "health" else rows

    def changed(self, day: dt.date) -> list[Row]:
        """The rows of a change list."""
        after = month_end(day.year, day.month - 1)
        rows = [
            facility.told("health", day, CLASS_TOWNS)
            for facility in self.facilities
            if facility.is_changed(after, day)
        ]
        return plant_in_list(rows, day, self.chosen)

    def _add(self, name: str, file: str, sheet: Sheet, content: bytes | None, **more: Any) -> None:
        if content is not None:
            self.contents[file] = content
        self.sources.append(RosterFile(f"shili-city-{name}", file, sheet, **more))

    def _health_2021(self) -> None:
        """Four csv files in GB18030, three month-ends each; the date is written in four ways.

        In the first one blank cells follow the last column, in the second one rows end with their
        last value.
        """
        columns = (*AS_OF, *CODE, *TOWN, *ALL, *PERSONS, *NOTE)
        for quarter, dates in enumerate(("iso", "han", "dotted", "slashed"), start=1):
            style = Style(columns, dates=dates, missing="—")
            sheet = Sheet()
            sheet.add(["2021年示例市托育机构名册（虚构示例）"])
            sheet.add(label for label, _ in columns)
            self._rows(sheet, style, self._days(2021, quarter))
            name = f"health-2021-q{quarter}"
            file = f"health_2021_q{quarter}.csv"
            content = delimited(
                sheet,
                encoding="gb18030",
                end="\r\n",
                surplus=2 if quarter == 1 else 0,
                is_cut=quarter == 2,
            )
            self._add(name, file, sheet, content, document="shili-city-rosters-2021", complete_for=["990100"])  # fmt: skip

    def _days(self, year: int, quarter: int) -> Iterator[tuple[dt.date, list[Row]]]:
        for month in range(3 * quarter - 2, 3 * quarter + 1):
            day = month_end(year, month)
            yield day, self.full("health", day)

    @staticmethod
    def _rows(sheet: Sheet, style: Style, lists: Iterator[tuple[dt.date, list[Row]]]) -> None:
        for _, rows in lists:
            for row in rows:
                cells = style.cells(row)
                if row.get("fault") == LOST_DELIMITER:
                    _lose_delimiter(cells, style)
                sheet.add(cells, row)

    def _health_2022(self) -> None:
        """A workbook for each district, with typed cells and the facilities of each month counted."""
        columns = (*AS_OF, *CODE, *TOWN, *ALL)
        style = Style(columns, dates="typed", flags=("√", "×"), is_typed=True)
        for district in DISTRICTS:
            sheet = Sheet()
            title = f"{REGIONS[district].name}2022年托育机构月度名册（虚构示例）"
            sheet.merge(sheet.add([title]), 1, 1, len(columns))
            sheet.add(label for label, _ in columns)
            _show_days(sheet, columns)
            for month in range(1, 13):
                rows = self.full("health", month_end(2022, month))
                rows = [row for row in rows if row["region_code"].startswith(district)]
                self._rows(sheet, style, iter([(month_end(2022, month), rows)]))
                sheet.add(total_cells(style, rows, f"合计{len(rows)}家", "region_name"))
            sheet.add([REMARK])
            covered = [c for c in complete_for(month_end(2022, 12)) if c.startswith(district)]
            self._add(f"health-2022-{district}", f"health_2022_{district}.xlsx", sheet, workbook(sheet), document="shili-city-rosters-2022", complete_for=covered)  # fmt: skip

    def _health_2023(self) -> None:
        """Two archives of two csv files; title, notes, a 合计 below each month, and a legend."""
        columns = (*AS_OF, *TOWN, *ALL, *PERSONS)
        for half in (1, 2):
            members: dict[str, bytes] = {}
            file = f"health_2023_h{half}.zip"
            for quarter in (2 * half - 1, 2 * half):
                style = Style(
                    columns,
                    dates="han",
                    missing="—",
                    is_wide=quarter > 2,
                    region=with_alias if quarter % 2 else with_office,
                )
                sheet = Sheet()
                sheet.add([f"示例市2023年第{quarter}季度托育机构名册（虚构示例）"])
                sheet.add(["填报说明：每月末一份，合计只供核对"])
                sheet.add(label for label, _ in columns)
                for day, rows in self._days(2023, quarter):
                    self._rows(sheet, style, iter([(day, rows)]))
                    sheet.add(total_cells(style, rows))
                sheet.add([REMARK])
                legend = ["※蓝色为当月新增", *[None] * (len(columns) - 1)]
                legend[[key for _, key in columns].index("opened_on")] = "66"
                sheet.add(legend)
                sheet.add(["[增0件、减0件]"])
                member = f"2023/health_2023_q{quarter}.csv"
                encoding = "utf-8-sig" if quarter % 2 else "gb18030"
                members[member] = delimited(sheet, encoding=encoding)
                self._add(f"health-2023-q{quarter}", file, sheet, None, document="shili-city-rosters-2023", member=member, read={"member": member}, complete_for=["990100"])  # fmt: skip
            self.contents[file] = zipped(members)

    @staticmethod
    def _header_2024(sheet: Sheet, columns: tuple[tuple[str, str], ...], title: str) -> None:
        """Two header rows: places stand below one merged cell that gives their unit."""
        sheet.merge(sheet.add([title]), 1, 1, len(columns))
        keys = [key for _, key in columns]
        left = keys.index("places") + 1
        right = keys.index("mixed_places") + 1
        upper = [None if left <= n <= right else label for n, (label, _) in enumerate(columns, 1)]
        upper[left - 1] = "托位情况(个)"
        top = sheet.add(upper)
        sheet.add(label if left <= n <= right else None for n, (label, _) in enumerate(columns, 1))
        sheet.merge(top, left, top, right)
        for number in range(1, len(columns) + 1):
            if not left <= number <= right:
                sheet.merge(top, number, top + 1, number)

    def _health_2024_in_sections(self) -> None:
        """The first half of 2024: a row over the whole table names the district."""
        columns = (*AS_OF, *TOWN, *ALL)
        style = Style(columns, dates="iso", missing="—")
        sheet = Sheet()
        self._header_2024(sheet, columns, "示例市2024年上半年托育机构名册（虚构示例）")
        for month in range(1, 7):
            rows = self.full("health", month_end(2024, month))
            for district in DISTRICTS:
                own = [row for row in rows if row["region_code"].startswith(district)]
                sheet.merge(sheet.add([REGIONS[district].name]), 1, len(sheet.rows), len(columns))
                for row in own:
                    sheet.add(style.cells(row), row)
        sheet.add([REMARK])
        self._add("health-2024-h1", "health_2024_h1.xlsx", sheet, workbook(sheet), document="shili-city-rosters-2024", complete_for=["990100"])  # fmt: skip

    def _health_2024_in_towns(self) -> None:
        """The second half of 2024: a town's cell is merged over its facilities, then counts them."""
        columns = (*TOWN, *AS_OF, *ALL)
        style = Style(columns, dates="typed", is_typed=True)
        sheet = Sheet()
        self._header_2024(sheet, columns, "示例市2024年下半年托育机构名册（虚构示例）")
        _show_days(sheet, columns)
        for month in range(7, 13):
            rows = self.full("health", month_end(2024, month))
            for _, group in groupby(rows, key=itemgetter("region_code")):
                own, top = list(group), len(sheet.rows) + 1
                for row in own:
                    cells = style.cells(row)
                    sheet.add(cells if row is own[0] else [None, *cells[1:]], row)
                sheet.merge(top, 1, len(sheet.rows), 1)
                sheet.add(total_cells(style, own, f"小计:{len(own)}家"))
            sheet.add(total_cells(style, rows, f"合计{len(rows)}家"))
        sheet.add([REMARK])
        self._add("health-2024-h2", "health_2024_h2.xlsx", sheet, workbook(sheet), document="shili-city-rosters-2024", complete_for=["990100"])  # fmt: skip

    def _health_2025(self) -> None:
        """The last full list."""
        columns = (*AS_OF, *CODE, *TOWN, *ALL, *PERSONS)
        style = Style(columns, dates="joined", missing="—", is_wide=True)
        sheet = Sheet()
        sheet.add(label for label, _ in columns)
        self._rows(sheet, style, iter([(BASE_2025, self.full("health", BASE_2025))]))
        self._add("health-2025-01", "health_2025_01.tsv", sheet, delimited(sheet, "\t"), document="shili-city-rosters-2025", complete_for=["990100"])  # fmt: skip

    def _changes_2025(self) -> None:
        """Month by month what is new, changed or closed, in four forms."""
        columns = (*AS_OF, *TOWN, *ALL, *PERSONS)
        title = "示例市2025年托育机构变更清单（虚构示例）"
        styles = {
            "q1": Style(columns, dates="han", missing="—", region=with_path),
            "q2": Style(columns, dates="slashed", flags=("普惠", "非普惠")),
            "q3": Style(columns, dates="han", flags=("√", "×"), missing="—", region=with_office),
            "q4": Style(columns, dates="dotted", is_wide=True),
        }
        for quarter, style in styles.items():
            sheet = Sheet()
            sheet.add(label for label, _ in columns)
            for day in change_days():
                if quarter == f"q{(day.month + 2) // 3}":
                    self._rows(sheet, style, iter([(day, self.changed(day))]))
            name = f"health_changes_2025_{quarter}"
            file, content = {
                "q1": (f"{name}.csv", delimited(sheet, encoding="gb18030")),
                "q2": (f"{name}.tsv", delimited(sheet, "\t")),
                "q3": (f"{name}.xls", page(sheet, title)),
                "q4": (f"{name}.csv", delimited(sheet, ";", "utf-8-sig")),
            }[quarter]
            self._add(f"health-changes-2025-{quarter}", file, sheet, content, document="shili-city-rosters-2025", constants={"list_kind": "changes"}, complete_for=["990100"])  # fmt: skip

    def _education(self, year: int) -> None:
        """Two lists a year in one sheet, each with its 合计."""
        columns = (*AS_OF, *EDUCATION)
        if year > 2023:
            columns = (*columns, ("备案状态", "filing_status"))
        style = Style(columns, dates="typed" if year % 2 else "han", missing="—")
        sheet = Sheet()
        title = f"示例市{year}年幼儿园托班名单（虚构示例）"
        sheet.merge(sheet.add([title]), 1, 1, len(columns))
        sheet.add(label for label, _ in columns)
        for month in (6, 12):
            rows = self.full("education", month_end(year, month))
            self._rows(sheet, style, iter([(month_end(year, month), rows)]))
            sheet.add(total_cells(style, rows))
        sheet.add([REMARK])
        self._add(f"education-{year}", f"education_{year}.xlsx", sheet, workbook(sheet), document=f"shili-city-education-{year}", constants={"register": "education"}, complete_for=complete_for(month_end(year, 12)))  # fmt: skip


def total_cells(
    style: Style, rows: list[Row], word: str = "合计", where: str | None = None
) -> list[Any]:
    """The total row of a list: places and children, as far as they are given.

    Args:
        style: Its columns.
        rows: What it is the total of.
        word: What it is called.
        where: Column of the word; None for the first one.
    """
    cells: list[Any] = []
    for _, key in style.columns:
        is_summed = key in ("places", "enrolled_children")
        cells.append(sum(row[key] or 0 for row in rows) if is_summed else None)
    keys = [key for _, key in style.columns]
    cells[keys.index(where) if where else 0] = word
    return cells


def _show_days(sheet: Sheet, columns: tuple[tuple[str, str], ...]) -> None:
    """Let all days show as people say them."""
    for number, (_, key) in enumerate(columns, start=1):
        if key in ("as_of", "opened_on", "closed_on"):
            sheet.formats[number] = SPOKEN_DAY


def _lose_delimiter(cells: list[Any], style: Style) -> None:
    """Write places and inclusive places as one number, as where the comma between them is lost."""
    at = [key for _, key in style.columns].index("places")
    cells[at : at + 2] = [f"{cells[at]}{cells[at + 1] or 0}"]
