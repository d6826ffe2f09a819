"""Tables with a cell a line and a pipe behind each."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.pasted.labels import Labels
from pipeline.reading.formats.pasted.lines import FEWEST_CELLS, PIPE, Line, glue
from pipeline.reading.formats.pasted.ragged import Part, RaggedRow
from pipeline.reading.formats.pasted.refusal import refuse_line, refuse_lines
from pipeline.reading.formats.pasted.restore import WIDEST, restore


def holds_labels(lines: Sequence[Line], labels: Labels) -> bool:
    """Whether two lines or more are known labels."""
    known = (line for line in lines if labels.is_known(line.head))
    return len(list(islice(known, 2))) > 1


def find_cell_runs(lines: Sequence[Line]) -> Iterator[tuple[int, int]]:
    """Runs of lines of one cell, between which single other lines may stand."""
    start = stop = 0
    for index, line in enumerate(lines):
        if not _is_cell(line):
            continue
        is_next = index == stop or (index == stop + 1 and lines[stop].delimiter is None)
        if not is_next or start == stop:
            if stop - start >= FEWEST_CELLS:
                yield start, stop
            start = index
        stop = index + 1
    if stop - start >= FEWEST_CELLS:
        yield start, stop


def _is_cell(line: Line) -> bool:
    """Whether a line is one cell, with the blank ones that may follow it."""
    return line.delimiter is PIPE and line.is_terminated and not PIPE.search(line.head)


def read_cell_run(run: Sequence[Line], labels: Labels) -> list[Part]:
    """Read lines of one cell; the other lines among them part tables, or are halves of cells."""
    breaks = [index for index, line in enumerate(run) if line.delimiter is None]
    pieces = [run[start + 1 : stop] for start, stop in pairwise((-1, *breaks, len(run)))]
    if breaks and all(holds_labels(piece, labels) for piece in pieces):
        with suppress(UnreadableFileError):
            parts = [_CellRun(pieces[0]).read(labels)]
            for place, piece in zip(breaks, pieces[1:], strict=True):
                parts += [([run[place].as_note()], None), _CellRun(piece).read(labels)]
            return parts
    return [_CellRun(run).read(labels)]


class _CellRun:
    """Cells that follow one another, whatever line they stand on."""

    def __init__(self, run: Sequence[Line]) -> None:
        """Take the cells from the lines."""
        self._lines = (run[0].number, run[-1].number)
        self._cells: list[str] = []
        self._numbers: list[int] = []
        self._blanks: dict[int, int] = {}  # where blank cells on one line end: how many they are
        self._breaks: set[int] = set()  # cells broken over two lines
        self._bundles: list[tuple[int, int]] = []  # first cell of lines with several, and the last
        above: Line | None = None
        for line in run:
            if line.delimiter is None:
                above = line if line.is_plain else None
            else:
                self._add(line, above)
                above = None

    def _add(self, line: Line, above: Line | None) -> None:
        text, first = line.head, len(self._cells)
        if above:
            self._breaks.add(first)
            text = glue(above.text, text, line.number)
        self._cells += [text, *[""] * (line.marks - 1)]
        self._numbers += [above.number if above else line.number] * line.marks
        blanks = line.marks - bool(text)
        if line.marks > 1:
            self._bundles.append((first, len(self._cells) - 1))
        if blanks > 1:
            self._blanks[len(self._cells)] = blanks

    def read(self, labels: Labels) -> Part:
        """Cut the cells into rows of the one length that makes a table of them."""
        readings: list[Part] = []
        errors: list[UnreadableFileError] = []
        for width in self._widths():
            rows = self._cut(width)
            try:
                restored = restore(rows, labels, width)
            except UnreadableFileError as error:
                errors.append(error)
            else:
                readings += [(rows, restored)] if restored else []
        if len(readings) > 1:
            refuse_lines(*self._lines, Message("pasted.several_lengths"))
        if not readings:
            if len(errors) == 1:
                raise errors[0]
            refuse_lines(*self._lines, Message("pasted.no_length", cells=len(self._cells)))
        self._check_breaks(readings[0][0])
        return readings[0]

    def _widths(self) -> list[int]:
        """Lengths of rows at which padding, several blank cells on one line, ends a row."""
        common = math.gcd(len(self._cells), *self._blanks)
        least = max(self._blanks.values(), default=2)
        widths = [width for width in range(least, WIDEST + 1) if common % width == 0]
        return [
            width
            for width in widths
            if all(first // width == last // width for first, last in self._bundles)
        ]

    def _cut(self, width: int) -> list[RaggedRow]:
        rows = []
        for start in range(0, len(self._cells), width):
            cells = tuple(self._cells[start : start + width])
            # a single blank cell at the end may be padding too, unless only one would be left
            doubtful = int(not cells[-1] and width > 2)
            padding = self._blanks.get(start + width, doubtful)
            rows.append(RaggedRow(self._numbers[start], cells, max(width - padding, 1)))
        return rows

    def _check_breaks(self, rows: Sequence[RaggedRow]) -> None:
        width = len(rows[0].cells)
        for place in sorted(self._breaks):
            if place % width == 0:
                number = self._numbers[place]
                refuse_line(number, Message("pasted.first_half"))
