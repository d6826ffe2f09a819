"""Tables with a cell a line and no delimiter at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.pasted.columns import Columns
from pipeline.reading.formats.pasted.labels import Labels
from pipeline.reading.formats.pasted.lines import LONGEST_CELL, Line
from pipeline.reading.formats.pasted.ragged import Part, RaggedRow, Restored
from pipeline.reading.formats.pasted.refusal import refuse_line
from pipeline.reading.formats.pasted.shapes import VALUE_SHAPES, shape_of


def read_bare_cells(lines: Sequence[Line], labels: Labels) -> Iterator[Part]:
    """Read tables with a cell a line and no delimiter, and the lines between them."""
    starts = list(_find_label_runs(lines, labels))
    done = 0
    for (first, width), (end, _) in pairwise([*starts, (len(lines), 0)]):
        part, stop = _CellLines(lines[first:end], width, labels).read()
        if part:
            yield [line.as_note() for line in lines[done:first]], None
            yield part
            done = first + stop
    yield [line.as_note() for line in lines[done:]], None


def _find_label_runs(lines: Sequence[Line], labels: Labels) -> Iterator[tuple[int, int]]:
    """Where lines begin that are labels one and all, and how many they are."""
    start = 0
    for is_label, run in groupby(lines, lambda line: line.is_plain and labels.is_known(line.text)):
        width = len(list(run))
        if is_label and width > 1:
            yield start, width
        start += width


class _CellLines:
    """A header of one label a line, and the lines after it."""

    def __init__(self, lines: Sequence[Line], width: int, labels: Labels) -> None:
        """Take the first ``width`` lines as labels."""
        self._lines, self._width = lines, width
        self._header = tuple(line.text for line in lines[:width])
        self._labels = labels

    def read(self) -> tuple[Part | None, int]:
        """The table, if rows follow at all, and the place of the first line after it."""
        readings: list[tuple[list[RaggedRow], int]] = []
        errors: list[UnreadableFileError] = []
        for blanks_are_cells in (False, True):
            try:
                readings.append(self._cut(blanks_are_cells))
            except UnreadableFileError as error:
                errors.append(error)
        if not readings:
            raise errors[0]
        rows, stop = readings[0]
        if any(_cells_in(other) != _cells_in(rows) for other, _ in readings[1:]):
            refuse_line(self._lines[0].number, Message("pasted.blank_lines"))
        if not rows:
            return None, 0
        header = RaggedRow(self._lines[0].number, self._header, self._width)
        restored = Restored()
        for row in (header, *rows):
            restored.add(row.cells)
        return ([header, *rows], restored), stop

    def _cut(self, blanks_are_cells: bool) -> tuple[list[RaggedRow], int]:
        """Rows of as many lines as there are labels, up to a line that cannot begin one."""
        columns = Columns([self._labels.kind(label) for label in self._header], self._labels)
        rows: list[RaggedRow] = []
        place = self._width
        while place < len(self._lines):
            line = self._lines[place]
            chunk = self._lines[place : place + self._width]
            if not any(line.text for line in chunk) or not (line.text or blanks_are_cells):
                rows.append(line.as_note())
                place += 1
                continue
            fitting = self._count_fitting(chunk, columns, blanks_are_cells)
            if fitting == 0:
                break
            if fitting < self._width:
                number = chunk[min(fitting, len(chunk) - 1)].number
                refuse_line(number, Message("pasted.breaks_off", width=self._width))
            row = RaggedRow(line.number, tuple(line.text for line in chunk), self._width)
            columns.learn(row.shapes)
            rows.append(row)
            place += self._width
        self._check_rest(place)
        has_rows = any(not row.is_note for row in rows)
        if has_rows and all(VALUE_SHAPES.isdisjoint(seen) for seen in columns.seen):
            refuse_line(self._lines[0].number, Message("pasted.no_values"))
        return (rows if has_rows else []), place

    def _count_fitting(
        self, chunk: Sequence[Line], columns: Columns, blanks_are_cells: bool
    ) -> int:
        """How many lines from the first on look like the cells above them."""
        for column, line in enumerate(chunk):
            is_prose = len(line.text) > LONGEST_CELL or (column == 0 and line.is_remark)
            is_odd = is_prose or columns.fit([shape_of(line.text)], column)[0] > 0
            if is_odd or line.delimiter or not (line.text or blanks_are_cells):
                return column
        return len(chunk)

    def _check_rest(self, place: int) -> None:
        """Refuse a table that may go on after a line that does not belong to it."""
        for line in self._lines[place:]:
            if shape_of(line.text) in VALUE_SHAPES - {"date"}:
                refuse_line(line.number, Message("pasted.number_below"))


def _cells_in(rows: Sequence[RaggedRow]) -> list[RaggedRow]:
    return [row for row in rows if not row.is_note]
