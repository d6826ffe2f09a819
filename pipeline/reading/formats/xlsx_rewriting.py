"""Writes into a workbook what calamine would overlook: places of cells, marks of raised numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.xlsx_marks import MOST_BYTES, column_number
from pipeline.reading.formats.zipped_xml import Package
from pipeline.reading.grid import MOST_CELLS, MOST_COLUMNS, column_letter

# Tags of rows and cells; comments and quoted text before them, because both may hold such tags.
_TAG_OR_TEXT = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<((?:\w+:)?)(row|c)(?=[\s/>])([^>]*)>", re.DOTALL
)
_TAG_ENDS = (b" ", b">", b"/", b"\n", b"\r", b"\t")
_PREFIXED = re.compile(rb"<\w+:(?:row|c)[\s/>]")
_ANY_PLACE = re.compile(rb"(?:^|\s)r\s*=\s*[\"']([A-Za-z]*)(\d{1,9})[\"']")
_RAISED = re.compile(rb"vertAlign\s[^>]*(?:superscript|subscript)")
_RUN = re.compile(rb"<(?:\w+:)?r>.*?</(?:\w+:)?r>", re.DOTALL)
_RUN_TEXT = re.compile(rb"(<(?:\w+:)?t(?:\s[^>]*)?>)\s*(\d[^<]*)(<)")
SHARED_TEXTS = "xl/sharedStrings.xml"


def with_places(package: Package, content: bytes, sheets: Mapping[str, str]) -> bytes:
    """The workbook, in which every row and cell says where it stands.

    The format lets writers leave that out: a row then follows the one before it, a cell stands
    right of the one before it. Whatever looks for places afterwards would overlook such cells.

    Args:
        package: The workbook, opened.
        content: The same as bytes.
        sheets: Name for messages by member.

    Raises:
        UnreadableFileError: More cells without a place than a sheet may hold.
    """
    placed = {}
    for member, sheet in sheets.items():
        xml = package.read(member, MOST_BYTES) if member in package else b""
        if _lacks_places(xml):
            end = xml.rfind(b"sheetData>")  # behind it stand rows of drawings
            placed[member] = _TAG_OR_TEXT.sub(_Placing(sheet), xml[:end]) + xml[end:]
    return package.with_members(placed) if placed else content


def _lacks_places(xml: bytes) -> bool:
    """Whether a row or cell may not say where it stands; counting is far faster than looking."""
    if all(
        xml.count(b"<%b r=" % tag) == sum(xml.count(b"<%b%b" % (tag, end)) for end in _TAG_ENDS)
        for tag in (b"row", b"c")
    ) and not _PREFIXED.search(xml):
        return False
    return any(not _ANY_PLACE.search(found[3]) for found in _TAG_OR_TEXT.finditer(xml) if found[2])


class _Placing:
    """Writes its place into each tag of a row or cell that has none; counts them in order."""

    def __init__(self, sheet: str) -> None:
        self.sheet, self.row, self.column, self.cells = sheet, 0, 0, 0

    def __call__(self, found: re.Match[bytes]) -> bytes:
        prefix, tag, attributes = found.groups()
        if not tag:  # a comment, or text that may look like a tag
            return found[0]
        place = _ANY_PLACE.search(attributes)
        if tag == b"row":
            self.row, self.column = int(place[2]) if place else self.row + 1, 0
            written = str(self.row)
        else:
            self.cells += 1
            self.column = column_number(place[1].decode()) if place else self.column + 1
            self.row = int(place[2]) if place else max(self.row, 1)
            if self.column > MOST_COLUMNS or self.cells > MOST_CELLS:
                letter = column_letter(min(self.column, MOST_COLUMNS) - 1)
                raise UnreadableFileError(
                    Message(
                        "sheet.too_far",
                        sheet=self.sheet,
                        row=self.row,
                        letter=letter,
                        most=MOST_CELLS,
                    )
                )
            written = f"{column_letter(self.column - 1)}{self.row}"
        if place:
            return found[0]
        return b'<%b%b r="%b"%b>' % (prefix, tag, written.encode(), attributes)


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
    return package.with_members(marked) if marked else content


def _marked(run: re.Match[bytes]) -> bytes:
    if not _RAISED.search(run[0]):
        return run[0]
    return _RUN_TEXT.sub(lambda text: text[1] + b"[" + text[2].strip() + b"]" + text[3], run[0])
