"""Writes the workbook ``childcare_capacity.xlsx`` from the published marts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from pipeline.published.read_marts import Marts, Regions
from pipeline.values.shown import count_of
from pipeline.wording.formatting import count, day, short_hash
from pipeline.wording.mart_columns import load_sheets
from pipeline.workbook.cells import (
    CENTRE,
    DARK,
    FICTIONAL,
    GREY,
    THIN,
    WHOLE,
    WRAP,
    Cells,
    display_width,
    save_reproducibly,
)
from pipeline.workbook.fiction import Fiction
from pipeline.workbook.ledger_sheet import LEDGER, find_ledgers, write_ledger_sheet
from pipeline.workbook.mart_sheets import Written, write_mart_sheet

WORKBOOK_FILE = "childcare_capacity.xlsx"
COVER = "目录"
READING_NOTES = (
    "空白不是 0：没有数字的单元格留空，同一行写明原因；只有名册齐全的地方才会出现 0。",
    "“虚构”列为“是”的行是演示用的虚构数据，底色为浅黄，不与真实数据合计；只看真实数据请在该列筛选“否”。",
    "鼠标停在表头上可看到英文列名和说明（英文）。"
    "每个数字的出处见报告页面，或用 python -m pipeline trace 查询。",
    "本工作簿每次构建都会重写，请不要在其中填数；"
    "要修改数据，请改来源文件、corrections.yml 或 verdicts.yml 后重新构建。",
)


def write_workbook(folder: Path, fingerprint: str) -> Path:
    """Write the workbook beside the marts.

    Args:
        folder: Holds the published Parquet files.
        fingerprint: Names the build. There is no time of day in the file: the same marts and
            fingerprint give the same bytes.

    Returns:
        The workbook.

    Raises:
        ReportError: A mart, or the words for one of its columns or codes, is missing.
    """
    marts = Marts(folder)
    regions = Regions.of(marts)
    fiction = Fiction.of(marts, regions)
    workbook = Workbook(write_only=True)
    cover = workbook.create_sheet(COVER)
    written = []
    ledgers = find_ledgers(marts, regions)
    if ledgers:
        rows = write_ledger_sheet(workbook, ledgers, regions)
        written.append(Written(LEDGER, rows, rows, f"{count(count_of(ledgers))} 份台账"))
    written += [write_mart_sheet(workbook, spec, marts, regions, fiction) for spec in load_sheets()]
    _write_cover(cover, written, fingerprint, _newest(marts))
    path = folder / WORKBOOK_FILE
    save_reproducibly(workbook, path)
    return path


def _newest(marts: Marts) -> dt.date | None:
    """Latest day that a figure refers to; of real figures where there are any."""
    known = marts.rows("indicator_values", "value is not null and as_of_date is not null")
    fictional = {row["region_code"] for row in marts.rows("regions", "is_fictional")}
    real = [row["as_of_date"] for row in known if row["region_code"] not in fictional]
    return max(real or [row["as_of_date"] for row in known], default=None)


def _write_cover(
    sheet: Any, written: list[Written], fingerprint: str, newest: dt.date | None
) -> None:
    cells = Cells(sheet)
    for letter, width in {"A": 3, "B": 16, "C": 76, "D": 11, "E": 46}.items():
        sheet.column_dimensions[letter].width = width
    sheet.sheet_view.showGridLines = False
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    row = 0

    def append(line: list[Any], height: float = 20) -> None:
        nonlocal row
        row += 1
        sheet.row_dimensions[row].height = height
        sheet.append(line)

    append([None, cells.cell("托育托位数据工作簿", size=20, bold=True, colour=DARK)], 40)
    facts = f"构建编号 {short_hash(fingerprint)}　｜　最新数字的日期 {day(newest)}"
    append([None, cells.cell(facts, colour=GREY)])
    append([], 10)
    header = ["工作表", "内容", "行数", "说明"]
    append([None, *(_heading(cells, text) for text in header)], 22)
    for part in written:
        spec = part.spec
        append(
            [
                None,
                cells.cell(
                    spec.title, colour="0563C1", border=THIN, link=f"'{spec.title}'!A1", bold=True
                ),
                cells.cell(spec.about, alignment=WRAP, border=THIN),
                cells.cell(part.rows, number_format=WHOLE, border=THIN),
                cells.cell(part.remark or None, alignment=WRAP, border=THIN, colour=GREY),
            ],
            # Chinese text of 76 columns and a line's height of 15 points
            6
            + 15
            * max(1, -(-display_width(spec.about) // 80), -(-display_width(part.remark) // 44)),
        )
    append([], 10)
    append([None, cells.cell("怎样读这份工作簿", size=12, bold=True, colour=DARK)], 24)
    for text in READING_NOTES:
        fill = FICTIONAL if "浅黄" in text else None
        append(
            [None, cells.cell(text, alignment=WRAP, fill=fill)],
            20 + 14 * (display_width(text) // 130),
        )
        sheet.merged_cells.add(f"B{row}:E{row}")


def _heading(cells: Cells, text: str) -> Any:
    return cells.cell(text, bold=True, colour="FFFFFF", fill=DARK, alignment=CENTRE, border=THIN)
