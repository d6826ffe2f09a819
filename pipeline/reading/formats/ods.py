"""Spreadsheets of LibreOffice and other programs that write OpenDocument (ods)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any

from lxml import etree

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.cell_text import mark_raised
from pipeline.reading.formats.ods_cells import OFFICE, STYLE, TABLE, TEXT, as_count, cell_text
from pipeline.reading.formats.sheets import (
    MOST_SPANS,
    CellBudget,
    clipped_spans,
    damage_reported,
    password_error,
    wanted_sheets,
)
from pipeline.reading.formats.zipped_xml import Package
from pipeline.reading.grid import MOST_CELLS, Cell, Grid, Span, cells_from_rows

WHAT = Message("format.ods")
NEXT_STEP = Message("format.save_ods")
MOST_BYTES_A_ROW = 16_000_000

_CELL_NAMES = {f"{TABLE}table-cell", f"{TABLE}covered-table-cell"}
_LINKED = re.compile(r"'.*'#.*")  # cached sheet of another file: 'file:///x.ods'#$Sheet1


@dataclass
class _Table:
    """One sheet while it is read; rows count from 0, ends of ranges are exclusive."""

    name: str
    is_hidden: bool
    rows: list[list[Cell]] = field(default_factory=list)
    height: int = 0
    width: int = 0
    next_row: int = 0
    spans: list[Span] = field(default_factory=list)
    hidden: list[tuple[int, int]] = field(default_factory=list)
    text_bytes: int = 0
    hiding_groups: int = 0


def read_ods(content: bytes, options: ReadOptions) -> list[Grid]:
    """Read the sheets of a spreadsheet.

    A formula gives the value that was stored with it, its own text where none was.

    Args:
        content: The whole file.
        options: ``sheet`` names the only sheet to read.

    Returns:
        One grid a sheet, in the order of the file; row ``i`` of a grid is row ``i + 1`` of the
            sheet. Blank rows below and columns right of the last text are left out.

    Raises:
        UnreadableFileError: Not an ods file, damaged, protected by a password, too large, or
            without the sheet that ``options`` name.
    """
    with damage_reported(WHAT, NEXT_STEP):
        package = Package(content, WHAT)
        _refuse_password(package)
        with package.open("content.xml") as member:
            grids = list(_Reader(member, options.sheet).grids())
        wanted = wanted_sheets([grid.sheet or "" for grid in grids], options)
        return [grids[index] for index in wanted]


def _refuse_password(package: Package) -> None:
    if "encrypted-package" in package:
        raise password_error()
    if "META-INF/manifest.xml" in package and b"encryption-data" in package.read(
        "META-INF/manifest.xml"
    ):
        raise password_error()


class _CountedFile:
    """A file that refuses to be read on and on without anything being done with it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.unused = file, 0

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.unused += len(chunk)
        if self.unused > MOST_BYTES_A_ROW:
            raise UnreadableFileError(Message("ods.row_too_large", most=MOST_BYTES_A_ROW))
        return chunk


