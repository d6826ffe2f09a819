"""Tables of Word documents (docx), and how cells of any document find their place."""

from __future__ import annotations

import io
import re
import zipfile
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from lxml import etree

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.cell_text import mark_raised
from pipeline.reading.grid import Cell, Grid, Span, cells_from_rows

MOST_UNPACKED_BYTES = 300_000_000
MOST_TAGS = 3_000_000  # of the document; takes some 500 MB, a cell has about 20
MOST_ENTRIES = 20_000  # of the archive; a document has one a picture
MOST_CELLS = 3_000_000  # of one table, merged ranges counted in full
MOST_COLUMNS = 1000  # Word allows 63, browsers 1000
LEAD_LENGTH = 5
_NOTE_BEHIND = "[(\uff08]?(注|备注|備註|说明|說明|附注|note)"
NOTED = 5  # examples in a note

OLE_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")
STRICT = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
W = f"{{{WORD}}}"
# deleted text, codes of fields, pinyin above a word, and a drawing a second time
SKIPPED = {W + name for name in ("del", "moveFrom", "delText", "instrText", "rt", "pPr", "rPr")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
BOX = f"{W}txbxContent"
SIGNS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n"}
SIGNS[f"{W}noBreakHyphen"] = "-"
OFF = {"0", "false", "off"}


def read_word(content: bytes, options: ReadOptions) -> list[Grid]:
    """Read the tables of a Word document, tracked changes accepted.

    Args:
        content: A docx file; headers, footers and footnotes are not read.
        options: Not used; all readers are called alike.

    Returns:
        One grid a table that holds text, in the order in which they begin; ``sheet`` counts all
            tables, nested ones too. A nested table is a grid of its own, and its text is not in
            the cell around it. Paragraphs of a cell are lines. Struck-out text and prompts of
            empty fields are left out.

    Raises:
        UnreadableFileError: Not a docx file, a damaged one, no table, or a table too large.
    """
    if content.startswith(OLE_SIGNATURE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            refuse(Message("format.password"))
        refuse(Message("format.doc"))
    try:
        document = _Document()
        document.walk(_parse(content), [])
        grids = [
            grid for number, table in enumerate(document.tables, 1) for grid in table.grids(number)
        ]
    except UnreadableFileError:
        raise
    except Exception as error:  # zipfile, zlib and lxml raise many kinds
        refuse(Message("word.damaged", what=str(error)[:200]))
    if not grids:
        refuse(Message("word.no_table"))
    return grids


def refuse(message: Message) -> NoReturn:
    """Raise what stops a reader, without the error of a library behind it."""
    raise UnreadableFileError(message) from None


def grids_of_cells(height: int, placed: Sequence[tuple[str, Span]], **rest: Any) -> Iterator[Grid]:
    """Put cells at their places.

    Args:
        height: Number of rows.
        placed: Text of each cell and where it stands; cells do not overlap.
        rest: The other attributes of the grid.

    Yields:
        One grid, or none where no cell holds text. Columns in which no cell begins are left out:
            a title merged over 1000 columns makes no table of that width.

    Raises:
        UnreadableFileError: The table is too large.
    """
    lefts = sorted({span.left for _, span in placed})
    width = len(lefts)
    if height * width > MOST_CELLS:
        refuse(Message("grid.too_many_cells", rows=height, width=width, most=MOST_CELLS))
    rows: list[list[Cell]] = [[None] * width for _ in range(height)]
    spans, widths = [], [0] * height
    for text, span in placed:
        left, right = bisect_left(lefts, span.left), bisect_right(lefts, span.right) - 1
        rows[span.top][left] = text
        for top in range(span.top, min(span.bottom + 1, height)):
            widths[top] = max(widths[top], right + 1)
        if (span.bottom, right) != (span.top, left):
            spans.append(Span(span.top, left, span.bottom, right))
    if any(text and not text.isspace() for text, _ in placed):
        yield Grid(cells=cells_from_rows(rows), spans=spans, widths=widths, **rest)


def notes_among(lines: Iterable[str]) -> list[str]:
    """The lines between two tables that are notes of the first; others belong to the second."""
    return [line for line in lines if re.match(_NOTE_BEHIND, line)]


def _parse(content: bytes) -> Any:
    if content.count(b"PK\x01\x02") > MOST_ENTRIES:
        refuse(Message("word.too_many_files"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
            refuse(Message("word.too_large", megabytes=MOST_UNPACKED_BYTES // 1_000_000))
        with archive.open("_rels/.rels") as part:
            links = _parse_xml(part.read(100_000))
        targets = {link.get("Type", "").rpartition("/")[2]: link.get("Target") for link in links}
        xml = archive.read(targets["officeDocument"].lstrip("/"))
    if xml.count(b"<") > MOST_TAGS:
        refuse(Message("word.too_long", most=MOST_TAGS))
    root = _parse_xml(xml.replace(STRICT, WORD.encode()))
    if root.tag != f"{W}document":
        refuse(Message("word.other_kind", tag=root.tag))
    return root


def _parse_xml(xml: bytes) -> Any:
    root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    if root.getroottree().docinfo.doctype:
        refuse(Message("format.doctype"))
    return root


@dataclass
class _Cell:
    width: int
    merge_down: str  # restart, continue or nothing
    text: str


@dataclass
class _Table:
    lead: list[str]
    tail: list[str] = field(default_factory=list)
    rows: list[tuple[int, list[_Cell]]] = field(default_factory=list)  # columns left free, cells
    hidden: set[int] = field(default_factory=set)
    notes: dict[Message, list[str]] = field(default_factory=dict)

    def note(self, about: Message, text: str = "") -> None:
        self.notes.setdefault(about, []).append(text.strip()[:30])

    def grids(self, number: int) -> Iterator[Grid]:
        placed = list(self._place())
        notes = [
            Message(
                "note.times", about=about, number=len(texts), texts=[*filter(None, texts[:NOTED])]
            )
            for about, texts in self.notes.items()
        ]
        rest = {"sheet": f"table {number}", "hidden_rows": frozenset(self.hidden)}
        yield from grids_of_cells(
            len(self.rows), placed, lead=self.lead, tail=self.tail, notes=notes, **rest
        )

    def _place(self) -> Iterator[tuple[str, Span]]:
        found: list[tuple[str, list[int]]] = []
        above: dict[int, tuple[str, list[int]]] = {}  # merged cells that reach it, by left column
        for top, (left, cells) in enumerate(self.rows):
            reaching = {}
            for cell in cells:
                right = left + cell.width - 1
                text, box = above.get(left, ("", []))
                if cell.merge_down == "continue" and box and box[3] == right:
                    box[2] = top
                    if cell.text.strip() not in {"", text.strip()}:
                        self.note(Message("note.hidden_in_merged"), cell.text)
                else:
                    text, box = cell.text, [top, left, top, right]
                    found.append((text, box))
                if cell.merge_down:
                    reaching[left] = text, box
                left = right + 1
            above = reaching
        return ((text, Span(*box)) for text, box in found)


class _Document:
    """Walks the parts of a document in their order."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.open_tables: list[_Table] = []
        self.recent: deque[str] = deque(maxlen=LEAD_LENGTH)

    def walk(self, parent: Any, lines: list[str]) -> None:
        """Read paragraphs into ``lines``, and tables."""
        for child in parent:
            if child.tag == f"{W}p":
                pieces: list[str] = []
                self._read_text(child, pieces)
                lines.append("".join(pieces))
                read = list(filter(None, map(str.strip, lines[-1].split("\n"))))
                self.recent.extend(read)
                if self.tables and not self.open_tables:
                    tail = self.tables[-1].tail
                    tail += read[: LEAD_LENGTH - len(tail)]
                for box in child.iter(BOX):
                    if not any(above.tag in SKIPPED for above in box.iterancestors()):
                        self.walk(box, lines)
            elif child.tag == f"{W}tbl":
                self._read_table(child)
            elif child.tag not in SKIPPED and not _is_prompt(child):
                self.walk(child, lines)

    def _read_table(self, element: Any) -> None:
        if self.tables and not self.open_tables:
            self.tables[-1].tail = notes_among(self.tables[-1].tail)
        table = _Table(list(self.recent))
        self.recent.clear()
        self.tables.append(table)
        self.open_tables.append(table)
        for row in _parts(element, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is None:
                self._read_row(row, table)
        self.open_tables.pop()
        self.recent.clear()

    def _read_row(self, row: Any, table: _Table) -> None:
        if _is_on(row.find(f"{W}trPr/{W}hidden")):
            table.hidden.add(len(table.rows))
        cells: list[_Cell] = []
        table.rows.append((_number(row.find(f"{W}trPr/{W}gridBefore"), 0), cells))
        for element in _parts(row, f"{W}tc"):
            lines: list[str] = []
            self.walk(element, lines)
            text = "\n".join(lines).strip("\n")
            width = _number(element.find(f"{W}tcPr/{W}gridSpan"), 1)
            across = element.find(f"{W}tcPr/{W}hMerge")
            if across is not None and across.get(f"{W}val") != "restart" and cells:
                cells[-1].width += width
                cells[-1].text += text
                continue
            down = element.find(f"{W}tcPr/{W}vMerge")
            merge_down = "" if down is None else down.get(f"{W}val", "continue")
            cells.append(_Cell(width, merge_down, text))
            if element.find(f"{W}tcPr/{W}cellDel") is not None:
                table.note(Message("note.deleted_cells"), text)
            if element.find(f"{W}p/{W}pPr/{W}numPr") is not None:
                table.note(Message("note.automatic_numbers"), text)

    def _read_text(self, parent: Any, pieces: list[str]) -> None:
        for child in parent:
            start = len(pieces)
            if child.tag in {f"{W}t", f"{MATH}t"}:
                pieces.append(child.text or "")
            elif child.tag in SIGNS:
                pieces.append(SIGNS[child.tag])
            elif child.tag == f"{W}sym":
                pieces.append(chr(int(child.get(f"{W}char", "20"), 16)))
            elif child.tag not in SKIPPED and child.tag != BOX and not _is_prompt(child):
                self._read_text(child, pieces)
                pieces[start:] = self._styled(
                    child, "".join(pieces[max(start - 9, 0) : start]), pieces[start:]
                )

    def _styled(self, element: Any, before: str, pieces: list[str]) -> list[str]:
        raised = element.find(f"{W}rPr/{W}vertAlign")
        is_raised = raised is not None and raised.get(f"{W}val") != "baseline"
        if is_raised or element.tag == f"{MATH}sup":
            return [mark_raised(before, "".join(pieces))]
        struck = [element.find(f"{W}rPr/{W}{name}") for name in ("strike", "dstrike")]
        if not any(map(_is_on, struck)):
            return pieces
        if self.open_tables:
            self.open_tables[-1].note(Message("note.struck_out"), "".join(pieces))
        return []


def _parts(parent: Any, tag: str) -> Iterator[Any]:
    """Rows of a table or cells of a row, also those inside content controls."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag not in {f"{W}tbl", f"{W}tr", f"{W}tc", f"{W}p"} | SKIPPED:
            yield from _parts(child, tag)


def _is_prompt(element: Any) -> bool:
    """Whether a content control shows what to type, because nobody has."""
    return element.tag == f"{W}sdt" and _is_on(element.find(f"{W}sdtPr/{W}showingPlcHdr"))


def _is_on(element: Any) -> bool:
    return element is not None and element.get(f"{W}val") not in OFF


def _number(element: Any, least: int) -> int:
    text = "" if element is None else element.get(f"{W}val", "")
    return min(max(int(text), least), MOST_COLUMNS) if re.fullmatch(r"[0-9]{1,9}", text) else least
