"""Tables in text that was pasted from web pages.

Three forms occur: a row a line with ``|`` or tabs between cells, a cell a line with ``|`` behind
each, and a cell a line with nothing between. Lines become rows here; ``ragged_rows`` then finds
the columns of their cells.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import groupby, islice, pairwise

from pipeline.dossier_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.grid import Cell, Grid, Span, cells_from_rows
from pipeline.reading.ragged_rows import (
    VALUE_SHAPES,
    WIDEST,
    ColumnKind,
    Columns,
    Knows,
    Labels,
    RaggedRow,
    Restored,
    is_heading,
    refuse,
    restore,
    shape_of,
)

__all__ = ["ColumnKind", "Knows", "looks_pasted", "read_pasted"]

_PIPES = "|\uff5c"
_PIPE = re.compile(rf"(?<!\\)[{_PIPES}]")  # markdown writes \| for one inside a cell
_TAB = re.compile("\t")
_LINE_END = re.compile(r"\r\n|\r|\n")
_RULE = re.compile(r":?-{2,}:?")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
_REMARK = re.compile("[。：:；;]|^(?:注|附|[(\uff08])")
_SEPARATOR = re.compile(f"[,;\t{_PIPES}]")
_REGULAR_SHARE = 0.8  # of the lines; cells of other lines may hold the delimiter too
_FEWEST_MARKED = 3  # lines; fewer are a menu or a path at the top of a page
_FEWEST_CELLS = 4  # lines; fewer of one cell each are titles
_MOST_CELLS = 50_000_000
_MOST_LINES = 4_000_000  # more are no page, and would take gigabytes
_LONGEST_CELL = 40  # characters; a longer line among cells is prose
_LONGEST_BREAK = 3  # lines over which one cell may be broken

_Part = tuple[Sequence[RaggedRow], Restored | None]


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of the text, numbered from 1."""

    number: int
    text: str
    delimiter: re.Pattern[str] | None = None  # none in prose and in blank lines
    marks: int = 0  # number of delimiters

    @property
    def is_plain(self) -> bool:
        """Whether it has text and no delimiter."""
        return self.delimiter is None and bool(self.text)

    @property
    def is_terminated(self) -> bool:
        return self.text.rstrip().endswith(tuple(_PIPES))

    @property
    def is_remark(self) -> bool:
        """Whether it is a sentence or a remark rather than part of a cell."""
        text = self.text
        return len(text) > _LONGEST_CELL or is_heading(text) or bool(_REMARK.search(text))

    @property
    def is_rule(self) -> bool:
        """Whether it is the line of dashes below a header in markdown."""
        if self.delimiter is not _PIPE or "--" not in self.text:
            return False
        return all(_RULE.fullmatch(cell) for cell in self.cells() if cell)

    def cells(self) -> list[str]:
        pieces = self.delimiter.split(self.text) if self.delimiter else [self.text]
        return [piece.strip() for piece in pieces]

    def as_note(self) -> RaggedRow:
        """The line as a row of its own."""
        return RaggedRow(self.number, (self.text.strip(),), 1, is_note=True)


def looks_pasted(text: str) -> bool:
    """Whether a text holds a pasted table rather than regular delimited records.

    Args:
        text: A whole file. Delimited records below a preamble of prose are regular.
    """
    lines = _LINE_END.split(text)
    return (
        _is_ragged(lines, _PIPE, ",\t;") or _is_ragged(lines, _TAB, ",;") or _has_cell_lines(lines)
    )


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
        refuse(f"character {error.start + 1} is half of one")
    lines = _split_lines(text.removeprefix("\ufeff"), options.delimiter)
    if len(lines) > _MOST_LINES:
        refuse(f"{len(lines):,} lines")
    labels = Labels(knows, options)
    parts = list(_read_delimited_parts(lines, labels))
    if not any(restored for _, restored in parts):
        parts = list(_read_cell_lines(lines, labels))
    return [_assemble(parts)]


def _assemble(parts: Sequence[_Part]) -> Grid:
    """One grid of the parts of a text, from top to bottom."""
    rows: list[Sequence[Cell]] = []
    spans: list[Span] = []
    numbers: list[int] = []
    notes: list[str] = []
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
            notes.append(
                f"from line {given[0].line}: {restored.moved} rows lack cells that were merged;"
                " they were placed by what their cells look like"
            )
    width = max(map(len, rows), default=0)
    if len(rows) * width > _MOST_CELLS:
        refuse(f"{len(rows):,} lines beside a table of {width} columns")
    if width > 1:  # prose runs over the whole width, and is no row of a table
        spans += [Span(row, 0, row, width - 1) for row in prose]
    return Grid(None, cells_from_rows(rows), spans, numbers, notes=notes)


