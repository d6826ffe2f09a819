"""What calamine does not tell of a sheet: extent, merged and hidden cells, errors, formulas."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from xml.sax.saxutils import unescape

from openpyxl.utils.cell import column_index_from_string, range_boundaries

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.cell_text import Moment, moment_of_format, moment_text
from pipeline.reading.formats.number_formats import Shown, is_plain_format, show_number
from pipeline.reading.formats.sheets import CellBudget
from pipeline.reading.formats.zipped_xml import Package
from pipeline.reading.grid import MOST_CELLS, MOST_COLUMNS, Span

# The XML of a sheet may have hundreds of megabytes, of which these patterns want very little: a
# parser would look at every cell. Each begins with plain letters, which are searched for fast;
# element names may have a prefix.
_ROW = re.compile(rb"row\s[^>]*?\br\s*=\s*[\"'](\d{1,9})")
_HIDDEN_ROW = re.compile(rb"hidden\s*=\s*[\"'](?:1|true)[\"']")
_FAR_CELL = re.compile(rb"r\s?=\s?[\"'](?:([A-Za-z]{2,})(\d{1,9})|[A-Za-z](\d{6,9}))")
_MERGED = re.compile(rb"mergeCell\s[^>]*?\bref\s*=\s*[\"']([A-Za-z0-9:$]{2,30})")
_ERROR = re.compile(rb"t\s*=\s*[\"']e[\"'][^>]*>")
_NO_VALUE = rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
_FORMULA = re.compile(rb"f(?:\s[^>]*)?>([^<]*)</(?:\w+:)?f>" + _NO_VALUE)
_COPIED_FORMULA = re.compile(rb"f\s[^>]*/>()" + _NO_VALUE)
_VALUE = re.compile(rb"v>([^<]{1,40})<")
_PLACE = re.compile(rb"\br\s*=\s*[\"']([A-Za-z]{1,3})(\d{1,9})[\"']")
_ROW_NUMBER = re.compile(rb"\br\s*=\s*[\"'](\d{1,9})[\"']")
_IS_TEXT = re.compile(rb"\bt\s*=\s*[\"']str[\"']")


MOST_BYTES = 1_000_000_000  # of the XML of one sheet


STYLES = "xl/styles.xml"
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^>]*>")
_XF = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*[^/])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_STYLE = re.compile(rb"\bs\s*=\s*[\"'](\d{1,6})[\"']")
_TYPE = re.compile(rb"\bt\s*=\s*[\"'](?!n[\"'])")
_NUMBER_IN = re.compile(rb"<(?:\w+:)?v>\s*([-+0-9.eE]{1,40})\s*<")


@dataclass(frozen=True)
class Styles:
    """Number formats of a workbook.

    Attributes:
        speaking: Style of cells -> what it makes of a number, for those that do not show every
            number as it is stored and that calamine does not tell of.
        is_1904: Whether days count from 1904.
    """

    speaking: Mapping[int, tuple[Moment | None, str | None]]
    is_1904: bool


@dataclass(frozen=True)
class Marks:
    """What stands beside the values of a sheet; rows and columns count from 0.

    Attributes:
        height: Rows down to the last one that the file lists.
        spans: Merged ranges.
        hidden_rows: Rows that the sheet hides.
        texts: Text of cells that hold an error, a formula without a value, or a number that its
            format shows as something else.
        shown_scales: Column and row of numbers that their format shows divided, and the divisor.
    """

    height: int
    spans: list[Span] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    shown_scales: dict[tuple[int, int], Decimal] = field(default_factory=dict)


def find_marks(
    package: Package, member: str, sheet: str, budget: CellBudget, styles: Styles
) -> Marks:
    """Look through the XML of one sheet.

    Args:
        package: The workbook.
        member: The sheet's part of it.
        sheet: Name for messages.
        budget: Cells that the workbook may still hold.
        styles: Number formats of the workbook.

    Raises:
        UnreadableFileError: A sheet whose last cell is so far away that its cells would not fit
            into memory.
    """
    xml = package.read(member, MOST_BYTES)
    if b"<!DOCTYPE" in xml or b"<!ENTITY" in xml:
        raise UnreadableFileError(Message("format.doctype"))
    rows = xml.count(b"row ")  # more than there are, if a text has the word
    # calamine believes the address of a cell, whatever row it stands in
    far = _FAR_CELL.findall(xml)
    numbers = [*_ROW.findall(xml), *(below_wide or below for _, below_wide, below in far)]
    height = max(rows, *map(int, numbers), 0)
    letters = {found.upper() for found, _, _ in far if found}
    width = max((column_number(found.decode()) for found in letters), default=26)
    budget.spend(sheet, height, width)
    hidden = (
        _ROW_NUMBER.search(_tag_at(xml, found.start())) for found in _HIDDEN_ROW.finditer(xml)
    )
    shown = list(_shown_numbers(xml, styles))
    return Marks(
        height,
        list(_spans(_MERGED.findall(xml))),
        frozenset(int(found[1]) - 1 for found in hidden if found),
        {(row, column): number.text for row, column, number in shown} | dict(_texts(xml)),
        {(column, row): number.scale for row, column, number in shown if number.scale != 1},
    )


def _shown_numbers(xml: bytes, styles: Styles) -> Iterator[tuple[int, int, Shown]]:
    """Row, column and look of numbers that are not shown as they are stored."""
    if not styles.speaking:
        return
    for found in _CELL.finditer(xml):
        style = _STYLE.search(found[1])
        number = int(style[1]) if style else 0
        place = _PLACE.search(found[1])
        if number not in styles.speaking or not place or _TYPE.search(found[1]):
            continue
        value = _NUMBER_IN.search(found[2])
        if value is None:
            continue
        row, column = int(place[2]) - 1, column_index_from_string(place[1].decode().upper()) - 1
        stored = value[1].decode()
        moment, code = styles.speaking[number]
        if moment:
            yield row, column, Shown(moment_text(stored, moment, styles.is_1904))
        elif shown := show_number(stored, code):
            yield row, column, shown


def read_styles(package: Package) -> Styles:
    """Number formats of a workbook."""
    if STYLES not in package:
        return Styles({}, is_1904=False)
    # Other formats stand there too: those of named styles (cellStyleXfs), which cells do not use.
    xml = package.read(STYLES, MOST_BYTES)
    formats = {
        int(found[0]): unescape(found[1].decode("utf-8", "replace"), {"&quot;": '"', "&apos;": "'"})
        for tag in _FORMAT.findall(xml)
        for found in [_format_of(tag)]
        if found
    }
    used = re.search(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", xml, re.DOTALL)
    speaking: dict[int, tuple[Moment | None, str | None]] = {}
    for index, tag in enumerate(_XF.findall(used[0]) if used else ()):
        given = re.search(rb"numFmtId\s*=\s*[\"'](\d{1,6})", tag)
        number = int(given[1]) if given else 0
        code = formats.get(number)
        moment = moment_of_format(number, code)
        own = number in range(27, 59) and number not in range(37, 50)  # calamine knows them not
        if moment in ("month", "year") or (own and moment and code is None):
            speaking[index] = moment, code
        elif moment is None and number in (9, 10) and code is None:
            speaking[index] = None, "0%"
        elif moment is None and not is_plain_format(code):
            speaking[index] = None, code
    book = package.read("xl/workbook.xml", MOST_BYTES)
    is_1904 = re.search(rb"date1904\s*=\s*[\"'](?:1|true)", book) is not None
    return Styles(speaking, is_1904=is_1904)


def _format_of(tag: bytes) -> tuple[bytes, bytes] | None:
    number = re.search(rb"numFmtId\s*=\s*[\"'](\d{1,6})", tag)
    code = re.search(rb"formatCode\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", tag)
    return (number[1], code[1] or code[2] or b"") if number and code else None


def _spans(references: Iterable[bytes]) -> Iterator[Span]:
    for reference in references:
        left, top, right, bottom = range_boundaries(reference.decode().replace("$", ""))
        if None not in (left, top, right, bottom):
            yield Span(top - 1, left - 1, bottom - 1, right - 1)


def _texts(xml: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    """Place and text of every error and of every formula without a value."""
    # To see that there are none costs a tenth of looking for them.
    has_formula = b"<f" in xml or b":f" in xml
    has_error = b'"e"' in xml or b"'e'" in xml
    for found in [*_FORMULA.finditer(xml), *_COPIED_FORMULA.finditer(xml)] if has_formula else ():
        tag = _cell_before(xml, found.start())
        # a formula of text whose value is blank has been calculated
        if not _IS_TEXT.search(tag):
            yield from _placed(tag, b"=" + found[1])
    for found in _ERROR.finditer(xml) if has_error else ():
        value = _VALUE.search(xml, found.end(), found.end() + 10_000)
        if value:
            yield from _placed(_tag_at(xml, found.start()), value[1])


def _placed(tag: bytes, text: bytes) -> Iterator[tuple[tuple[int, int], str]]:
    place = _PLACE.search(tag)
    if place:
        column = column_index_from_string(place[1].decode().upper())
        yield (int(place[2]) - 1, column - 1), unescape(text.decode("utf-8", "replace"))


def _cell_before(xml: bytes, position: int) -> bytes:
    """Tag of the cell that holds the element at a position."""
    return _tag_at(xml, xml.rfind(b"<", 0, xml.rfind(b"<", 0, position)) + 1)


def _tag_at(xml: bytes, position: int) -> bytes:
    """The tag around a position."""
    return xml[xml.rfind(b"<", 0, position) : xml.find(b">", position) + 1]


def column_number(letters: str) -> int:
    """Number of a column; one beyond the last of a spreadsheet for letters that name none."""
    known = len(letters) <= 3 and column_index_from_string(letters)
    return known if known and known <= MOST_COLUMNS else MOST_CELLS
