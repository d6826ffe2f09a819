"""Rows before and after their cells found their columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.reading.formats.pasted.shapes import VALUE_SHAPES, Shape, shape_of
from pipeline.reading.grid import Cell, Span


@dataclass(slots=True)
class RaggedRow:
    """One row as the text gives it, before anybody knows its columns.

    Attributes:
        line: Line of the file at which it begins.
        cells: Stripped texts; empty where the cell is.
        own: How many of the cells are surely the row's; blank ones after them may be padding.
        is_note: Whether it is a line between the rows, kept as it stands.
        may_continue: Whether such a line may be the rest of the last cell above it.
        may_begin: Whether such a line may be the first half of the first cell below it.
        filled: The cells up to the last one with text.
        shapes: What those look like.
    """

    line: int
    cells: tuple[str, ...]
    own: int
    is_note: bool = False
    may_continue: bool = False
    may_begin: bool = False
    filled: tuple[str, ...] = field(init=False)
    shapes: tuple[Shape, ...] = field(init=False)

    def __post_init__(self) -> None:
        """Look at the cells once; every row is asked several times."""
        end = len(self.cells)
        while end and not self.cells[end - 1]:
            end -= 1
        self.filled = self.cells[:end]
        self.shapes = tuple(map(shape_of, self.filled))

    def as_note(self) -> RaggedRow:
        """The row as a line that is no row of a table."""
        return RaggedRow(self.line, (" | ".join(self.cells),), 1, is_note=True)

    @property
    def is_banner(self) -> bool:
        """Whether its one text has the row for itself: a title or the name of a section."""
        return self.own == 1 and self.shapes == ("text",)

    @property
    def is_total(self) -> bool:
        """Whether it sums up other rows; no merged cell of theirs reaches into it."""
        return "total" in self.shapes

    @property
    def has_values(self) -> bool:
        """Whether it holds a number, a year or a date."""
        return not VALUE_SHAPES.isdisjoint(self.shapes)


@dataclass
class Restored:
    """Rows with every cell in its column, one for one those that were given.

    Attributes:
        rows: Cells of each row.
        spans: Merged ranges; rows count from 0 among ``rows``.
        moved: How many rows were placed by the form of their cells.
    """

    rows: list[list[Cell]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    moved: int = 0

    def add(self, cells: Sequence[str], shift: int = 0) -> None:
        """Add one row whose cells begin ``shift`` columns from the left."""
        self.rows.append([*[None] * shift, *(cell or None for cell in cells)])

    def merge_row(self, width: int) -> None:
        """Merge the first cells of the last row."""
        self.merge(len(self.rows) - 1, 0, len(self.rows) - 1, width - 1)

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note a merged range, unless it is a single cell."""
        if (top, left) != (bottom, right):
            self.spans.append(Span(top, left, bottom, right))


Part = tuple[Sequence[RaggedRow], Restored | None]  # lines, and their table if they hold one
