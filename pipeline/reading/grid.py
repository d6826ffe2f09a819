"""A sheet as text cells, before anybody knows which of them are the table."""

from __future__ import annotations

from dataclasses import dataclass, field

Cell = str | None


@dataclass(frozen=True)
class Span:
    """A merged range; rows and columns count from 0, ends are inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Grid:
    """All cells of one sheet or one delimited file.

    Attributes:
        sheet: Name of the sheet; None for a file without sheets.
        rows: Row by row, all of one width; a cell without text is None, never ``""``.
        spans: Merged ranges. Only the top left cell of a range holds text.
    """

    sheet: str | None
    rows: list[list[Cell]]
    spans: list[Span] = field(default_factory=list)

    def is_blank(self, row: int) -> bool:
        """Whether no cell of the row holds text."""
        return not any(self.rows[row])


def column_letter(index: int) -> str:
    """Letter by which spreadsheets call the column that counts ``index`` from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
