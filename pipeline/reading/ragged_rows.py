"""Rows of pasted tables that lost their merged cells, put back into their columns.

Text keeps no spans. A row that stood beside a merged cell arrives with fewer cells, or with
padding at its right end, and a label above two columns arrives as one cell. What the cells look
like says where they stood; where it says two things, the table is refused.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import combinations, groupby, pairwise, repeat
from typing import Literal, NoReturn, cast

from pipeline.dossier_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.grid import Cell, Span

ColumnKind = Literal["number", "year", "date", "text"]
Knows = Callable[[str], ColumnKind | None]
Shape = Literal["blank", "filler", "total", "year", "bare_year", "number", "date", "text"]

VALUE_SHAPES = frozenset({"year", "bare_year", "number", "date"})
_YEAR_SHAPES = frozenset({"year", "bare_year"})
_SILENT_SHAPES = frozenset({"blank", "filler", "total"})  # may stand in any column
_LONGEST_VALUE = 40  # characters; anything longer is text
_LONGEST_LABEL = 80
WIDEST = 500  # columns; longer rows are no table of a page
_MOST_LAYOUTS = 1_000  # ways to set the labels of a header that are worth trying

_UNITS = "个|名|位|人|所|家|处|间|户|张|岁|万|亿|元|万元|亿元|万人|个托位|托位|%|‰|m2|平方米"
_FORM = re.compile(
    r"(?P<filler>[-—–/\\.…·*]+|无|暂无|待定|[nN]/?[aA]|null)"
    r"|(?P<total>(?:合|总|共)计|总数)"
    r"|(?P<bare_year>(?:19|20)[0-9]{2})"
    r"|(?P<year>(?:公元|民国)?[0-9]{2,4}年[度底末初]?)"
    rf"|(?P<number>[-+]?[0-9]+(?:,[0-9]{{3}})*(?:[.,][0-9]+)?(?:{_UNITS})?)"
    r"|(?P<date>[0-9]{2,4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|[0-9]{2,4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{4}[-/][0-9]{1,2})"
)
_HEADING = re.compile(
    "[一二三四五六七八九十]+、|第[一二三四五六七八九十]+|[(\uff08][一二三四五六七八九十]+[)\uff09]"
)


@lru_cache(maxsize=65_536)
def shape_of(cell: str) -> Shape:
    """What a cell looks like."""
    if not cell:
        return "blank"
    if len(cell) > _LONGEST_VALUE:
        return "text"
    form = _FORM.fullmatch("".join(unicodedata.normalize("NFKC", cell).split()))
    return cast("Shape", form.lastgroup) if form else "text"


def is_heading(text: str) -> bool:
    """Whether a text is numbered like the heading of a section."""
    return bool(_HEADING.match(text))


def refuse(found: str) -> NoReturn:
    """Give up a table whose cells might have stood in more than one way.

    Raises:
        UnreadableFileError: Always.
    """
    raise UnreadableFileError(
        found,
        "all cells of each row, blank ones too, or the table as xlsx or html",
        "save the page as html, or paste the table into a workbook, and name that file instead",
    )


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


class Labels:
    """What is known about labels of columns."""

    def __init__(self, knows: Knows, options: ReadOptions) -> None:
        """Remember answers, as ``knows`` may take its time."""
        self._knows, self._answers = knows, dict[str, ColumnKind | None]()
        self.header_rows = options.header_rows
        self.calendar = options.calendar

    def kind(self, *parts: str) -> ColumnKind | None:
        """What the cells below a label look like; its parts come from several header rows."""
        named = [part for part in parts if part]
        if not named:
            return None
        asked = ["/".join(named), named[-1]]
        if shape_of(named[-1]) in _YEAR_SHAPES:
            asked.append(named[0])  # 托位数 above 2023年: the group says what the numbers are
        return next((kind for label in asked if (kind := self._ask(label)) is not None), None)

    def is_known(self, text: str) -> bool:
        """Whether a text is a known label."""
        return self._ask(text) is not None

    def count_known(self, row: RaggedRow) -> int:
        """How many labels of a row are known; 0 if the row cannot be one of labels.

        Years count once any label is known: they head the columns of a series.
        """
        if row.is_note or "date" in row.shapes:
            return 0
        known = years = 0
        for cell, shape in zip(row.filled, row.shapes, strict=True):
            if shape == "number" and cell[-1].isdecimal():  # 3岁 may be a label, 3 is none
                return 0
            known += shape in ("text", "number") and self.is_known(cell)
            years += shape in _YEAR_SHAPES
        return known + years if known else 0

    def agree(self, kind: ColumnKind | None, shape: Shape) -> bool | None:
        """Whether a cell looks as its label says; None where that cannot be told."""
        if kind is None or shape in _SILENT_SHAPES:
            return None
        if kind == "text":
            return True if shape == "text" else None
        if kind == "date":
            return None if shape in _YEAR_SHAPES else shape == "date"
        if kind == "year" and shape == "number":
            return self.calendar == "roc"
        return shape == "bare_year" or shape == kind

    def _ask(self, label: str) -> ColumnKind | None:
        if len(label) > _LONGEST_LABEL:
            return None
        if label not in self._answers:
            self._answers[label] = self._knows(label)
        return self._answers[label]


@dataclass(frozen=True)
class _Layout:
    """Where the labels of a header stand.

    Attributes:
        sizes: Columns below each label of the upper row; empty where labels stand as written.
        parts: Labels above each column, from top to bottom.
    """

    sizes: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]


class Columns:
    """What the cells of each column look like, so far."""

    def __init__(self, kinds: Sequence[ColumnKind | None], labels: Labels) -> None:
        """Begin below a header; the kinds are what its labels say."""
        self._kinds, self._labels = kinds, labels
        self.seen: list[set[Shape]] = [set() for _ in kinds]
        self._answers: list[dict[Shape, bool | None]] = [{} for _ in kinds]
        values = [column for column, kind in enumerate(kinds) if kind not in (None, "text")]
        self.last_value = max(values, default=-1)  # column with numbers, years or dates

    def fit(self, shapes: Sequence[Shape], shift: int = 0) -> tuple[int, int]:
        """How many cells contradict the columns they would stand in, and how many say nothing."""
        wrong = unknown = 0
        for column, shape in enumerate(shapes, shift):
            if shape not in _SILENT_SHAPES:
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
            if shape not in _SILENT_SHAPES and shape not in self.seen[column]:
                self.seen[column].add(shape)
                self._answers[column].clear()
                if shape in VALUE_SHAPES:
                    self.last_value = max(self.last_value, column)

    def _fits(self, column: int, shape: Shape) -> bool | None:
        answers = self._answers[column]
        if shape not in answers:
            answers[shape] = self._compare(column, shape)
        return answers[shape]

    def _compare(self, column: int, shape: Shape) -> bool | None:
        kind, seen = self._kinds[column], self.seen[column]
        if shape in seen:
            return True
        if shape == "bare_year" and kind != "year":  # 2024 may as well be a number of places
            return None if not seen or "number" in seen or kind == "number" else False
        agrees = self._labels.agree(kind, shape)
        if agrees is None and not seen:
            return True if shape == "text" else None  # a column of remarks, empty so far
        return bool(agrees)


class _Body:
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
            refuse(f"line {self._half.line}: half of the cell below it, or a line of its own")
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
            refuse(f"line {row.line}: the rest of the cell above it, or a line of its own")
        self.close()
        self._out.add(row.cells)
        self._half = row if row.may_begin else None

    def _add_banner(self, row: RaggedRow) -> None:
        if "text" in self._columns.seen[-1] and not is_heading(row.cells[0]):
            refuse(f"line {row.line}: a title across the table, or a cell of its last column")
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
            refuse(f"line {row.line}: {len(row.filled)} cells, but {self._width} columns")
        scores = {shift: self._columns.fit(row.shapes, shift) for shift in self._shifts(row)}
        best = min(scores.values())
        if row.own >= self._width and not self._is_padded(row, scores[0], best[0]):
            return 0
        shift, *ties = (shift for shift, score in scores.items() if score == best)
        if ties:
            self._refuse_row(row, [shift, *ties])
        others = [score[0] for other, score in scores.items() if other != shift]
        # one odd cell is forgiven in a row that begins on the left, if all else is worse by far
        may_be_odd = shift == 0 and len(row.filled) > 2 and min(others, default=3) > 2
        if best[0] > may_be_odd or (shift and best[1]):
            self._refuse_row(row, [])
        self._check_not_broken(row)
        return shift

    def _is_padded(self, row: RaggedRow, score: tuple[int, int], least: int) -> bool:
        """Whether a row that is long enough must yet be padding in part."""
        wrong, unknown = score
        slipped = self._columns.count_slipped(row.shapes)
        if wrong and least == 0:
            if slipped == 0 and wrong == 1:
                refuse(f"line {row.line}: a cell unlike those above, or a row that lost its first")
            return True
        right = sum(shape not in _SILENT_SHAPES for shape in row.shapes) - wrong - unknown
        if (self._is_counted and wrong > right) or (slipped and 2 * wrong + unknown >= right):
            refuse(f"line {row.line}: cells unlike those above, one may be lost before them")
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
                refuse(f"lines {above.line} and {row.line}: one broken row, or two rows")

    def _refuse_row(self, row: RaggedRow, shifts: Sequence[int]) -> NoReturn:
        text = " | ".join(row.filled)[:80]
        places = " or ".join(str(shift + 1) for shift in shifts)
        if places:
            refuse(f"line {row.line}: {text!r} may begin in column {places}")
        refuse(f"line {row.line}: {text!r} fits the columns of the rows above nowhere for sure")


def restore(rows: Sequence[RaggedRow], labels: Labels, width: int | None = None) -> Restored | None:
    """Put the cells of tables back into their columns.

    Args:
        rows: Tables one after the other, lines before and between them.
        labels: What is known about labels; a header holds at least two known ones.
        width: Number of columns if the rows were cut by counting cells.

    Returns:
        The rows, or None if there is no header among them.

    Raises:
        UnreadableFileError: A row or a header fits in more than one way, or in none.
    """
    headers = _find_headers(rows, labels)
    if not headers:
        return None
    out = Restored()
    stops = [top for top, _ in headers[1:]] + [len(rows)]
    start = 0
    for (top, sub), stop in zip(headers, stops, strict=True):
        table = _Table(rows[top:stop], None if sub is None else sub - top, labels, width)
        for row in rows[start:top]:
            out.add(row.cells if len(row.cells) <= table.width else row.as_note().cells)
            if row.is_banner and not row.is_note:
                out.merge_row(table.width)
        table.restore(out)
        start = stop
    return out


def _find_headers(rows: Sequence[RaggedRow], labels: Labels) -> list[tuple[int, int | None]]:
    """Upper and lower row of each header; None where it has one row."""
    headers: list[tuple[int, int | None]] = []
    index = 0
    while index < len(rows):
        known = labels.count_known(rows[index])
        sub = _find_lower(rows, index, labels) if known else None
        if sub is not None:
            known += labels.count_known(rows[sub]) or len(rows[sub].filled)
        if known > 1 and sum(map(bool, rows[index].cells)) > 1:
            headers.append((index, sub))
            index = index if sub is None else sub
        index += 1
    return headers


def _find_lower(rows: Sequence[RaggedRow], top: int, labels: Labels) -> int | None:
    """Second row of the header that begins at ``top``."""
    if labels.header_rows == 1:
        return None
    after = range(top + 1, min(top + 3, len(rows)))  # a rule line may stand between the two
    index = next((index for index in after if not rows[index].is_note), None)
    if index is None or labels.header_rows == 2:
        return index
    shapes = [shape for shape in rows[index].shapes if shape != "blank"]
    is_years = len(shapes) > 1 and _YEAR_SHAPES.issuperset(shapes)
    return index if is_years or labels.count_known(rows[index]) else None


class _Table:
    """One header with the rows below it."""

    def __init__(
        self, rows: Sequence[RaggedRow], sub: int | None, labels: Labels, width: int | None
    ) -> None:
        """Find the columns; ``sub`` is the place of the lower header row."""
        self._labels, self._is_counted = labels, width is not None
        self._top, self._between = rows[0], rows[1 : sub or 1]
        self._sub = rows[sub] if sub else None
        self._body = rows[(sub or 0) + 1 :]
        self.width = width or self._reach()
        if self.width > WIDEST:
            refuse(f"line {self._top.line}: a table of {self.width} columns")
        self._layout = self._one_row() if self._sub is None else self._two_rows(self._sub)
        self.width = len(self._layout.parts)

    def restore(self, out: Restored) -> None:
        """Add the rows of the table."""
        self._add_header(out)
        kinds = [self._labels.kind(*parts) for parts in self._layout.parts]
        columns = Columns(kinds, self._labels)
        body = _Body(out, columns, self._is_counted, self._sub or self._top)
        sample = next(filter(_is_sample, self._body), self._top)
        longest = max(self.width, len(self._top.cells), len(sample.cells))
        for row in _set_furniture_aside(self._body, self.width):
            if len(row.cells) > longest:
                refuse(f"line {row.line}: {len(row.cells)} cells, more than in the rows above")
            body.add(row)
        body.close()

    def _reach(self) -> int:
        """Cells of the longest row, as far as the rows follow one another."""
        reach = max(len(self._top.filled), len(self._sub.filled) if self._sub else 0, 2)
        is_begun = False
        for row in self._body:
            if row.is_note and is_begun:
                break
            is_begun = not row.is_note
            reach = max(reach, len(row.filled))
        return reach

    def _one_row(self) -> _Layout:
        labels = self._top.filled
        longest = max(self._body, key=lambda row: len(row.filled), default=self._top)
        is_short = self._top.own < self.width
        if is_short and not longest.is_note and len(longest.filled) > len(labels):
            refuse(
                f"line {self._top.line}: {len(labels)} labels,"
                f" but line {longest.line} has {len(longest.filled)} cells"
            )
        parts = [(label,) if label else () for label in labels]
        return _Layout((), (*parts, *[()] * (self.width - len(parts))))

    def _two_rows(self, sub: RaggedRow) -> _Layout:
        """The one way to set the lower labels below upper ones that the cells below agree with."""
        shapes = next((row.shapes for row in self._body if _is_sample(row)), ())
        widest = self.width if self._is_counted else len(self._top.filled) + len(sub.filled)
        where = f"lines {self._top.line} and {sub.line}"
        for width in range(self.width, widest + 1):
            scored = [
                (score, layout)
                for layout in _layouts(self._top, sub, width)
                if (score := self._score(layout, shapes)) is not None
            ]
            if scored:
                best = max(score for score, _ in scored)
                layouts = [layout for score, layout in scored if score == best]
                if len(layouts) > 1:
                    refuse(f"{where}: the lower labels belong below more than one upper label")
                return layouts[0]
        refuse(f"{where}: no way to set the labels that the cells below agree with")

    def _score(self, layout: _Layout, shapes: Sequence[Shape]) -> tuple[int, int] | None:
        """How many columns agree with their labels, how many are known; None if one does not."""
        kinds = [self._labels.kind(*parts) for parts in layout.parts]
        agree = [
            self._labels.agree(kind, shape) for kind, shape in zip(kinds, shapes, strict=False)
        ]
        if False in agree:
            return None
        return agree.count(True), len(kinds) - kinds.count(None)

    def _add_header(self, out: Restored) -> None:
        index, column = len(out.rows), 0
        upper: list[str] = []
        lower: list[str] = []
        bottom = index + (self._sub is not None and not self._between)
        for size in self._layout.sizes:
            parts = self._layout.parts[column : column + size]
            upper += [parts[0][0], *[""] * (size - 1)]
            lower += [part[1] if size > 1 else "" for part in parts]
            out.merge(index, column, index if size > 1 else bottom, column + size - 1)
            column += size
        out.add(upper or self._top.filled)
        for row in self._between:
            out.add(row.cells)
        if self._sub:
            out.add(lower or self._sub.filled)
        out.moved += any(size > 1 for size in self._layout.sizes)


def _is_sample(row: RaggedRow) -> bool:
    """Whether a row surely begins in the first column and shows what the columns hold."""
    return bool(row.filled) and not (row.is_note or row.is_banner or row.is_total)


def _layouts(top: RaggedRow, sub: RaggedRow, width: int) -> Iterator[_Layout]:
    """Ways to set the labels of two header rows."""
    if min(len(top.cells), len(sub.cells)) >= width and (sub.own >= width or not sub.cells[0]):
        yield _as_written(top.cells[:width], sub.cells[:width])
    upper, lower = top.filled, sub.filled
    groups = len(upper) + len(lower) - width
    if not (all(upper) and all(lower) and 0 < groups <= min(len(upper), len(lower) // 2)):
        return
    ways = math.comb(len(upper), groups) * math.comb(len(lower) - groups - 1, groups - 1)
    if ways > _MOST_LAYOUTS:
        refuse(f"lines {top.line} and {sub.line}: too many ways to set the labels")
    for chosen in combinations(range(len(upper)), groups):
        for parts in _split(len(lower), groups):
            sizes = [1] * len(upper)
            for place, size in zip(chosen, parts, strict=True):
                sizes[place] = size
            layout = _grouped(upper, lower, sizes)
            grouped = [part for part in layout.parts if len(part) > 1]
            if len(set(grouped)) == len(grouped):  # no label twice in one group
                yield layout


def _split(cells: int, groups: int) -> Iterator[list[int]]:
    """Ways to split cells into groups of at least two."""
    spare = cells - groups  # with one cell a group set aside, the rest are groups of at least one
    for cuts in combinations(range(1, spare), groups - 1):
        yield [stop - start + 1 for start, stop in pairwise((0, *cuts, spare))]


def _as_written(upper: Sequence[str], lower: Sequence[str]) -> _Layout:
    parts: list[tuple[str, ...]] = []
    group = ""
    for above, below in zip(upper, lower, strict=True):
        group = above or group
        parts.append((group, below) if below else (above,))
    return _Layout((), tuple(parts))


def _grouped(upper: Sequence[str], lower: Sequence[str], sizes: Sequence[int]) -> _Layout:
    rest = iter(lower)
    parts: list[tuple[str, ...]] = []
    for label, size in zip(upper, sizes, strict=True):
        parts += [(label,)] if size == 1 else [(label, next(rest)) for _ in range(size)]
    return _Layout(tuple(sizes), tuple(parts))


def _set_furniture_aside(rows: Sequence[RaggedRow], width: int) -> Iterator[RaggedRow]:
    """Make notes of what else a page separates like cells: menus, paths, links at its foot."""
    has_begun = False
    for is_note, group in groupby(rows, key=lambda row: row.is_note):
        run = list(group)
        if has_begun and not is_note and not any(map(_may_be_row, run, repeat(width))):
            run = [row.as_note() for row in run]
        has_begun = has_begun or not is_note
        yield from run


def _may_be_row(row: RaggedRow, width: int) -> bool:
    return row.has_values or len(row.cells) == width