class _Reader:
    """Reads the rows of all sheets while the XML arrives, and forgets the XML behind them."""

    def __init__(self, file: IO[bytes], only: str | None) -> None:
        self._file, self._budget, self._only = _CountedFile(file), CellBudget(), only
        self._hidden_styles: set[str] = set()
        self._seen_cells = 0
        self._raised_styles: set[str | None] = set()

    def grids(self) -> Iterator[Grid]:
        table: _Table | None = None
        for event, element in self._elements():
            name = element.tag.rpartition("}")[2]
            if name == "table":
                if element.getparent().tag != f"{OFFICE}spreadsheet":
                    continue  # inside a cell, or a cached part of another file
                if event == "start":
                    table = self._begin(element)
                elif table is not None and not _LINKED.fullmatch(table.name):
                    yield self._finished(table)
                    table = None
            elif event == "end" and name == "style":
                self._note_style(element)
            elif table is not None:
                self._in_table(table, name, event, element)

    def _elements(self) -> Iterator[tuple[str, Any]]:
        wanted = [f"{TABLE}{name}" for name in ("table", "table-row", "table-row-group")]
        events = etree.iterparse(
            self._file,
            events=("start", "end"),
            tag=[*wanted, f"{STYLE}style"],
            resolve_entities=False,
            no_network=True,
            huge_tree=False,
        )
        is_first = True
        for event, element in events:
            if is_first and element.getroottree().docinfo.doctype:
                raise UnreadableFileError(Message("format.doctype"))
            is_first = False
            yield event, element

    def _begin(self, element: Any) -> _Table:
        style = element.get(f"{TABLE}style-name")
        return _Table(element.get(f"{TABLE}name", ""), style in self._hidden_styles)

    def _note_style(self, style: Any) -> None:
        properties = style.find(f"{STYLE}table-properties")
        if properties is not None and properties.get(f"{TABLE}display") == "false":
            self._hidden_styles.add(style.get(f"{STYLE}name"))
        self._note_raised(style)
        self._forget(style)

    def _note_raised(self, style: Any) -> None:
        for properties in style.iter(f"{STYLE}text-properties"):
            position = properties.get(f"{STYLE}text-position", "")
            if position.startswith(("super", "sub")) or position[:1] in set("-123456789"):
                self._raised_styles.add(style.get(f"{STYLE}name"))

    def _mark_raised(self, row: Any) -> None:
        """Keep the raised number of a footnote from becoming digits of the number before it."""
        for span in row.iter(f"{TEXT}span"):
            if span.get(f"{TEXT}style-name") in self._raised_styles and span.text:
                above = span.getprevious()
                before = span.getparent().text if above is None else above.tail or above.text
                span.text = mark_raised(before or "", span.text)

    def _in_table(self, table: _Table, name: str, event: str, element: Any) -> None:
        if name == "table-row-group":
            if element.get(f"{TABLE}display") == "false":
                table.hiding_groups += 1 if event == "start" else -1
        elif event == "end" and not any(
            parent.tag in _CELL_NAMES for parent in element.iterancestors()
        ):
            if self._only in {None, table.name}:
                self._mark_raised(element)
                self._add_row(table, element)
            self._forget(element)

    def _forget(self, element: Any) -> None:
        """Free an element that was read and what stands before it."""
        self._file.unused = 0
        element.clear()
        while element.getprevious() is not None:
            del element.getparent()[0]

    def _add_row(self, table: _Table, row: Any) -> None:
        repeated = as_count(row.get(f"{TABLE}number-rows-repeated"))
        first, last = table.next_row, table.next_row + repeated
        table.next_row = last
        if table.hiding_groups or row.get(f"{TABLE}visibility", "visible") != "visible":
            table.hidden.append((first, last))
        texts, spans = self._cells(table, row)
        if texts:
            table.width = max(table.width, len(texts))
            table.height = last
            self._check(table, repeated * sum(len(text) for text in texts if text))
            table.rows += [[]] * (first - len(table.rows)) + [texts] * repeated
        if not texts and repeated > 1:
            return  # thousands of blank rows that end a sheet; nobody misses their merged cells
        if len(table.spans) + len(spans) * repeated > MOST_SPANS:
            raise UnreadableFileError(Message("ods.too_many_spans", most=MOST_SPANS))
        for top in range(first, last) if spans else ():
            table.spans += [
                Span(top, left, top + down - 1, left + right - 1) for left, down, right in spans
            ]

    def _cells(self, table: _Table, row: Any) -> tuple[list[Cell], list[tuple[int, int, int]]]:
        """Texts up to the last one of a row, and its merged ranges: column, rows, columns."""
        texts: list[Cell] = []
        spans = []
        column = 0
        for cell in row.iterchildren(*_CELL_NAMES):
            self._seen_cells += 1
            repeated = as_count(cell.get(f"{TABLE}number-columns-repeated"))
            text = cell_text(cell)
            if text is not None:
                self._budget.check_extent(table.name, table.next_row, column + repeated)
                texts += [None] * (column - len(texts)) + [text] * repeated
            down = as_count(cell.get(f"{TABLE}number-rows-spanned"))
            right = as_count(cell.get(f"{TABLE}number-columns-spanned"))
            if down > 1 or right > 1:
                spans.append((column, down, right))
            column += repeated
        if self._seen_cells > MOST_CELLS:
            raise UnreadableFileError(Message("ods.too_many_cells", most=MOST_CELLS))
        return texts, spans

    def _check(self, table: _Table, size: int) -> None:
        table.text_bytes += size
        self._budget.check_extent(table.name, table.height, table.width)
        self._budget.check_text(table.name, table.text_bytes)

    def _finished(self, table: _Table) -> Grid:
        self._budget.spend(table.name, table.height, table.width, table.text_bytes)
        hidden = (
            row for first, last in table.hidden for row in range(first, min(last, table.height))
        )
        return Grid(
            table.name,
            cells_from_rows(table.rows),
            clipped_spans(table.spans, table.height, table.width),
            hidden_rows=frozenset(hidden),
            is_hidden=table.is_hidden,
        )
