"""Writes tables in the formats that towns send, the same bytes every time."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter

SPOKEN_DAY = 'yyyy"年"m"月"d"日"'
SPOKEN_DAY_BY_NUMBER = "31"  # Chinese Excel gives the format of such days by its number alone
TEN_THOUSANDS = "0!.0,"  # shows 40000 as 4.0
MOMENT = (2026, 1, 1, 0, 0, 0)
WRITTEN = "2026-01-01T00:00:00Z"
LOST_DELIMITER = "lost-delimiter"  # name of the fault
Cells = list[Any]


@dataclass
class Sheet:
    """Rows of cells, areas merged over them, and which row tells what."""

    title: str = "名册"
    rows: list[Cells] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)
    formats: dict[int, str] = field(default_factory=dict)  # of numbers and days, by column from 1
    where: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    def add(self, cells: Iterable[Any], told: dict[str, Any] | None = None) -> int:
        """Append a row; returns its number as readers of the file count."""
        self.rows.append(list(cells))
        if told is not None:
            self.where.append((len(self.rows), told))
        return len(self.rows)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge an area, all counted from 1."""
        if (top, left) != (bottom, right):
            first = f"{get_column_letter(left)}{top}"
            self.merged.append(f"{first}:{get_column_letter(right)}{bottom}")


def text_of(cell: Any) -> str:
    """A cell as text files hold it."""
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, dt.date) else str(cell)


def delimited(
    sheet: Sheet,
    delimiter: str = ",",
    encoding: str = "utf-8",
    end: str = "\n",
    surplus: int = 0,
    *,
    is_cut: bool = False,
) -> bytes:
    """The rows as delimited text; cells with a delimiter stand in quotes.

    Args:
        sheet: The rows; one that lost a delimiter, as it is told of the row, stays short.
        delimiter: Between two cells.
        encoding: Of the text.
        end: Of each line.
        surplus: How many blank cells each line has behind the last column.
        is_cut: Whether a row ends with its last value.
    """
    width = max(map(len, sheet.rows)) + surplus
    short = {number for number, told in sheet.where if told.get("fault") == LOST_DELIMITER}
    lines = []
    for number, row in enumerate(sheet.rows, start=1):
        cells = [text_of(cell) for cell in row]
        cells += [""] * (width - len(row) - (number in short))
        while is_cut and not cells[-1]:
            cells.pop()
        cells = [f'"{cell}"' if delimiter in cell else cell for cell in cells]
        lines.append(delimiter.join(cells) + end)
    return "".join(lines).encode(encoding)


def page(sheet: Sheet, title: str) -> bytes:
    """The rows as the table of a web page; the first row is its header."""
    lines = [
        "<!DOCTYPE html>",
        f'<html><head><meta charset="utf-8"><title>{html.escape(title)}</title></head><body>',
        f"<h1>{html.escape(title)}</h1>",
        "<table border=1>",
    ]
    for number, row in enumerate(sheet.rows):
        tag = "td" if number else "th"
        cells = "".join(f"<{tag}>{html.escape(text_of(cell))}</{tag}>" for cell in row)
        lines.append(f"<tr>{cells}</tr>")
    lines += ["</table>", "<p>虚构示例，非真实数据。</p>", "</body></html>"]
    return ("\n".join(lines) + "\n").encode()


def workbook(*sheets: Sheet) -> bytes:
    """A workbook that bears no time of writing but a fixed one."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        made = book.create_sheet(sheet.title)
        for row in sheet.rows:
            made.append(row)
            for column, code in sheet.formats.items():
                cell = made.cell(made.max_row, column)
                if isinstance(cell.value, int | float | dt.date):
                    cell.number_format = code
        for area in sheet.merged:
            made.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"].decode()
    members["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", WRITTEN, core).encode()
    styles = members["xl/styles.xml"].decode()
    members["xl/styles.xml"] = _without_code(styles, SPOKEN_DAY_BY_NUMBER).encode()
    return zipped(members)


def _without_code(styles: str, number: str) -> str:
    """The styles of a workbook with a format that is given by its number alone."""
    found = re.search(rf'<numFmt numFmtId="(\d+)" formatCode="{number}" ?/>', styles)
    if not found:
        return styles
    styles = styles.replace(found[0], "").replace('<numFmts count="1"></numFmts>', "")
    return styles.replace(f'numFmtId="{found[1]}"', f'numFmtId="{number}"')


def zipped(members: Mapping[str, bytes]) -> bytes:
    """An archive whose members all bear one fixed time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
