"""What the cells of each column of a table look like, and which cells fit them."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.reading.formats.pasted.labels import ColumnKind, Labels
from pipeline.reading.formats.pasted.shapes import SILENT_SHAPES, VALUE_SHAPES, Shape


class Columns:
    """What the cells of each column look like, so far."""

    def __init__(self, kinds: Sequence[ColumnKind | None], labels: Labels) -> None:
        """Begin below a header; the kinds are what its labels say."""
        self._kinds, self._labels = kinds, labels
        self.seen: list[set[Shape]] = [set() for _ in kinds]
        self._answers: list[dict[Shape, bool | None]] = [{} for _ in kinds]
        values = [column for column, kind in enumerate(kinds) if kind not in (None, "text", "any")]
        self._has_bare_years = False
        self.last_value = max(values, default=-1)  # column with numbers, years or dates

    def fit(self, shapes: Sequence[Shape], shift: int = 0) -> tuple[int, int]:
        """How many cells contradict the columns they would stand in, and how many say nothing."""
        wrong = unknown = 0
        for column, shape in enumerate(shapes, shift):
            if shape not in SILENT_SHAPES:
                fits = self._fits(column, shape)
                wrong += fits is False
                unknown += fits is None
        return wrong, unknown

    def count_slipped(self, shapes: Sequence[Shape]) -> int:
        """How many values of a row stand in columns of another kind, as if cells were missing."""
        values = ((column, shape) for column, shape in enumerate(shapes) if shape in VALUE_SHAPES)
        return sum(self._fits(column, shape) is False for column, shape in values)

    def learn(self, shapes: Sequence[Shape], shift: int = 0) -> None:
        """Take the cells of a row as examples."""
        for column, shape in enumerate(shapes, shift):
            is_known = shape in SILENT_SHAPES or shape in self.seen[column]
            if not is_known and not (shape == "bare_year" and self._holds_numbers(column)):
                self._add(column, shape)

    def _add(self, column: int, shape: Shape) -> None:
        self.seen[column].add(shape)
        self._has_bare_years |= shape == "bare_year"
        if shape in VALUE_SHAPES:
            self.last_value = max(self.last_value, column)
        for answers in self._answers:
            answers.clear()

    def _holds_numbers(self, column: int) -> bool:
        return self._kinds[column] == "number" or "number" in self.seen[column]

    def _fits(self, column: int, shape: Shape) -> bool | None:
        answers = self._answers[column]
        if shape not in answers:
            answers[shape] = self._compare(column, shape)
        return answers[shape]

    def _compare(self, column: int, shape: Shape) -> bool | None:
        kind, seen = self._kinds[column], self.seen[column]
        if shape in seen:
            return True
        if shape == "bare_year" and self._holds_numbers(column):
            return None if self._has_bare_years else True  # 2024 may be a number of places
        if shape == "bare_year" and kind != "year":
            return False if seen else None
        agrees = self._labels.agree(kind, shape)
        if agrees is None and not seen:
            return True if shape == "text" else None  # a column of remarks, empty so far
        return bool(agrees)
