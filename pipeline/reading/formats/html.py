"""Tables of web pages, and of workbooks that were saved as web pages."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from lxml import etree

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.formats.cell_text import mark_raised
from pipeline.reading.formats.word import (
    LEAD_LENGTH,
    MOST_CELLS,
    MOST_COLUMNS,
    grids_of_cells,
    notes_among,
    refuse,
)
from pipeline.reading.grid import Grid, Span

MOST_CHARACTERS = 20_000_000
MOST_PARTS = 2_000_000  # elements, cells and lines of a page: some 8 seconds and 500 MB
KEPT = 20  # lines outside the cells of a table, and pieces of text that are not shown

# tags in one string each: as lists they would take a line a tag
UNSEEN = set("datalist head noscript option rp rt script style template textarea".split())  # noqa: SIM905
STRUCK = {"del", "s", "strike"}  # <del>100</del>120 must not become 100120
SECTIONS = {"thead", "tbody", "tfoot"}
PARTS = SECTIONS | {"tr", "td", "th"}
BLOCKS = PARTS | set(
    "address article aside blockquote br caption center dd div dl dt fieldset figcaption figure "  # noqa: SIM905
    "footer form h1 h2 h3 h4 h5 h6 header hr legend li main nav ol p pre section table ul".split()
)
NO_BOX = re.compile(r"display\s*:\s*none|visibility\s*:\s*collapse|mso-hide\s*:\s*all", re.I)
NO_INK = re.compile(r"visibility\s*:\s*hidden", re.I)
NO_MERGE = re.compile(r"mso-ignore\s*:\s*colspan", re.I)  # Excel: text runs over empty cells
BLANKS = re.compile(r"[ \t\n\r\f]+")


def read_html(text: str, options: ReadOptions) -> list[Grid]:
    """Read the tables of a web page or of a piece of one.

    Args:
        text: The page; rows without a table around them are read as a table.
        options: Not used; all readers are called alike.

    Returns:
        One grid a table that holds text, in the order in which they begin; ``sheet`` counts all
            tables, nested ones too. Rows stand as a browser shows them: ``tfoot`` last. A nested
            table is a grid of its own, and its text is not in the cell around it. What a browser
            does not show is left out and noted, except hidden rows (``hidden_rows``) and hidden
            tables (``is_hidden``).

    Raises:
        UnreadableFileError: No table, a page that ends inside one, or a table that is too large.
    """
    if len(text) > MOST_CHARACTERS:
        refuse(Message("text.too_long", size=len(text), most=MOST_CHARACTERS))
    ends_inside = len(re.findall(r"<table\b", text, re.I)) > len(re.findall(r"</table", text, re.I))
    if ends_inside and re.search(r"<html\b", text, re.I) and not re.search(r"</html", text, re.I):
        refuse(Message("html.cut"))
    page = _Page()
    try:
        parser = etree.HTMLParser(target=page, huge_tree=True, encoding="utf-8")
        parser.feed(text.encode())
        parser.close()
    except (UnicodeEncodeError, etree.LxmlError) as error:
        refuse(Message("html.unreadable", what=str(error)))
    grids = [grid for number, table in enumerate(page.tables, 1) for grid in _read(number, table)]
    if not grids:
        refuse(Message("html.no_table"))
    if ends_inside:
        note = Message("note.not_closed")
        grids[-1] = replace(grids[-1], notes=(*grids[-1].notes, note))
    return grids


@dataclass(slots=True)
class _Cell:
    rowspan: int = 1  # 0: to the end of its section
    colspan: int = 1
    is_merged: bool = True
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Row:
    section: tuple[int, str]
    is_hidden: bool
    cells: list[_Cell] = field(default_factory=list)


@dataclass
class _Table:
    is_hidden: bool
    is_bare: bool  # rows without a table element around them
    hidden_around: int
    lead: list[str]
    tail: list[str] = field(default_factory=list)
    section: tuple[int, str] = (0, "")
    hides_section: bool = False
    rows: list[_Row] = field(default_factory=list)
    row: _Row | None = None
    cell: _Cell | None = None
    left_out: list[str] = field(default_factory=list)


class _Page:
    """Takes the events of the parser and keeps no tree: that would need ten times the memory."""

    def __init__(self) -> None:
        self.tables: list[_Table] = []
        self.open_tables: list[_Table] = []
        self.effects: list[str] = []  # of each open element
        self.skipped = self.hidden = self.raised_from = self.size = 0
        self.line: list[str] = []
        self.recent: deque[str] = deque(maxlen=LEAD_LENGTH)

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        self._grow()
        self.effects.append(tag)
        if self.skipped or tag in UNSEEN:
            self.skipped += 1
            self.effects[-1] = "skipped"
            return
        if tag in BLOCKS:
            self._end_line()
        style = attributes.get("style", "") if attributes else ""
        is_hidden = "hidden" in attributes or bool(style and NO_BOX.search(style))
        if tag == "table":
            self._start_table(is_hidden, is_bare=False)
        elif tag in PARTS:
            self._start_part(tag, attributes, is_hidden)
        elif tag in STRUCK or is_hidden or (style and NO_INK.search(style)):
            self._hide()
        elif tag in {"sup", "sub"}:
            self.raised_from = len(self.line)

    def end(self, tag: str) -> None:
        effect = self.effects.pop()
        if tag in BLOCKS and effect != "skipped":
            self._end_line()
        if effect == "skipped":
            self.skipped -= 1
        elif effect == "hidden":
            self.hidden -= 1
        elif effect == "table":
            self._end_table()
        elif effect in PARTS and self.open_tables:
            self._end_part(effect, self.open_tables[-1])
        elif effect in {"sup", "sub"}:
            raised = "".join(self.line[self.raised_from :])
            before = "".join(self.line[max(self.raised_from - 9, 0) : self.raised_from])
            self.line[self.raised_from :] = [mark_raised(before, raised)]

    def data(self, text: str) -> None:
        if self.skipped:
            return
        table = self.open_tables[-1] if self.open_tables else None
        if self.hidden <= (table.hidden_around if table else 0):
            self.line.append(text)
        elif table and text.strip() and len(table.left_out) < KEPT:
            table.left_out.append(text.strip())

    def close(self) -> None:
        self._end_line()

    def _grow(self) -> None:
        self.size += 1
        if self.size > MOST_PARTS:
            refuse(Message("html.too_large", most=MOST_PARTS))

    def _hide(self) -> None:
        self.hidden += 1
        self.effects[-1] = "hidden"

    def _end_line(self) -> None:
        if not self.line:
            return
        text = BLANKS.sub(" ", "".join(self.line)).strip(" ")
        self.line.clear()
        self.raised_from = 0
        if not text:
            return
        self._grow()
        self.recent.append(text)
        table = self.open_tables[-1] if self.open_tables else None
        if table and table.cell:
            table.cell.lines.append(text)
        elif table and len(table.lead) < KEPT:
            table.lead.append(text)
        elif self.tables and len(self.tables[-1].tail) < LEAD_LENGTH:
            self.tables[-1].tail.append(text)

    def _start_table(self, is_hidden: bool, is_bare: bool) -> None:
        if self.open_tables and self.open_tables[-1].is_bare and not self.open_tables[-1].cell:
            self._end_table()
        around = self.open_tables[-1] if self.open_tables else None
        is_hidden |= self.hidden > (around.hidden_around if around else 0)
        if around:
            is_hidden |= around.is_hidden or bool(around.row and around.row.is_hidden)
        if self.tables and not around:
            self.tables[-1].tail = notes_among(self.tables[-1].tail)
        table = _Table(is_hidden, is_bare, self.hidden, list(self.recent))
        self.tables.append(table)
        self.open_tables.append(table)
        self.recent.clear()

    def _end_table(self) -> None:
        self.open_tables.pop()
        self.recent.clear()

    def _start_part(self, tag: str, attributes: Mapping[str, str], is_hidden: bool) -> None:
        if not self.open_tables:
            self._start_table(is_hidden=False, is_bare=True)
        self._grow()
        table = self.open_tables[-1]
        table.cell = None
        if tag in SECTIONS:
            table.row, table.hides_section = None, is_hidden
            table.section = (table.section[0] + 1, tag)
            return
        if tag == "tr" or table.row is None:
            table.row = _Row(table.section, table.hides_section or (tag == "tr" and is_hidden))
            table.rows.append(table.row)
        if tag == "tr":
            return
        if is_hidden:  # a browser gives it no place; scripts that merge cells hide the others so
            self._hide()
            return
        table.cell = _Cell()
        if attributes:
            table.cell.rowspan = _count(attributes.get("rowspan"))
            table.cell.colspan = min(max(_count(attributes.get("colspan")), 1), MOST_COLUMNS)
            table.cell.is_merged = not NO_MERGE.search(attributes.get("style", ""))
        table.row.cells.append(table.cell)

    @staticmethod
    def _end_part(tag: str, table: _Table) -> None:
        table.cell = None
        if tag not in {"td", "th"}:
            table.row = None
        if tag in SECTIONS:
            table.section, table.hides_section = (table.section[0] + 1, ""), False


def _count(text: str | None) -> int:
    found = re.match(r"\s*\+?([0-9]{1,9})", text) if text else None
    return int(found[1]) if found else 1


def _read(number: int, table: _Table) -> Iterator[Grid]:
    # a browser shows the first thead first and the first tfoot last
    firsts = {row.section[1]: row.section for row in reversed(table.rows)}
    order = {firsts.get("thead"): 0, firsts.get("tfoot"): 2}
    rows = sorted(table.rows, key=lambda row: order.get(row.section, 1))
    notes: list[Message] = []
    placed = list(_place(rows, notes))
    if table.left_out:
        notes.append(Message("note.not_shown", texts=[text[:40] for text in table.left_out]))
    yield from grids_of_cells(
        len(rows),
        placed,
        sheet=f"table {number}",
        hidden_rows=frozenset(place for place, row in enumerate(rows) if row.is_hidden),
        is_hidden=table.is_hidden,
        lead=table.lead,
        tail=table.tail,
        notes=notes,
    )


def _place(rows: list[_Row], notes: list[Message]) -> Iterator[tuple[str, Span]]:
    """Place cells by the table model of HTML; a cell gives way where an earlier one reaches."""
    ends = {row.section: top + 1 for top, row in enumerate(rows)}
    taken: dict[int, int] = {}  # first free row of each column
    covered = 0
    for top, row in enumerate(rows):
        left = 0
        for cell in row.cells:
            while taken.get(left, 0) > top:
                left += 1
            stop = left + cell.colspan
            bottom = min(top + (cell.rowspan or MOST_CELLS), ends[row.section])
            covered += (bottom - top) * cell.colspan
            if covered > MOST_CELLS:
                refuse(Message("html.too_many_cells", most=MOST_CELLS))
            right = left
            while right + 1 < stop and taken.get(right + 1, 0) <= top:
                right += 1
            if right + 1 < stop and len(notes) < KEPT:
                notes.append(Message("note.overlap", row=top + 1))
            for column in range(left, stop):
                taken[column] = max(taken.get(column, 0), bottom)
            right = right if cell.is_merged else left
            yield "\n".join(cell.lines), Span(top, left, bottom - 1, right)
            left = stop
