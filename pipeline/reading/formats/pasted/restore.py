"""Rows of pasted tables that lost their merged cells, put back into their columns.

Text keeps no spans. A row that stood beside a merged cell arrives with fewer cells, or with
padding at its right end, and a label above two columns arrives as one cell. What the cells look
like says where they stood; where it says two things, the table is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.core.messages import Message
from pipeline.reading.formats.pasted.body import Body
from pipeline.reading.formats.pasted.columns import Columns
from pipeline.reading.formats.pasted.headers import find_headers
from pipeline.reading.formats.pasted.labels import Labels
from pipeline.reading.formats.pasted.layouts import Layout, layouts_of
from pipeline.reading.formats.pasted.ragged import RaggedRow, Restored
from pipeline.reading.formats.pasted.refusal import refuse_line, refuse_two_lines
from pipeline.reading.formats.pasted.shapes import Shape

WIDEST = 500  # columns; longer rows are no table of a page


def restore(rows: Sequence[RaggedRow], labels: Labels, width: int | None = None) -> Restored | None:
    """Put the cells of tables back into their columns.

    Args:
        rows: Tables one after the other, lines before and between them.
        labels: What is known about labels; a header holds at least two known ones.
        width: Number of columns if the rows were cut by counting cells.

    Returns:
        The rows, or None if there is no header among them.

    Raises:
        UnreadableFileError: A row or a header fits in more than one way, or in none.
    """
    headers = find_headers(rows, labels)
    if not headers:
        return None
    out = Restored()
    stops = [top for top, _ in headers[1:]] + [len(rows)]
    start = 0
    for (top, sub), stop in zip(headers, stops, strict=True):
        table = _Table(rows[top:stop], None if sub is None else sub - top, labels, width)
        for row in rows[start:top]:
            out.add(row.cells if len(row.cells) <= table.width else row.as_note().cells)
            if row.is_banner and not row.is_note:
                out.merge_row(table.width)
        table.restore(out)
        start = stop
    return out


class _Table:
    """One header with the rows below it."""

    def __init__(
        self, rows: Sequence[RaggedRow], sub: int | None, labels: Labels, width: int | None
    ) -> None:
        """Find the columns; ``sub`` is the place of the lower header row."""
        self._labels, self._is_counted = labels, width is not None
        self._top, self._between = rows[0], rows[1 : sub or 1]
        self._sub = rows[sub] if sub else None
        self._body = rows[(sub or 0) + 1 :]
        self.width = width or self._reach()
        if self.width > WIDEST:
            refuse_line(self._top.line, Message("pasted.too_wide", width=self.width))
        self._layout = self._one_row() if self._sub is None else self._two_rows(self._sub)
        self.width = len(self._layout.parts)

    def restore(self, out: Restored) -> None:
        """Add the rows of the table."""
        self._add_header(out)
        kinds = [self._labels.kind(*parts) for parts in self._layout.parts]
        columns = Columns(kinds, self._labels)
        body = Body(out, columns, self._is_counted, self._sub or self._top)
        sample = next(filter(_is_sample, self._body), self._top)
        longest = max(self.width, len(self._top.cells), len(sample.cells))
        for row in _set_furniture_aside(self._body, self.width):
            if len(row.cells) > longest:
                refuse_line(row.line, Message("pasted.longer_row", cells=len(row.cells)))
            body.add(row)
        body.close()

    def _reach(self) -> int:
        """Cells of the longest row, as far as the rows follow one another."""
        reach = max(len(self._top.filled), len(self._sub.filled) if self._sub else 0, 2)
        is_begun = False
        for row in self._body:
            if row.is_note and is_begun:
                break
            is_begun = not row.is_note
            reach = max(reach, len(row.filled))
        return reach

    def _one_row(self) -> Layout:
        labels = self._top.filled
        longest = max(self._body, key=lambda row: len(row.filled), default=self._top)
        is_short = self._top.own < self.width
        if is_short and not longest.is_note and len(longest.filled) > len(labels):
            cells = len(longest.filled)
            message = Message(
                "pasted.few_labels", labels=len(labels), other=longest.line, cells=cells
            )
            refuse_line(self._top.line, message)
        parts = [(label,) if label else () for label in labels]
        return Layout((), (*parts, *[()] * (self.width - len(parts))))

    def _two_rows(self, sub: RaggedRow) -> Layout:
        """The one way to set the lower labels below upper ones that the cells below agree with."""
        widest = self.width if self._is_counted else len(self._top.filled) + len(sub.filled)
        widths = range(self.width, widest + 1)
        layouts = next(filter(None, (self._best_layouts(sub, width) for width in widths)), [])
        if not layouts:
            refuse_two_lines(self._top.line, sub.line, Message("pasted.no_way"))
        if len(layouts) > 1:
            refuse_two_lines(self._top.line, sub.line, Message("pasted.several_ways"))
        return layouts[0]

    def _best_layouts(self, sub: RaggedRow, width: int) -> list[Layout]:
        """The layouts of one width with which the cells below agree best."""
        shapes = next((row.shapes for row in self._body if _is_sample(row)), ())
        scored = [
            (score, layout)
            for layout in layouts_of(self._top, sub, width)
            if (score := self._score(layout, shapes)) is not None
        ]
        best = max((score for score, _ in scored), default=None)
        return [layout for score, layout in scored if score == best]

    def _score(self, layout: Layout, shapes: Sequence[Shape]) -> tuple[int, int] | None:
        """How many columns agree with their labels, how many are known; None if one does not."""
        kinds = [self._labels.kind(*parts) for parts in layout.parts]
        agree = [
            self._labels.agree(kind, shape) for kind, shape in zip(kinds, shapes, strict=False)
        ]
        if False in agree:
            return None
        return agree.count(True), len(kinds) - kinds.count(None)

    def _add_header(self, out: Restored) -> None:
        index, column = len(out.rows), 0
        upper: list[str] = []
        lower: list[str] = []
        bottom = index + (self._sub is not None and not self._between)
        for size in self._layout.sizes:
            parts = self._layout.parts[column : column + size]
            upper += [parts[0][0], *[""] * (size - 1)]
            lower += [part[1] if size > 1 else "" for part in parts]
            out.merge(index, column, index if size > 1 else bottom, column + size - 1)
            column += size
        out.add(upper or self._top.filled)
        for row in self._between:
            out.add(row.cells)
        if self._sub:
            out.add(lower or self._sub.filled)
        out.moved += any(size > 1 for size in self._layout.sizes)


def _is_sample(row: RaggedRow) -> bool:
    """Whether a row surely begins in the first column and shows what the columns hold."""
    return bool(row.filled) and not (row.is_note or row.is_banner or row.is_total)


def _set_furniture_aside(rows: Sequence[RaggedRow], width: int) -> Iterator[RaggedRow]:
    """Make notes of what else a page separates like cells: menus, paths, links at its foot."""
    has_begun = False
    for is_note, group in groupby(rows, key=lambda row: row.is_note):
        run = list(group)
        may_be_rows = any(row.has_values or len(row.cells) == width for row in run)
        if has_begun and not is_note and not may_be_rows:
            run = [row.as_note() for row in run]
        has_begun = has_begun or not is_note
        yield from run
