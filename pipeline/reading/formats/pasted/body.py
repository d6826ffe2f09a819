"""Rows below a header: where the short ones belong, and which cells reach over them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.core.messages import Message
from pipeline.reading.formats.pasted.columns import Columns
from pipeline.reading.formats.pasted.ragged import RaggedRow, Restored
from pipeline.reading.formats.pasted.refusal import refuse_line, refuse_two_lines
from pipeline.reading.formats.pasted.shapes import SILENT_SHAPES, is_heading, shape_of


class Body:
    """Rows below a header, placed one after the other."""

    def __init__(
        self, out: Restored, columns: Columns, is_counted: bool, header: RaggedRow
    ) -> None:
        """Begin below a header; ``is_counted`` says that rows were cut by counting cells."""
        self._out, self._columns, self._is_counted = out, columns, is_counted
        self._width = len(columns.seen)
        self._above: RaggedRow | None = header
        self._half: RaggedRow | None = None  # line above that may be half of the next cell
        self._tops: list[int] = []  # row that holds the cell of each column; empty if none may span

    def add(self, row: RaggedRow) -> None:
        """Place one row."""
        if self._half and not row.is_note and row.shapes[:1] == ("text",):
            refuse_line(self._half.line, Message("pasted.half_of_next"))
        self._half = None
        if row.is_note:
            self._add_note(row)
        elif row.is_banner and row.own < self._width:
            self._add_banner(row)
        else:
            self._add_cells(row, self._shift_of(row))

    def close(self) -> None:
        """Merge the cells that the rows above hold; nothing below belongs to them."""
        self._merge_columns(0)
        self._tops, self._above = [], None

    def _add_note(self, row: RaggedRow) -> None:
        above = self._above
        is_text = above is not None and shape_of(above.cells[-1]) == "text"
        if row.may_continue and above and (is_text or row.has_values):
            refuse_line(row.line, Message("pasted.rest_of_cell"))
        self.close()
        self._out.add(row.cells)
        self._half = row if row.may_begin else None

    def _add_banner(self, row: RaggedRow) -> None:
        if "text" in self._columns.seen[-1] and not is_heading(row.cells[0]):
            refuse_line(row.line, Message("pasted.title_or_cell"))
        self.close()
        self._out.add(row.filled)
        if self._columns.fit(row.shapes)[0]:  # else it may be a row whose other cells are blank
            self._out.merge_row(self._width)

    def _add_cells(self, row: RaggedRow, shift: int) -> None:
        index = len(self._out.rows)
        if shift and row.is_total:  # merged itself, covered by nothing
            self.close()
            self._out.add([row.cells[0], *[""] * shift, *row.filled[1:]])
            self._out.merge_row(shift + 1)
        else:
            self._merge_columns(shift)
            self._out.add(row.filled, shift)
            self._tops = [*self._tops[:shift], *[index] * (self._width - shift)]
            self._above = row
        if not row.filled:
            self.close()
        if self._columns.fit(row.shapes, shift)[0] == 0:
            self._columns.learn(row.shapes, shift)
        self._out.moved += shift > 0

    def _merge_columns(self, start: int) -> None:
        """Merge down to the row above in the columns for which the next row has cells."""
        last = len(self._out.rows) - 1
        for column, top in enumerate(self._tops[start:], start):
            self._out.merge(top, column, last, column)

    def _shift_of(self, row: RaggedRow) -> int:
        """How many columns a row stands right of where the text has it."""
        if len(row.filled) > self._width:
            cells, columns = len(row.filled), self._width
            refuse_line(row.line, Message("pasted.more_cells", cells=cells, columns=columns))
        scores = {shift: self._columns.fit(row.shapes, shift) for shift in self._shifts(row)}
        best = min(scores.values())
        if row.own >= self._width and not self._is_padded(row, scores[0], best[0]):
            return 0
        shift, *ties = (shift for shift, score in scores.items() if score == best)
        if ties:
            places = [place + 1 for place in (shift, *ties)]
            text = _text_of(row)
            refuse_line(row.line, Message("pasted.several_places", text=text, columns=places))
        others = [score[0] for other, score in scores.items() if other != shift]
        # one odd cell is forgiven in a row that begins on the left, if all else is worse by far
        may_be_odd = shift == 0 and len(row.filled) > 2 and min(others, default=3) > 2
        if best[0] > may_be_odd or (shift and best[1]):
            refuse_line(row.line, Message("pasted.no_place", text=_text_of(row)))
        self._check_not_broken(row)
        return shift

    def _is_padded(self, row: RaggedRow, score: tuple[int, int], least: int) -> bool:
        """Whether a row that is long enough must yet be padding in part."""
        wrong, unknown = score
        slipped = self._columns.count_slipped(row.shapes)
        if wrong and least == 0:
            if slipped == 0 and wrong == 1:
                refuse_line(row.line, Message("pasted.odd_cell"))
            return True
        right = sum(shape not in SILENT_SHAPES for shape in row.shapes) - wrong - unknown
        if (self._is_counted and wrong > right) or (slipped and 2 * wrong + unknown >= right):
            refuse_line(row.line, Message("pasted.odd_cells"))
        return False

    def _shifts(self, row: RaggedRow) -> Sequence[int]:
        """Shifts that the text leaves open."""
        missing = self._width - min(row.own, self._width)
        if not row.filled:
            return [0]
        if row.is_total:
            return [0, missing] if missing and row.shapes[0] == "total" else [0]
        if not self._tops:
            return [0]
        used = self._width - missing if missing else len(row.filled)
        # cells may be missing on the right as well, but none that other rows have values for
        least = max(self._columns.last_value + 1 - used, 1)
        return [0, *range(least, self._width - used + 1)]

    def _check_not_broken(self, row: RaggedRow) -> None:
        """Refuse two short rows that would make a whole one."""
        above = self._above
        if self._is_counted or not above or above.own >= self._width or not row.filled:
            return
        joined = [*above.cells, *row.filled]
        seam = len(above.cells)
        glued = [*joined[: seam - 1], joined[seam - 1] + joined[seam], *joined[seam + 1 :]]
        for cells in (joined, glued):
            shapes = list(map(shape_of, cells))
            shifts = range(self._width - len(cells) + 1)
            if any(self._columns.fit(shapes, shift) == (0, 0) for shift in shifts):
                refuse_two_lines(above.line, row.line, Message("pasted.broken_row"))


def _text_of(row: RaggedRow) -> str:
    return " | ".join(row.filled)[:80]
