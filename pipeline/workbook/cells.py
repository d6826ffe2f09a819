"""Cells that look alike, and of which no text can run as a formula or break the file."""

from __future__ import annotations

import copy
import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.hyperlink import Hyperlink

FONT = "等线"  # comes with Excel since 2016 and with WPS; others take their own Chinese font
DARK, LIGHT, GREY = "1F4E79", "DDEBF7", "7F7F7F"
FICTIONAL = "FFF2CC"
TEXT, DATE, WHOLE, YEAR = "@", "yyyy-mm-dd", "#,##0", "0"
LONGEST_TEXT = 32_767  # characters that a cell of Excel holds
CUT = "…（过长，已截断）"
# what may not stand in XML: openpyxl refuses it, Excel calls the file damaged
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
# a spreadsheet takes a text that begins so for a formula, when it is typed or edited
_RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip archive can hold
_NO_DAY = dt.datetime(2000, 1, 1)  # noqa: DTZ001 - the file has no room for a time zone
_EDGE = Side(style="thin", color="BFBFBF")

THIN = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
CENTRE = Alignment(horizontal="center", vertical="center", wrap_text=True)
WRAP = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
PLAIN = Alignment(vertical="center")
INDENTED = Alignment(horizontal="left", vertical="center", indent=1)  # clear of numbers beside it


def safe_text(text: str) -> str:
    """Text as a cell can hold it: what cannot stand there is shown as �, what is cut off says so.

    Args:
        text: Any text.
    """
    text = _ESCAPE.sub("_x005F_", _ILLEGAL.sub("\ufffd", text))
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - len(CUT)] + CUT


class Cells:
    """Makes the cells of one sheet; cells of one look share one style."""

    def __init__(self, sheet: Any) -> None:
        """Make cells for a sheet.

        Args:
            sheet: A write-only sheet of openpyxl.
        """
        self._sheet = sheet
        self._styles: dict[tuple[Any, ...], Any] = {}

    def cell(
        self,
        value: object,
        *,
        number_format: str = "General",
        size: int = 10,
        bold: bool = False,
        italic: bool = False,
        colour: str = "000000",
        fill: str | None = None,
        alignment: Alignment = PLAIN,
        border: Border | None = None,
        note: str | None = None,
        link: str | None = None,
    ) -> Any:
        """Make a cell.

        Args:
            value: A number, a date, a text or None.
            number_format: How Excel shows it; see the constants of this module.
            size: Points of the font.
            bold: Whether the font is bold.
            italic: Whether it is italic.
            colour: Colour of the font.
            fill: Colour behind it; None for none.
            alignment: One of the constants of this module.
            border: One of the constants of this module; None for none.
            note: Text of the note that hovers over the cell.
            link: Place in this workbook to which a click leads.
        """
        risky = isinstance(value, str) and value.lstrip(" ").startswith(_RISKY)
        key = (number_format, size, bold, italic, colour, fill, id(alignment), id(border), risky)
        made = WriteOnlyCell(self._sheet)
        if isinstance(value, str):
            made.value = safe_text(value)
            made.data_type = "s"  # openpyxl takes "=1+1" for a formula, "#N/A" for an error
        else:
            made.value = value
        if key not in self._styles:
            made.number_format = number_format
            made.font = Font(name=FONT, size=size, bold=bold, italic=italic, color=colour)
            made.alignment = alignment
            if fill:
                made.fill = PatternFill("solid", fgColor=fill)
            if border:
                made.border = border
            made.quotePrefix = risky  # stays text when somebody edits the cell
            self._styles[key] = made._style
        # setting each property of each cell anew takes several times as long
        made._style = copy.copy(self._styles[key])
        if note:
            made.comment = Comment(safe_text(note), "托位数据", *_note_size(note))
        if link:
            made.hyperlink = Hyperlink(ref="A1", location=link)
        return made


def _note_size(text: str) -> tuple[int, int]:
    """Height and width in pixels that show a whole note."""
    lines = sum(1 + display_width(line) // 44 for line in text.splitlines())
    return 20 + 19 * lines, 340


def display_width(text: str) -> int:
    """Width of a text in columns of a fixed font; Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)


def save_reproducibly(workbook: Workbook, path: Path) -> None:
    """Save a workbook so that the same content gives the same bytes.

    Args:
        workbook: The workbook; its properties are overwritten.
        path: File to write.
    """
    properties = workbook.properties
    properties.creator = properties.lastModifiedBy = "childcare-capacity"
    properties.created = _NO_DAY
    raw = io.BytesIO()
    workbook.save(raw)
    now = properties.modified.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    fixed = _NO_DAY.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "docProps/core.xml":
                content = content.replace(now, fixed)  # openpyxl writes the clock on saving
            info = zipfile.ZipInfo(member, _NO_TIME)
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, content)
