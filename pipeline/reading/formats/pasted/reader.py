"""From a pasted text to one grid of its tables and the lines between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.formats.pasted.bare_cells import read_bare_cells
from pipeline.reading.formats.pasted.cell_runs import find_cell_runs, holds_labels, read_cell_run
from pipeline.reading.formats.pasted.labels import Knows, Labels
from pipeline.reading.formats.pasted.lines import Line, split_lines
from pipeline.reading.formats.pasted.ragged import Part
from pipeline.reading.formats.pasted.refusal import refuse, refuse_lines
from pipeline.reading.formats.pasted.rows import read_rows
from pipeline.reading.formats.pasted.shapes import VALUE_SHAPES, shape_of
from pipeline.reading.grid import Cell, Grid, Span, cells_from_rows

_MOST_CELLS = 50_000_000
_MOST_LINES = 4_000_000  # more are no page, and would take gigabytes


def read_pasted(text: str, knows: Knows, options: ReadOptions) -> list[Grid]:
    """Read the tables of a pasted text.

    Args:
        text: A whole file.
        knows: What the cells below a label look like, None if the label is unknown. A label from
            two header rows comes as ``upper/lower`` first, then as ``lower``.
        options: ``delimiter``, ``header_rows`` and ``calendar`` are used.

    Returns:
        One grid, with all lines of the file as rows. Lines outside of tables stand in the first
        column as they are, and so do tables without two known labels.

    Raises:
        UnreadableFileError: A cell might have stood in more than one place, or in none.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        refuse(Message("pasted.half_character", number=error.start + 1))
    lines = split_lines(text.removeprefix("\ufeff"), options.delimiter)
    if len(lines) > _MOST_LINES:
        refuse(Message("pasted.too_long", lines=len(lines)))
    labels = Labels(knows, options)
    parts = list(_read_delimited_parts(lines, labels))
    if not any(restored for _, restored in parts):
        parts = list(read_bare_cells(lines, labels))
    return [_assemble(parts)]


def _assemble(parts: Sequence[Part]) -> Grid:
    """One grid of the parts of a text, from top to bottom."""
    rows: list[Sequence[Cell]] = []
    spans: list[Span] = []
    numbers: list[int] = []
    notes: list[Message] = []
    prose: list[int] = []
    for given, restored in parts:
        start = len(rows)
        numbers += [row.line for row in given]
        if restored is None:
            prose += [start + offset for offset, row in enumerate(given) if len(row.cells) == 1]
            rows += [row.cells for row in given]
            continue
        rows += restored.rows
        spans += [
            Span(span.top + start, span.left, span.bottom + start, span.right)
            for span in restored.spans
        ]
        if restored.moved:
            line, number = given[0].line, restored.moved
            notes.append(Message("note.rows_placed", line=line, number=number))
    width = max(map(len, rows), default=0)
    if len(rows) * width > _MOST_CELLS:
        refuse(Message("pasted.too_large", lines=len(rows), width=width))
    if width > 1:  # prose runs over the whole width, and is no row of a table
        spans += [Span(row, 0, row, width - 1) for row in prose]
    widths = list(map(len, rows))
    return Grid(None, cells_from_rows(rows), spans, numbers, widths=widths, notes=notes)


def _read_delimited_parts(lines: Sequence[Line], labels: Labels) -> Iterator[Part]:
    """Read tables with delimiters, and the lines between them."""
    start, has_table = 0, False
    for first, stop in find_cell_runs(lines):
        run = lines[first:stop]
        if holds_labels(run, labels):
            yield read_rows(lines[start:first], labels)
            yield from read_cell_run(run, labels)
            start, has_table = stop, True
        elif has_table and any(shape_of(line.head) in VALUE_SHAPES for line in run):
            refuse_lines(run[0].number, run[-1].number, Message("pasted.no_header"))
    yield read_rows(lines[start:], labels)