def _split_lines(text: str, delimiter: str | None) -> list[_Line]:
    """Lines of a text, each with the delimiter that its cells have."""
    texts = _LINE_END.split(text)
    if texts and not texts[-1]:
        texts.pop()
    pipes = [len(_PIPE.findall(line)) for line in texts]
    tabs = [line.count("\t") for line in texts]
    if delimiter and delimiter not in _PIPES:
        pipes = [0] * len(texts)
    if delimiter and delimiter != "\t":
        tabs = [0] * len(texts)
    # where a line holds both, one of them stands inside a cell
    balance = sum((tab > 0) - (pipe > 0) for tab, pipe in zip(tabs, pipes, strict=True))
    lines = []
    for number, (text, tab, pipe) in enumerate(zip(texts, tabs, pipes, strict=True), 1):
        plain = text.strip()
        if tab and plain and (balance > 0 or not pipe):
            lines.append(_Line(number, text, _TAB, tab))
        elif pipe:
            lines.append(_Line(number, plain, _PIPE, pipe))
        else:
            lines.append(_Line(number, plain))
    return lines


def _glue(above: str, below: str, number: int) -> str:
    """Two halves of a text that was broken before line ``number``."""
    ends = above[-1:] + below[:1]
    if ends.isdecimal() and len(ends) > 1:
        refuse(f"line {number}: the rest of the number above, or another one")
    is_latin = ends.isascii() and ends.isalpha() and len(ends) > 1
    return f"{above} {below}" if is_latin else above + below


def _read_delimited_parts(lines: Sequence[_Line], labels: Labels) -> Iterator[_Part]:
    """Read tables with delimiters, and the lines between them."""
    start, has_table = 0, False
    for first, stop in _find_cell_runs(lines):
        run = lines[first:stop]
        if _holds_labels(run, labels):
            yield _read_rows(lines[start:first], labels)
            yield from _read_cell_run(run, labels)
            start, has_table = stop, True
        elif has_table and any(shape_of(_head(line)) in VALUE_SHAPES for line in run):
            refuse(f"lines {run[0].number} to {run[-1].number}: cells below no header")
    yield _read_rows(lines[start:], labels)


def _holds_labels(lines: Sequence[_Line], labels: Labels) -> bool:
    known = (line for line in lines if labels.is_known(_head(line)))
    return len(list(islice(known, 2))) > 1


def _head(line: _Line) -> str:
    """Text of a line before the delimiters at its end."""
    return line.text.rstrip(f"{_PIPES} \t\u3000\xa0")


def _is_cell(line: _Line) -> bool:
    """Whether a line is one cell, with the blank ones that may follow it."""
    return line.delimiter is _PIPE and line.is_terminated and not _PIPE.search(_head(line))


