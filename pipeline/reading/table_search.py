"""Finds the tables on a sheet by their headers, among titles, notes and other tables."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from pipeline.contracts import load_contracts, normalise_label
from pipeline.contracts.unit_statements import bare_unit
from pipeline.dossier_files.source import IGNORE, Source
from pipeline.reading.grid import Cell, Grid, Span
from pipeline.reading.headings import NAMING
from pipeline.reading.row_words import CONTINUED

_UNIT_IN_BRACKETS = re.compile("[(\uff08][^()\uff08\uff09]{1,8}[)\uff09]")
# What pandas writes for a label that is blank.
_NO_LABEL = re.compile("Unnamed:[0-9]+(_level_[0-9]+)?")
# What stands in a row of units below columns that have none.
_NO_UNITS = {"单位", "计量单位", "unit", "年", "(年)", "-", "--", "—", "——", "/", "无", "日"}
MOST_BLOCKS = 100  # side by side
HEADER_SEARCH_ROWS = 500  # prose of several pages may stand before a table


@dataclass(frozen=True)
class Place:
    """Where a table stands on its sheet; rows and columns count from 0.

    Attributes:
        start: First row that belongs to the table, its title and unit line included.
        header: Rows of the header.
        stop: First row below that belongs to another table.
        columns: Columns of the table.
        known: How many labels of the header are known.
    """

    start: int
    header: range
    stop: int
    columns: range
    known: int


def find_tables(grid: Grid, source: Source) -> list[Place]:
    """Every table on a sheet whose header has labels that the source knows.

    Args:
        grid: The sheet.
        source: Knows which labels stand for which columns.

    Returns:
        The tables from top to bottom, then from left to right. A header that is repeated at a
        page break begins no new table.
    """
    rows = grid.rows(0, HEADER_SEARCH_ROWS)
    places: list[Place] = []
    for columns in _side_by_side(grid, rows, source):
        search = _HeaderSearch(grid, rows, columns, source)
        headers = search.headers()
        starts = [search.title_start(header) for header in headers]
        for number, header in enumerate(headers):
            stop = starts[number + 1] if number + 1 < len(headers) else grid.height
            start = starts[number] if number else 0
            places.append(Place(start, header, stop, columns, search.known_labels(header)))
    return sorted(places, key=lambda place: (place.header.start, place.columns.start))


def join_labels(
    grid: Grid, header: range, columns: range, rows: list[list[Cell]]
) -> dict[int, str]:
    """Label of every labelled column; the parts of a header of several rows are joined by ``/``.

    Args:
        grid: The sheet.
        header: Rows of the header.
        columns: Columns of the table.
        rows: The texts of these rows.
    """
    spans = [span for span in grid.spans if span.bottom >= header.start and span.top < header.stop]
    anchors = {
        (row, column): (span.top, span.left)
        for span in spans
        for row in range(max(span.top, header.start), min(span.bottom + 1, header.stop))
        for column in range(max(span.left, columns.start), min(span.right + 1, columns.stop))
    }
    unit_rows = {
        row
        for row in header[1:]
        if holds_units(rows[row - header.start][columns.start : columns.stop])
    }
    labels = {}
    for index in columns:
        parts: list[str] = []
        for row in header:
            top, left = anchors.get((row, index), (row, index))
            text = rows[top - header.start][left] if top >= header.start else None
            if text is None and not spans:
                text = _group_label(rows, row - header.start, index, columns)
            part = "".join(text.split()) if text else ""
            if _NO_LABEL.fullmatch(part):
                part = ""
            if part and row in unit_rows:
                unit = bare_unit(part, load_contracts().unit_words)
                part = f"({unit})" if unit else ""
            if parts and part[:1] in ("(", "\uff08"):
                if not parts[-1].endswith(part):
                    parts[-1] += part  # the unit of the label above, in a row of its own
            elif part and part not in parts[-1:]:
                parts.append(part)
        if parts:
            labels[index] = "/".join(parts)
    return labels


def holds_units(cells: Sequence[Cell]) -> bool:
    """Whether the cells of a row are units, in brackets or not; some may be blank or a dash."""
    texts = ["".join(cell.split()) for cell in cells if cell]
    words = load_contracts().unit_words
    units = [text for text in texts if bare_unit(text, words) or _UNIT_IN_BRACKETS.fullmatch(text)]
    others = {normalise_label(text).rstrip(":") for text in texts if text not in units}
    return bool(units) and others <= _NO_UNITS


def _group_label(rows: list[list[Cell]], row: int, index: int, columns: range) -> Cell:
    """Label to the left over several columns, in a file that cannot say which cells were merged.

    Only a column that has a label of its own further down can stand under such a group.
    """
    if not any(below[index] for below in rows[row + 1 :]):
        return None
    left = [rows[row][i] for i in range(columns.start, index) if rows[row][i]]
    return left[-1] if left else None


def _side_by_side(grid: Grid, rows: list[list[Cell]], source: Source) -> list[range]:
    """Parts of a sheet with a header each: blank columns part them, or the same labels again."""
    whole = range(grid.width)
    blank = [index for index in whole if grid.cells.column(index).null_count == grid.height]
    parts, start = [], 0
    for stop in [*blank, grid.width]:
        if stop > start:
            parts.append(range(start, stop))
        start = stop + 1
    searches = [_HeaderSearch(grid, rows, part, source) for part in parts]
    is_each_headed = len(parts) > 1 and all(search.headers() for search in searches)
    if not is_each_headed or _is_one_table(searches):
        parts = [whole]
    blocks = [block for part in parts for block in _repeated_blocks(grid, rows, part, source)]
    # hostile rows of thousands of labels are no blocks, and would be searched for each of them
    return blocks if len(blocks) <= MOST_BLOCKS else [whole]


def _is_one_table(parts: Sequence[_HeaderSearch]) -> bool:
    """Whether parts are one table with a blank column in it.

    Their headers stand side by side, no column of the contract stands in two of them, and no row is
    filled beside the part that knows most. The header of one part may be deeper than that of
    another: it has a row of units.
    """
    headers = [part.headers()[0] for part in parts]
    start = max(header.start for header in headers)
    if start >= min(header.stop for header in headers):
        return False
    if len({len(part.headers()) for part in parts}) > 1:
        return False
    known = list(zip(parts, headers, strict=True))
    columns = [column for part, header in known for column in part.known_columns(header)]
    if len(columns) != len(set(columns)):
        return False
    main, _ = max(known, key=lambda pair: pair[0].known_labels(pair[1]))
    rows = [part.filled_rows(start) for part in parts if part is not main]
    return all(filled <= main.filled_rows(start) for filled in rows)


def _repeated_blocks(
    grid: Grid, rows: list[list[Cell]], columns: range, source: Source
) -> list[range]:
    """Blocks of one table after the other, whose labels are the same: 地区 常住人口 地区 常住人口.

    Each block names the regions or facilities of its rows. Measures that stand twice beside one
    name are columns of one table.
    """
    headers = _HeaderSearch(grid, rows, columns, source).headers()
    if not headers:
        return [columns]
    header = headers[0]
    labels = join_labels(grid, header, columns, rows[header.start : header.stop])
    first, last = min(labels), max(labels)
    width = len(labels)
    if width != last - first + 1:
        return [columns]
    own = [labels[index].rsplit("/", maxsplit=1)[-1] for index in sorted(labels)]
    for size in range(2, width // 2 + 1):
        meanings = [source.meaning_of(label) for label in own[:size]]
        has_names = any(meaning and meaning.column in NAMING for meaning in meanings)
        if width % size == 0 and own == own[:size] * (width // size) and has_names:
            starts = range(first, last + 1, size)
            blocks = [range(start, start + size) for start in starts]
            if all(_HeaderSearch(grid, rows, block, source).headers() for block in blocks):
                return blocks
    return [columns]


class _HeaderSearch:
    """The search for header rows within some columns of one sheet."""

    def __init__(self, grid: Grid, rows: list[list[Cell]], columns: range, source: Source) -> None:
        self.grid, self.rows, self.columns, self.source = grid, rows, columns, source
        self.spans_from: dict[int, list[Span]] = defaultdict(list)
        for span in grid.spans:
            self.spans_from[span.top].append(span)
        unpivot = source.entry.unpivot
        self.levels = len(unpivot.names_to) if unpivot else 1
        self.is_known = cache(self._is_known)

    def headers(self) -> list[range]:
        """Rows of every header, from top to bottom, without repetitions at page breaks.

        Where the entry ignores unknown columns and most labels of no row are known, the rows of
        which most are known are the headers.
        """
        found = self._headers()
        if found or self.source.entry.ignore is None:
            return found
        found = self._headers(known_part=0)
        most = max(map(self.known_labels, found), default=0)
        return [header for header in found if self.known_labels(header) == most]

    def _headers(self, known_part: float = 0.5) -> list[range]:
        """Rows of every header of whose labels such a part is known."""
        found: list[range] = []
        row = 0
        while row < len(self.rows):
            header = self._header_at(row, known_part)
            if header is None:
                row += 1
                continue
            better = self._header_at(row + 1, known_part) if len(header) == 1 else None
            if better and self.known_labels(better) > self.known_labels(header):
                header = better
            if self._holds_units(header.stop):
                header = range(header.start, header.stop + 1)
            if not any(self._repeats(header, earlier) for earlier in found):
                found.append(header)
            row = header.stop
        return self._without_strays(found)

    def known_labels(self, header: range) -> int:
        """How many different labels of a header the source knows."""
        labels = set(self._labels(header))
        return sum(self.is_known(label) for label in labels)

    def known_columns(self, header: range) -> list[str]:
        """What the known labels of a header stand for; each label counts once."""
        meanings = [self.source.meaning_of(label) for label in dict.fromkeys(self._labels(header))]
        return [meaning.column for meaning in meanings if meaning and meaning.column != IGNORE]

    def filled_rows(self, start: int) -> set[int]:
        """Rows from one on that have a cell in these columns."""
        return {row for row in range(start, len(self.rows)) if self._filled(row)}

    def _labels(self, header: range) -> list[str]:
        return list(self._labels_by_column(header).values())

    def _labels_by_column(self, header: range) -> dict[int, str]:
        rows = self.rows[header.start : header.stop]
        return join_labels(self.grid, header, self.columns, rows)

    def _own_labels(self, header: range) -> dict[int, str]:
        """Label of every column, without the groups above it."""
        labels = self._labels_by_column(header)
        return {index: label.rsplit("/", maxsplit=1)[-1] for index, label in labels.items()}

    def title_start(self, header: range) -> int:
        """First of the rows right above a header that hold a title or a unit line of its table."""
        row = header.start
        while row and self._filled(row - 1) <= 1 and not self._has_number(row - 1):
            row -= 1
        return row

    def _header_at(self, row: int, known_part: float) -> range | None:
        """The header that begins in a row: such a part of its labels, two at least, are known."""
        if row >= len(self.rows):
            return None
        # The only cell of a first row may reach down to the others: 地区 over three rows.
        if self._filled(row) < min(2, len(self.columns)) and not self._reaches_down(row):
            return None
        declared = self.source.entry.read.header_rows
        best: tuple[int, range] | None = None
        for depth in (declared,) if declared else (1, self._depth(row), self.levels):
            header = range(row, min(row + depth, len(self.rows)))
            labels = set(self._labels(header))
            known = sum(self.is_known(label) for label in labels)
            enough = known >= min(2, len(self.columns)) and known >= known_part * len(labels)
            if enough and (best is None or known > best[0]):
                best = known, header
        return best[1] if best else None

    def _depth(self, row: int) -> int:
        """Number of header rows, as the merged cells of the first one show it."""
        starting = [span for span in self.spans_from[row] if span.left in self.columns]
        depth = max((span.bottom - span.top + 1 for span in starting), default=1)
        grouped = [span for span in starting if span.right > span.left and span.bottom == row]
        under = max(
            (self._depth(row + 1) for _ in grouped[:1] if row + 1 < len(self.rows)), default=0
        )
        return min(max(depth, under + 1 if grouped else 1), 10)

    def _reaches_down(self, row: int) -> bool:
        """Whether a merged cell begins in a row and ends below it."""
        return any(span.bottom > row and span.left in self.columns for span in self.spans_from[row])

    def _repeats(self, header: range, earlier: range) -> bool:
        """Whether a header is another one repeated at a page break, perhaps without its groups.

        A new title right above it begins another table, for example of the next year.
        """
        labels = self._labels_by_column(header)
        without_groups = not any("/" in label for label in labels.values())
        if labels != self._labels_by_column(earlier) and not (
            without_groups and labels == self._own_labels(earlier)
        ):
            return False
        titles = {self._title(row) for row in range(earlier.start)}
        own = {self._title(row) for row in range(self.title_start(header), header.start)}
        return own <= titles | {""}

    def _title(self, row: int) -> str:
        text = "".join("".join(cell.split()) for cell in self.rows[row] if cell)
        return re.sub(CONTINUED, "", text)

    def _without_strays(self, headers: list[range]) -> list[range]:
        """Leave out lines such as 单位 | 个 that a much better header makes unlikely."""
        most = max((self.known_labels(header) for header in headers), default=0)
        return [header for header in headers if self.known_labels(header) * 2 > most]

    def _holds_units(self, row: int) -> bool:
        """Whether a row below a header gives the units of its columns."""
        return row < len(self.rows) and holds_units([self.rows[row][i] for i in self.columns])

    def _filled(self, row: int) -> int:
        return sum(self.rows[row][index] is not None for index in self.columns)

    def _has_number(self, row: int) -> bool:
        texts = [self.rows[row][index] for index in self.columns]
        return any(text.strip().replace(".", "").isdigit() for text in texts if text)

    def _is_known(self, label: str) -> bool:
        source = self.source
        if source.unpivoted(label) or source.meaning_of(label):
            return True
        return source.year_column is not None and source.measure_of_a_year(label) is not None
