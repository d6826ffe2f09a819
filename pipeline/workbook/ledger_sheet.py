"""The quota ledger of every county in the layout of the official annex, ready to print."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment
from openpyxl.worksheet.pagebreak import Break

from pipeline.published.read_marts import Marts, Region, Regions
from pipeline.published.rows import QuotaProgressRow, QuotaTotalsRow
from pipeline.values.shown import Count, Figure, Ordinal, count_of, known
from pipeline.wording.formatting import count, signed
from pipeline.wording.labels import label
from pipeline.wording.mart_columns import SheetSpec
from pipeline.workbook.cells import (
    CENTRE,
    FICTIONAL,
    LIGHT,
    THIN,
    WHOLE,
    WRAP,
    Cells,
)

LEDGER = SheetSpec(
    "quota_progress",
    "任务台账",
    "按正式文件附件的样式排好的镇街托位数指标任务台账，每个县区一块，A4 纵向可直接打印。",
)
WIDTHS = {"A": 7, "B": 22, "C": 18, "D": 14, "E": 18, "F": 20}
HEADER_ROWS = 3
HEADER_FILL = "F2F2F2"  # light: the sheet is printed


@dataclass(frozen=True)
class Ledger:
    """The ledger of one county and category.

    Attributes:
        county: Row of mart ``regions``.
        category: ``all`` or ``inclusive``.
        towns: Rows of ``quota_progress`` of each town with a quota, by year.
        unlisted: Names of the towns without a quota.
        total: Row of ``quota_totals`` of the last year; None where there is none.
        adds: Whether the ledger lists what is added in a year, and not the stock by its end.
    """

    county: Region
    category: str
    towns: list[list[QuotaProgressRow]]
    unlisted: list[str]
    total: QuotaTotalsRow | None
    adds: bool

    @property
    def years(self) -> list[Ordinal]:
        """Years of the ledger."""
        return sorted({row["year"] for rows in self.towns for row in rows})


def find_ledgers(marts: Marts, regions: Regions) -> list[Ledger]:
    """Ledgers of all counties, real ones first, each in the order of its towns' codes."""
    found: dict[tuple[str, str], dict[str, list[QuotaProgressRow]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for row in marts.read(QuotaProgressRow):
        found[row["parent_code"], row["category"]][row["region_code"]].append(row)
    totals = {(t["region_code"], t["category"], t["year"]): t for t in marts.read(QuotaTotalsRow)}
    ledgers = []
    for (code, category), by_town in found.items():
        towns = [
            sorted(rows, key=lambda row: row["year"])
            for _, rows in sorted(by_town.items())
            if any(_quota(row) is not None for row in rows)
        ]
        if not towns or code not in regions.by_code:
            continue
        listed = {rows[0]["region_code"] for rows in towns}
        unlisted = [rows[0]["region_name"] for c, rows in by_town.items() if c not in listed]
        last = max(row["year"] for rows in towns for row in rows)
        adds = all(row["cumulative_quota_places"] is None for rows in towns for row in rows)
        ledgers.append(
            Ledger(
                regions.by_code[code],
                category,
                towns,
                sorted(unlisted),
                totals.get((code, category, last)),
                adds,
            )
        )
    return sorted(
        ledgers, key=lambda x: (x.county["is_fictional"], x.county["region_code"], x.category)
    )


def write_ledger_sheet(workbook: Workbook, ledgers: list[Ledger], regions: Regions) -> Count:
    """Write the sheet.

    Args:
        workbook: A write-only workbook.
        ledgers: At least one.
        regions: Names of the regions.

    Returns:
        Number of its rows.
    """
    sheet = workbook.create_sheet(LEDGER.title)
    writer = _LedgerWriter(sheet)
    writer.set_up()
    for number, ledger in enumerate(ledgers):
        if number:
            sheet.row_breaks.append(Break(id=writer.row))
        writer.write(ledger, regions)
    return count_of(range(writer.row))


def _quota(row: QuotaProgressRow) -> Figure | None:
    quota = row["cumulative_quota_places"]
    return row["added_quota_places"] if quota is None else quota


class _LedgerWriter:
    def __init__(self, sheet: Any) -> None:
        self.sheet, self.cells, self.row = sheet, Cells(sheet), 0

    def set_up(self) -> None:
        """Everything but the counties; the header is repeated on every page that is printed."""
        sheet = self.sheet
        for letter, width in WIDTHS.items():
            sheet.column_dimensions[letter].width = width
        sheet.freeze_panes = f"A{HEADER_ROWS + 1}"
        sheet.print_title_rows = f"1:{HEADER_ROWS}"
        sheet.page_setup.orientation = "portrait"
        sheet.page_setup.paperSize = 9  # A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
        sheet.print_options.horizontalCentered = True
        sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
        title = self.cells.cell("镇街托位数指标任务台账", size=18, bold=True, alignment=CENTRE)
        self._append([title], height=36, merge=["A:F"])
        first = ["序号", "镇街名称", "总指标（个）", "年度指标分解", None, "备注"]
        self._append([self._head(text) for text in first], merge=["D:E"])
        second = [None, None, None, "年度", "托位数（个）", None]
        self._append([self._head(text) for text in second])
        for letter in "ABCF":
            sheet.merged_cells.add(f"{letter}2:{letter}3")

    def write(self, ledger: Ledger, regions: Regions) -> None:
        """One county: a bar with its name, the towns, 合计, and what the ledger leaves open."""
        county = ledger.county
        above = regions.parent_path(county["region_code"]).replace(" › ", "")
        years = ledger.years
        span = f"{years[0]}—{years[-1]}年" if len(years) > 1 else f"{years[0]}年"
        text = f"{above}{county['region_name']}　{span}　{label('category', ledger.category)}"
        text += "（各年为当年新增）" if ledger.adds else "（各年为年末累计）"
        text += "　虚构数据" if county["is_fictional"] else ""
        fill = FICTIONAL if county["is_fictional"] else LIGHT
        bar = [self._cell(text, bold=True, fill=fill, alignment=WRAP)]
        self._append(bar + [self._cell(None, fill=fill)] * 5, height=24, merge=["A:F"])
        for number, rows in enumerate(ledger.towns, start=1):
            self._write_town(Ordinal(number), rows)
        total = ledger.total["quota_places"] if ledger.total else None
        basis = ledger.total["quota_basis"] if ledger.total else None
        note = label("basis", basis) if basis else "台账未列全部镇街，不作合计"
        difference = ledger.total["stated_total_difference_places"] if ledger.total else None
        if difference:
            # the total that the ledger prints stands above towns that add up to another number
            towns = known(known(ledger.total)["towns_sum_places"])
            note += f"；各镇街之和为 {count(towns)}，相差 {signed(difference)}"
        last = [None, "合计", total, None, None, note]
        self._append([self._cell(value, bold=True, fill=HEADER_FILL) for value in last], height=20)
        if ledger.unlisted:
            names = "、".join(ledger.unlisted)
            remark = self.cells.cell(f"未列入台账：{names}", italic=True, alignment=WRAP)
            self._append([remark], height=18 * (1 + len(names) // 45), merge=["A:F"])

    def _write_town(self, number: Ordinal, rows: list[QuotaProgressRow]) -> None:
        top = self.row + 1
        # what the ledger itself prints as the town's total stands there, not a sum of ours
        stated = rows[-1]["stated_total_places"]
        difference = rows[-1]["stated_total_difference_places"]
        remark = f"总指标与末年相差 {signed(difference)}" if difference else None
        for offset, row in enumerate(rows):
            line: list[str | Figure | Ordinal | None] = [
                number if offset == 0 else None,
                rows[0]["region_name"] if offset == 0 else None,
                stated if offset == 0 else None,
                f"{row['year']}年",
                _quota(row),
                remark if offset == 0 else None,
            ]
            self._append([self._cell(value) for value in line])
        if len(rows) > 1:
            for letter in "ABCF":
                self.sheet.merged_cells.add(f"{letter}{top}:{letter}{self.row}")

    def _head(self, text: str | None) -> Any:
        return self._cell(text, bold=True, fill=HEADER_FILL)

    def _cell(
        self,
        value: str | Figure | Ordinal | None,
        *,
        bold: bool = False,
        fill: str | None = None,
        alignment: Alignment = CENTRE,
    ) -> Any:
        return self.cells.cell(
            value,
            number_format=WHOLE if isinstance(value, int) else "General",
            size=11,
            bold=bold,
            fill=fill,
            alignment=alignment,
            border=THIN,
        )

    def _append(
        self, line: list[Any], height: float = 16.5, merge: list[str] | None = None
    ) -> None:
        self.row += 1
        self.sheet.row_dimensions[self.row].height = height
        self.sheet.append(line)
        for columns in merge or ():
            first, last = columns.split(":")
            self.sheet.merged_cells.add(f"{first}{self.row}:{last}{self.row}")
