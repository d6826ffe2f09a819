"""A sheet as text cells, before anybody knows which of them are the table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError

Cell = str | None

WIDTH = "cells_of_row"  # column of the file of a scan, beside its cells

MOST_COLUMNS = 16_384  # of a spreadsheet
MOST_CELLS = 20_000_000  # about 2 GB of text cells; larger tables are sent as csv


@dataclass(frozen=True)
class Span:
    """A merged range; rows and columns count from 0, ends are inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True)
class Scan:
    """A delimited file that is too large to be held in memory.

    Attributes:
        cells: Parquet file with its cells, ``c0``, ``c1`` and so on, and ``cells_of_row``, their
            number in the file, in order of rows.
        height: Number of its rows.
    """

    cells: Path
    height: int


@dataclass(frozen=True)
class Grid:
    """All cells of one sheet, of one table of a document, or of one text file.

    Attributes:
        sheet: What a reader of the file calls the part: name of the sheet, ``table 2``; None for
            a file without parts.
        cells: One text column a column of the sheet, ``c0``, ``c1`` and so on; null where a cell
            holds no text.
        spans: Merged ranges. Only the top left cell of a range holds text.
        row_numbers: Row or line of the file of each row, from 1; None where row ``i`` is row
            ``i + 1`` of the sheet.
        hidden_rows: Rows that the sheet hides, counted from 0.
        is_hidden: Whether the sheet itself is hidden.
        lead: Text that stands right before the table in a document: captions, unit lines.
        tail: Text that stands right behind it, before the next table begins.
        notes: What the reader detected and a person should know, for example the encoding.
        shown_scales: For columns with numbers that their format shows divided, 40000 as 4.0: column
            and row of each, and the divisor. Their text is what is shown.
        scan: The whole of a large file, of which ``cells`` then holds the first rows; else None.
        widths: Number of cells that each row has in the file, where its rows may have fewer or more
            than the header; of a large file those of ``cells``. None where all rows are alike.
        unpacked: Keeps what a large file was unpacked to, as long as the grid lives.
    """

    sheet: str | None
    cells: pa.Table
    spans: Sequence[Span] = ()
    row_numbers: Sequence[int] | None = None
    hidden_rows: frozenset[int] = frozenset()
    is_hidden: bool = False
    lead: Sequence[str] = ()
    tail: Sequence[str] = ()
    notes: Sequence[Message] = ()
    shown_scales: Mapping[tuple[int, int], Decimal] = field(default_factory=dict)
    scan: Scan | None = None
    widths: Sequence[int] | None = None
    unpacked: object = None

    @cached_property
    def height(self) -> int:
        """Number of rows."""
        return self.scan.height if self.scan else int(self.cells.num_rows)

    @cached_property
    def width(self) -> int:
        """Number of columns."""
        return int(self.cells.num_columns)

    def rows(self, start: int = 0, stop: int | None = None) -> list[list[Cell]]:
        """Rows ``start`` to ``stop`` as lists of cells."""
        part = self.cells.slice(start, None if stop is None else max(stop - start, 0))
        columns = [column.to_pylist() for column in part.columns]
        return [list(row) for row in zip(*columns, strict=True)]

    def number_of(self, row: int) -> int:
        """Row or line of the file in which a row of the grid stands."""
        return row + 1 if self.row_numbers is None else self.row_numbers[row]


def cells_from_rows(rows: Iterable[Sequence[Cell]]) -> pa.Table:
    """Text cells row by row as the columns of a grid.

    Args:
        rows: Of any lengths; shorter ones are filled up. Text of white space alone counts as none.

    Raises:
        UnreadableFileError: More columns than any spreadsheet has, or more cells than fit.
    """
    listed: list[list[Cell]] = []
    width = 0
    for number, row in enumerate(rows, start=1):
        width = max(width, len(row))
        if width > MOST_COLUMNS:
            raise UnreadableFileError(
                Message("grid.too_wide", row=number, width=width, most=MOST_COLUMNS)
            )
        listed.append([cell if cell and not cell.isspace() else None for cell in row])
    if width * len(listed) > MOST_CELLS:
        raise UnreadableFileError(
            Message("grid.too_large", rows=len(listed), width=width, most=MOST_CELLS)
        )
    for row in listed:
        row.extend([None] * (width - len(row)))
    columns = [pa.array(column, pa.string()) for column in zip(*listed, strict=True)]
    return pa.table(columns, names=column_names(width))


def column_names(width: int) -> list[str]:
    """Names of the columns of a grid of some width."""
    return [f"c{index}" for index in range(width)]


def column_letter(index: int) -> str:
    """Letter by which spreadsheets call the column that counts ``index`` from 0."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
