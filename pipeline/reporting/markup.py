"""Pieces of HTML, from templates that escape whatever comes from data."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.published.read_marts import AnyRow
from pipeline.values.shown import Place, is_marking
from pipeline.wording.labels import label
from pipeline.wording.mart_dictionary import described_marts
from pipeline.wording.texts import chinese, say

TEMPLATES = Path(__file__).parent / "page"
MOST_WIDE_COLUMNS = 9  # a table with more is set closer


class Html(Markup):
    """HTML that a notebook shows as such."""

    def _repr_html_(self) -> str:
        return str(self)


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes:
        heading: What stands above it, with the unit.
        is_number: Whether its cells are aligned to the right.
        keeps_line: Whether its cells stay on one line.
        group: Heading that spans neighbouring columns of the same group; empty for none.
        filter: What a reader of a sortable table chooses rows by, such as "Level"; empty for none.
    """

    heading: str
    is_number: bool = False
    keeps_line: bool = False
    group: str = ""
    filter: str = ""

    @property
    def classes(self) -> str:
        """CSS classes of its cells."""
        flags = {"number": self.is_number, "nowrap": self.keeps_line}
        return " ".join(name for name, is_set in flags.items() if is_set)


@dataclass(frozen=True)
class Cell:
    """A cell of a table that says more than its text.

    Attributes:
        content: Text or markup.
        order: What a sortable table sorts it by: the value behind a number, a date; None where it
            is missing, which stands last.
        share: Length of the bar below its content, from 0 to 1; None for no bar.
    """

    content: str
    order: float | str | dt.date | None = None
    share: float | None = None


@dataclass(frozen=True)
class Heading:
    """A cell of the upper row of headings, where columns are grouped.

    Attributes:
        column: First column below it.
        span: Number of columns below it.
    """

    column: Column
    span: int


@functools.cache
def environment() -> Environment:
    """Templates of the pieces; a name that a template misspells is an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES / "pieces"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"say": say, "chinese": chinese, "label": label}
    return made


def render(template: str, **values: Any) -> Html:
    """Fill in the template of a piece; text is escaped, ``Markup`` is not."""
    return Html(environment().get_template(f"{template}.html.j2").render(values))


def stack(pieces: Iterable[Markup | None]) -> Html | None:
    """Put pieces below each other; None when there is none."""
    shown = [piece for piece in pieces if piece is not None]
    return Html(Markup("\n").join(shown)) if shown else None


def inline(*parts: str) -> Markup:
    """Join text and markup in one line; text is escaped."""
    return Markup("").join(parts)


def paragraphs(sentences: Iterable[str]) -> Html | None:
    """Show each sentence as a paragraph; None when there is none."""
    shown = list(sentences)
    return render("paragraphs", sentences=shown) if shown else None


def table(
    columns: list[Column],
    rows: Sequence[Sequence[str | Cell]],
    *,
    name: str,
    last_row_is_total: bool = False,
    is_sortable: bool = False,
    is_titled: bool = False,
) -> Html:
    """A table in a box of its own that scrolls where it is too wide.

    Args:
        columns: Left to right; the first holds the row's heading.
        rows: Cells in the order of the columns; where a row has fewer, its last cell fills the
            rest. Numbers and dates of a sortable table are ``Cell``; plain text in a column of
            numbers says why there is none. There, what a short row lacks is shown as missing.
        name: What the table shows, for readers who hear the page.
        last_row_is_total: Whether the last row is set apart, below all others however they are
            sorted.
        is_sortable: Whether readers can sort and search it, and choose rows by columns with a
            ``filter``. Without its script the page shows the table as it is.
        is_titled: Whether its name stands above it, as where there are several alike.
    """
    upper: list[Heading] = []
    for column in columns:
        if upper and column.group and upper[-1].column.group == column.group:
            upper[-1] = Heading(column, upper[-1].span + 1)
        else:
            upper.append(Heading(column, 1))
    filled = [_cells(columns, row, is_sortable=is_sortable) for row in rows]
    total = filled.pop() if last_row_is_total else None
    flags = {"dense": len(columns) > MOST_WIDE_COLUMNS, "sortable": is_sortable}
    return render(
        "table",
        columns=columns,
        upper=upper if any(column.group for column in columns) else [],
        rows=filled,
        total=total,
        # an attribute holds no markup
        name=name.striptags() if isinstance(name, Markup) else name,
        is_titled=is_titled,
        classes=" ".join(flag for flag, is_set in flags.items() if is_set),
    )


def bar(content: str, value: float | None, largest: float) -> Cell:
    """A number with a bar below it.

    Args:
        content: The number as text or markup, or why there is none.
        value: The number; None where there is none.
        largest: Of the column; its bar fills the cell.
    """
    if value is None or largest <= 0:
        return Cell(content, value)
    return Cell(content, value, min(max(value / largest, 0), 1))


def _cells(columns: list[Column], row: Sequence[str | Cell], *, is_sortable: bool) -> list[Cell]:
    """Cells as a template shows them: ``order`` is None where nothing is sorted."""
    cells = [cell if isinstance(cell, Cell) else Cell(cell) for cell in row]
    if not is_sortable:
        return [replace(cell, order=None) for cell in cells]
    cells += [Cell(label("symbol", "missing"))] * (len(columns) - len(cells))
    given = [isinstance(cell, Cell) for cell in row] + [True] * (len(columns) - len(row))
    return [
        replace(cell, order=_order(cell, is_cell=is_cell or column.is_number))
        for cell, is_cell, column in zip(cells, given, columns, strict=True)
    ]


def _order(cell: Cell, *, is_cell: bool) -> str:
    """What a cell sorts by: its text where nothing else is given; empty where it is missing."""
    if cell.order is not None:
        return str(cell.order)
    if is_cell:
        return ""
    return cell.content.striptags() if isinstance(cell.content, Markup) else cell.content


def details(summary: str, content: Markup) -> Html:
    """Content that a reader opens."""
    return render("details", summary=summary, content=content)


def badge(kind: str, words: str) -> Markup:
    """A status, in words and in colour."""
    return Markup('<span class="badge badge-{}">{}</span>').format(kind.replace("_", "-"), words)


def note(words: str) -> Markup:
    """A remark in small print below a value."""
    return Markup('<small class="note">{}</small>').format(words)


def mark_text(words: str, mart: str, row: AnyRow, column: str) -> str:
    """A text of a mart in other words, with where its numbers stand, while pages are made."""
    if not is_marking():
        return words
    key = tuple(row[part] for part in described_marts()[mart].grain)
    return Markup('<data value="{}">{}</data>').format(Place(mart, column, key), words)
