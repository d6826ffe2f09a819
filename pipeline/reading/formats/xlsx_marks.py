"""What calamine does not tell of a sheet: extent, merged and hidden cells, errors, formulas."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import unescape

from openpyxl.utils.cell import column_index_from_string, range_boundaries

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError
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
SHARED_TEXTS = "xl/sharedStrings.xml"
_RAISED = re.compile(rb"vertAlign\s[^>]*(?:superscript|subscript)")
_RUN = re.compile(rb"<(?:\w+:)?r>.*?</(?:\w+:)?r>", re.DOTALL)
_RUN_TEXT = re.compile(rb"(<(?:\w+:)?t(?:\s[^>]*)?>)\s*(\d[^<]*)(<)")


@dataclass(frozen=True)
class Marks:
    """What stands beside the values of a sheet; rows and columns count from 0.

    Attributes:
        height: Rows down to the last one that the file lists.
        spans: Merged ranges.
        hidden_rows: Rows that the sheet hides.
        texts: Text of cells that hold an error, or a formula without a value.
    """

    height: int
    spans: list[Span] = field(default_factory=list)
    hidden_rows: frozenset[int] = frozenset()
    texts: dict[tuple[int, int], str] = field(default_factory=dict)


def find_marks(package: Package, member: str, sheet: str, budget: CellBudget) -> Marks:
    """Look through the XML of one sheet.

    Args:
        package: The workbook.
        member: The sheet's part of it.
        sheet: Name for messages.
        budget: Cells that the workbook may still hold.

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
    width = max((_column_number(found.decode()) for found in letters), default=26)
    budget.spend(sheet, height, width)
    hidden = (
        _ROW_NUMBER.search(_tag_at(xml, found.start())) for found in _HIDDEN_ROW.finditer(xml)
    )
    return Marks(
        height,
        list(_spans(_MERGED.findall(xml))),
        frozenset(int(found[1]) - 1 for found in hidden if found),
        dict(_texts(xml)),
    )


def with_raised_marks(package: Package, content: bytes, sheets: Sequence[str]) -> bytes:
    """The workbook, in which raised numbers are no digits of the numbers before them.

    calamine joins the runs of a text: 1904 with a raised 1 would be 19041. Runs stand in the
    shared texts, or in the cells of ``sheets``.
    """
    marked = {}
    for member in (SHARED_TEXTS, *sheets):
        xml = package.read(member, MOST_BYTES) if member in package else b""
        if _RAISED.search(xml):
            marked[member] = _RUN.sub(_marked, xml)
    if not marked:
        return content
    rewritten = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(rewritten, "w") as new:
        for info in old.infolist():
            new.writestr(info, marked.get(info.filename) or old.read(info))
    return rewritten.getvalue()


def _marked(run: re.Match[bytes]) -> bytes:
    if not _RAISED.search(run[0]):
        return run[0]
    return _RUN_TEXT.sub(lambda text: text[1] + b"[" + text[2].strip() + b"]" + text[3], run[0])


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


def _column_number(letters: str) -> int:
    """Number of a column; one beyond the last of a spreadsheet for letters that name none."""
    known = len(letters) <= 3 and column_index_from_string(letters)
    return known if known and known <= MOST_COLUMNS else MOST_CELLS
