"""Tables with a row a line, and delimiters between its cells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from pipeline.reading.formats.pasted.labels import Labels
from pipeline.reading.formats.pasted.lines import PIPES, TAB, Line, glue
from pipeline.reading.formats.pasted.ragged import Part, RaggedRow
from pipeline.reading.formats.pasted.restore import restore

_LONGEST_BREAK = 3  # lines over which one cell may be broken


def read_rows(lines: Sequence[Line], labels: Labels) -> Part:
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

    def row_of(self, line: Line) -> RaggedRow:
        """The cells between the delimiters of a line."""
        cells = line.cells()
        if self.leads and not cells[0]:
            del cells[0]
        if self.ends and len(cells) > 1 and not cells[-1]:
            del cells[-1]
        return RaggedRow(line.number, tuple(cells), len(cells))


def _style_of(run: Sequence[Line], labels: Labels) -> _Style | None:
    """How the first line with a known label is written."""
    for line in run:
        if line.delimiter and any(labels.is_known(cell) for cell in line.cells()):
            if line.delimiter is TAB:
                return _Style(leads=False, ends=False)
            return _Style(line.text.startswith(tuple(PIPES)), line.is_terminated)
    return None


def _find_row_runs(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Runs of lines; blank lines and several lines of prose part them."""
    start = 0
    for index, (above, line) in enumerate(pairwise(lines), 1):
        if not line.text or not above.text or (above.is_plain and line.is_plain):
            yield lines[start:index]
            start = index
    if lines:
        yield lines[start:]


def _rows_of(run: Sequence[Line], style: _Style) -> Iterator[RaggedRow]:
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


def _note_of(run: Sequence[Line], index: int, style: _Style) -> RaggedRow:
    """A line without cells; it may yet be part of the cell above or below it."""
    line, note = run[index], run[index].as_note()
    above = run[index - 1] if index else None
    if not line.is_plain or line.is_remark or above is None or above.delimiter is None:
        return note
    is_between = index + 1 < len(run)
    may_continue = not above.is_terminated if style.ends else is_between
    return replace(note, may_continue=may_continue, may_begin=is_between and not style.leads)


def _mend(lines: Sequence[Line], usual: int, goes_on: bool) -> tuple[Line, int]:
    """Join a line that lacks its last delimiter with the rest of it, if that makes a whole row."""
    marks = lines[0].marks
    for used, line in enumerate(lines[1:], 2):
        marks += line.marks
        is_rest = used == 2 and line.is_plain and not line.is_remark and goes_on
        if marks == usual - is_rest and (is_rest or line.is_terminated):
            text = lines[0].text
            for rest in lines[1:used]:
                text = glue(text, rest.text, rest.number)
            return replace(lines[0], text=text, marks=marks), used
    return lines[0], 1