def _find_cell_runs(lines: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    """Runs of lines of one cell, between which single other lines may stand."""
    start = stop = 0
    for index, line in enumerate(lines):
        if not _is_cell(line):
            continue
        is_next = index == stop or (index == stop + 1 and lines[stop].delimiter is None)
        if not is_next or start == stop:
            if stop - start >= _FEWEST_CELLS:
                yield start, stop
            start = index
        stop = index + 1
    if stop - start >= _FEWEST_CELLS:
        yield start, stop


def _read_cell_run(run: Sequence[_Line], labels: Labels) -> list[_Part]:
    """Read lines of one cell; the other lines among them part tables, or are halves of cells."""
    breaks = [index for index, line in enumerate(run) if line.delimiter is None]
    pieces = [run[start + 1 : stop] for start, stop in pairwise((-1, *breaks, len(run)))]
    if breaks and all(_holds_labels(piece, labels) for piece in pieces):
        with suppress(UnreadableFileError):
            parts = [_CellRun(pieces[0]).read(labels)]
            for place, piece in zip(breaks, pieces[1:], strict=True):
                parts += [([run[place].as_note()], None), _CellRun(piece).read(labels)]
            return parts
    return [_CellRun(run).read(labels)]


class _CellRun:
    """Cells that follow one another, whatever line they stand on."""

    def __init__(self, run: Sequence[_Line]) -> None:
        """Take the cells from the lines."""
        self._where = f"lines {run[0].number} to {run[-1].number}"
        self._cells: list[str] = []
        self._numbers: list[int] = []
        self._blanks: dict[int, int] = {}  # where blank cells on one line end: how many they are
        self._breaks: set[int] = set()  # cells broken over two lines
        self._bundles: list[tuple[int, int]] = []  # first cell of lines with several, and the last
        above: _Line | None = None
        for line in run:
            if line.delimiter is None:
                above = line if line.is_plain else None
            else:
                self._add(line, above)
                above = None

    def _add(self, line: _Line, above: _Line | None) -> None:
        text, first = _head(line), len(self._cells)
        if above:
            self._breaks.add(first)
            text = _glue(above.text, text, line.number)
        self._cells += [text, *[""] * (line.marks - 1)]
        self._numbers += [above.number if above else line.number] * line.marks
        blanks = line.marks - bool(text)
        if line.marks > 1:
            self._bundles.append((first, len(self._cells) - 1))
        if blanks > 1:
            self._blanks[len(self._cells)] = blanks

    def read(self, labels: Labels) -> _Part:
        """Cut the cells into rows of the one length that makes a table of them."""
        readings: list[_Part] = []
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
            refuse(f"{self._where}: rows of more than one length would fit")
        if not readings:
            if len(errors) == 1:
                raise errors[0]
            refuse(f"{self._where}: {len(self._cells)} cells that make no rows of one length")
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
                refuse(f"line {number}: the first half of a cell, or a line of its own")


def _read_rows(lines: Sequence[_Line], labels: Labels) -> _Part:
    """Read lines that hold a row each."""
    rows: list[RaggedRow] = []
    style: _Style | None = None
    for run in _find_row_runs(lines):
        style = _style_of(run, labels) or style
        rows += _rows_of(run, style) if style else [line.as_note() for line in run]
    restored = restore(rows, labels) if style else None
    return (rows, restored) if restored else ([line.as_note() for line in lines], None)


@dataclass(frozen=True, slots=True)
class _Style:
    """Whether the rows of a table begin and end with a delimiter."""

    leads: bool
    ends: bool

    def row_of(self, line: _Line) -> RaggedRow:
        """The cells between the delimiters of a line."""
        cells = line.cells()
        if self.leads and not cells[0]:
            del cells[0]
        if self.ends and len(cells) > 1 and not cells[-1]:
            del cells[-1]
        return RaggedRow(line.number, tuple(cells), len(cells))


def _style_of(run: Sequence[_Line], labels: Labels) -> _Style | None:
    """How the first line with a known label is written."""
    for line in run:
        if line.delimiter and any(labels.is_known(cell) for cell in line.cells()):
            if line.delimiter is _TAB:
                return _Style(leads=False, ends=False)
            return _Style(line.text.startswith(tuple(_PIPES)), line.is_terminated)
    return None


def _find_row_runs(lines: Sequence[_Line]) -> Iterator[Sequence[_Line]]:
    """Runs of lines; blank lines and several lines of prose part them."""
    start = 0
    for index, (above, line) in enumerate(pairwise(lines), 1):
        if not line.text or not above.text or (above.is_plain and line.is_plain):
            yield lines[start:index]
            start = index
    if lines:
        yield lines[start:]


def _rows_of(run: Sequence[_Line], style: _Style) -> Iterator[RaggedRow]:
    """Rows of a run of lines, cells mended that were broken over lines."""
    usual = max((line.marks for line in run if line.is_terminated and not line.is_rule), default=0)
    index = 0
    while index < len(run):
        line, used = run[index], 1
        if line.delimiter is None or line.is_rule:
            yield _note_of(run, index, style)
        else:
            if style.ends and not line.is_terminated:
                line, used = _mend(run[index : index + _LONGEST_BREAK], usual, index + 2 < len(run))
            yield style.row_of(line)
        index += used


def _note_of(run: Sequence[_Line], index: int, style: _Style) -> RaggedRow:
    """A line without cells; it may yet be part of the cell above or below it."""
    line, note = run[index], run[index].as_note()
    above = run[index - 1] if index else None
    if not line.is_plain or line.is_remark or above is None or above.delimiter is None:
        return note
    is_between = index + 1 < len(run)
    may_continue = not above.is_terminated if style.ends else is_between
    return replace(note, may_continue=may_continue, may_begin=is_between and not style.leads)


def _mend(lines: Sequence[_Line], usual: int, goes_on: bool) -> tuple[_Line, int]:
    """Join a line that lacks its last delimiter with the rest of it, if that makes a whole row."""
    marks = lines[0].marks
    for used, line in enumerate(lines[1:], 2):
        marks += line.marks
        is_rest = used == 2 and line.is_plain and not line.is_remark and goes_on
        if marks == usual - is_rest and (is_rest or line.is_terminated):
            text = lines[0].text
            for rest in lines[1:used]:
                text = _glue(text, rest.text, rest.number)
            return replace(lines[0], text=text, marks=marks), used
    return lines[0], 1


def _read_cell_lines(lines: Sequence[_Line], labels: Labels) -> Iterator[_Part]:
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


def _find_label_runs(lines: Sequence[_Line], labels: Labels) -> Iterator[tuple[int, int]]:
    """Where lines begin that are labels one and all, and how many they are."""
    start = 0
    for is_label, run in groupby(lines, lambda line: line.is_plain and labels.is_known(line.text)):
        width = len(list(run))
        if is_label and width > 1:
            yield start, width
        start += width


class _CellLines:
    """A header of one label a line, and the lines after it."""

    def __init__(self, lines: Sequence[_Line], width: int, labels: Labels) -> None:
        """Take the first ``width`` lines as labels."""
        self._lines, self._width = lines, width
        self._header = tuple(line.text for line in lines[:width])
        self._labels = labels

    def read(self) -> tuple[_Part | None, int]:
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
            refuse(f"line {self._lines[0].number}: blank lines below are cells, or part rows")
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
                refuse(f"line {number}: a row of {self._width} lines breaks off")
            row = RaggedRow(line.number, tuple(line.text for line in chunk), self._width)
            columns.learn(row.shapes)
            rows.append(row)
            place += self._width
        self._check_rest(place)
        has_rows = any(not row.is_note for row in rows)
        if has_rows and all(VALUE_SHAPES.isdisjoint(seen) for seen in columns.seen):
            refuse(f"line {self._lines[0].number}: no numbers or dates below to tell rows apart")
        return (rows if has_rows else []), place

    def _count_fitting(
        self, chunk: Sequence[_Line], columns: Columns, blanks_are_cells: bool
    ) -> int:
        """How many lines from the first on look like the cells above them."""
        for column, line in enumerate(chunk):
            is_prose = len(line.text) > _LONGEST_CELL or (column == 0 and line.is_remark)
            is_odd = is_prose or columns.fit([shape_of(line.text)], column)[0] > 0
            if is_odd or line.delimiter or not (line.text or blanks_are_cells):
                return column
        return len(chunk)

    def _check_rest(self, place: int) -> None:
        """Refuse a table that may go on after a line that does not belong to it."""
        for line in self._lines[place:]:
            if shape_of(line.text) in VALUE_SHAPES - {"date"}:
                refuse(f"line {line.number}: a number below the end of the table")


def _cells_in(rows: Sequence[RaggedRow]) -> list[RaggedRow]:
    return [row for row in rows if not row.is_note]


def _is_ragged(lines: Sequence[str], mark: re.Pattern[str], others: str) -> bool:
    """Whether lines hold a delimiter so irregularly that they were no delimited file."""
    marked = [(number, line) for number, line in enumerate(lines) if mark.search(line)]
    if len(marked) < _FEWEST_MARKED or _is_quoted(marked, mark) or _is_regular(marked, others):
        return False
    counts = [len(mark.findall(line)) for _, line in marked]
    if mark is _PIPE and set(counts) == {1}:
        return len(marked) >= _FEWEST_CELLS and all(_Line(*line).is_terminated for line in marked)
    if mark is _PIPE and any(_Line(*line, _PIPE).is_rule for line in marked):
        return True
    return any(
        first != second and (below[0] == above[0] + 1 or _are_spaced(above, below))
        for (above, first), (below, second) in pairwise(zip(marked, counts, strict=True))
    )


def _are_spaced(above: tuple[int, str], below: tuple[int, str]) -> bool:
    """Whether two lines are cells with one other line between them."""
    return below[0] == above[0] + 2 and all(_Line(*line).is_terminated for line in (above, below))


def _is_quoted(marked: Sequence[tuple[int, str]], mark: re.Pattern[str]) -> bool:
    """Whether quotes explain lines with more or fewer delimiters than others."""
    for _, line in marked:
        pieces = line.split('"')
        if len(pieces) % 2 == 0 or any(mark.search(piece) for piece in pieces[1::2]):
            return True
    return False


def _is_regular(marked: Sequence[tuple[int, str]], delimiters: str) -> bool:
    """Whether nearly all lines hold another delimiter equally often."""
    texts = [_THOUSANDS.sub("", line) for _, line in marked]
    for delimiter in delimiters:
        (count, lines), *_ = Counter(text.count(delimiter) for text in texts).most_common(1)
        if count and lines >= _REGULAR_SHARE * len(texts):
            return True
    return False


def _has_cell_lines(lines: Sequence[str]) -> bool:
    """Whether texts and values take turns on short lines."""
    turns = values = length = 0
    above = ""
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if len(text) > _LONGEST_CELL or _SEPARATOR.search(_THOUSANDS.sub("", text)):
            turns = values = length = 0
            above = ""
            continue
        shape = shape_of(text)
        length += 1
        values += shape in VALUE_SHAPES
        turns += shape in VALUE_SHAPES and above == "text"
        above = shape
        if turns > 1 and length >= _FEWEST_CELLS and values * 5 >= length:
            return True
    return False
