"""Tables of PDF files that hold text."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator, Sequence

import pdfplumber
from pdfplumber.page import Page
from pdfplumber.table import Table
from pdfplumber.utils import extract_text

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError, reason_of
from pipeline.reading.formats.pdf_text import Part, unruled_parts
from pipeline.reading.grid import Cell, Grid, Span, cells_from_rows

MOST_PAGES = 300
TOLERANCE = 2.0  # points by which lines of one table miss each other
LEAD_LINES = 5


def read_pdf(content: bytes, options: ReadOptions) -> list[Grid]:
    """Read the tables of a PDF file.

    A table that goes on at the top of the next page, with the same columns, is one table. A cell
    that the page break cut in two is one merged cell again, where the parts show it.

    Args:
        content: The file.
        options: Not used; the sheets of a PDF are called ``page 1, table 1``.

    Returns:
        One grid a table, in the order of pages.

    Raises:
        UnreadableFileError: Damaged, encrypted, too long, a scan without text, or without tables.
    """
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every odd font
    try:
        with pdfplumber.open(io.BytesIO(content)) as pdf:
            if len(pdf.pages) > MOST_PAGES:
                raise UnreadableFileError(
                    Message("pdf.too_long", pages=len(pdf.pages), most=MOST_PAGES)
                )
            parts = [part for page in pdf.pages for part in _ruled_parts(page)]
            notes: tuple[Message, ...] = ()
            if not parts:
                parts = [part for page in pdf.pages for part in unruled_parts(page)]
                notes = (Message("note.no_lines"),)
            has_text = any(page.chars for page in pdf.pages)
    except UnreadableFileError:
        raise
    except Exception as error:  # pdfminer raises whatever its parsers hit in a damaged file
        raise UnreadableFileError(Message("pdf.unreadable", what=reason_of(error))) from error
    if not has_text:
        raise UnreadableFileError(Message("pdf.scan"))
    return [_grid(part, notes) for part in _joined(parts)]


def _ruled_parts(page: Page) -> Iterator[Part]:
    tables = sorted(page.find_tables(), key=lambda table: (table.bbox[1], table.bbox[0]))
    top = 0.0
    for number, table in enumerate(tables, start=1):
        lefts = _edges([cell[0] for cell in table.cells])
        tops = _edges([cell[1] for cell in table.cells])
        rows: list[list[Cell]] = [[None] * len(lefts) for _ in tops]
        spans = []
        for x0, y0, x1, y1 in table.cells:
            row, column = _index(tops, y0), _index(lefts, x0)
            bottom = max(_index(tops, y1 - 2 * TOLERANCE), row)
            right = max(_index(lefts, x1 - 2 * TOLERANCE), column)
            text = _text_inside(page, (x0, y0, x1, y1))
            rows[row][column] = text or None
            if (bottom, right) != (row, column):
                spans.append(Span(row, column, bottom, right))
        lead = _lines_above(page, table, top)
        top = table.bbox[3]
        is_last = number == len(tables)
        yield Part(page.page_number, page.page_number, number, lefts, rows, spans, lead, is_last)
        page.flush_cache()


def _text_inside(page: Page, box: tuple[float, float, float, float]) -> str:
    """Text of a cell: the characters whose middle lies in it, for some reach over its lines."""
    left, top, right, bottom = box
    inside = [
        char
        for char in page.chars
        if left <= (char["x0"] + char["x1"]) / 2 < right
        and top <= (char["top"] + char["bottom"]) / 2 < bottom
    ]
    return str(extract_text(inside))


def _edges(positions: Sequence[float]) -> list[float]:
    edges: list[float] = []
    for position in sorted(positions):
        if not edges or position - edges[-1] > TOLERANCE:
            edges.append(position)
    return edges


def _index(edges: Sequence[float], position: float) -> int:
    """The last edge that is not beyond a position."""
    return max((i for i, edge in enumerate(edges) if edge <= position + TOLERANCE), default=0)


def _lines_above(page: Page, table: Table, top: float) -> list[str]:
    if table.bbox[1] - top <= TOLERANCE:
        return []
    above = page.crop((0, top, page.width, table.bbox[1]), strict=False)
    return [line for line in above.extract_text().splitlines() if line.strip()][-LEAD_LINES:]


def _joined(parts: list[Part]) -> list[Part]:
    """Tables, with those parts joined that a page break cut."""
    joined: list[Part] = []
    for part in parts:
        if joined and _goes_on(joined[-1], part):
            _append(joined[-1], part)
        else:
            joined.append(part)
    return joined


def _goes_on(above: Part, below: Part) -> bool:
    same_columns = len(above.lefts) == len(below.lefts) and all(
        abs(a - b) <= TOLERANCE for a, b in zip(above.lefts, below.lefts, strict=True)
    )
    follows = below.first_page == above.last_page + 1 and below.number == 1
    return same_columns and follows and above.is_last_of_page


def _append(above: Part, below: Part) -> None:
    start = len(above.rows)
    repeated = next((k for k in range(5, 0, -1) if below.rows[:k] == above.rows[:k]), 0)
    moved = [Span(s.top + start, s.left, s.bottom + start, s.right) for s in below.spans]
    above.rows += below.rows
    for column in range(len(above.lefts)):
        row = start + repeated
        if repeated or row >= len(above.rows) or above.rows[row][column] is not None:
            continue
        cut = next((s for s in moved if (s.top, s.left) == (row, column)), None)
        upper = next((s for s in above.spans if s.left == column and s.bottom == start - 1), None)
        if above.rows[start - 1][column] is None and upper is None:
            continue
        # one of the two must be seen to be merged; a single blank cell may just be blank
        if (cut and cut.right == column) or (upper and upper.right == column):
            top = upper.top if upper else start - 1
            bottom = cut.bottom if cut else row
            moved = [s for s in moved if s is not cut]
            above.spans = [s for s in above.spans if s is not upper]
            above.spans.append(Span(top, column, bottom, column))
    above.spans += moved
    above.last_page, above.is_last_of_page = below.last_page, below.is_last_of_page


def _grid(part: Part, notes: tuple[Message, ...]) -> Grid:
    pages = (
        f"page {part.first_page}"
        if part.first_page == part.last_page
        else f"pages {part.first_page}-{part.last_page}"
    )
    return Grid(
        f"{pages}, table {part.number}",
        cells_from_rows(part.rows),
        part.spans,
        lead=part.lead,
        notes=notes,
    )
