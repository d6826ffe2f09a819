"""Pieces of HTML, from templates that escape whatever comes from data."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.reporting.wording import chinese, say

TEMPLATES = Path(__file__).parent / "template"


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
    """

    heading: str
    is_number: bool = False
    keeps_line: bool = False
    group: str = ""

    @property
    def classes(self) -> str:
        """CSS classes of its cells."""
        flags = {"number": self.is_number, "nowrap": self.keeps_line}
        return " ".join(name for name, is_set in flags.items() if is_set)


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
    made.globals |= {"say": say, "chinese": chinese}
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
    rows: list[list[str]],
    *,
    name: str,
    last_row_is_total: bool = False,
) -> Html:
    """A table in a box of its own that scrolls where it is too wide.

    Args:
        columns: Left to right; the first holds the row's heading.
        rows: Cells as text or markup, in the order of the columns; where a row has fewer, its last
            cell fills the rest.
        name: What the table shows, for readers who hear the page.
        last_row_is_total: Whether the last row is set apart.
    """
    upper: list[Heading] = []
    for column in columns:
        if upper and column.group and upper[-1].column.group == column.group:
            upper[-1] = Heading(column, upper[-1].span + 1)
        else:
            upper.append(Heading(column, 1))
    return render(
        "table",
        columns=columns,
        upper=upper if any(column.group for column in columns) else [],
        rows=rows,
        name=name,
        last_row_is_total=last_row_is_total,
    )


def details(summary: str, content: Markup) -> Html:
    """Content that a reader opens."""
    return render("details", summary=summary, content=content)


def badge(kind: str, words: str) -> Markup:
    """A status, in words and in colour."""
    return Markup('<span class="badge badge-{}">{}</span>').format(kind.replace("_", "-"), words)


def note(words: str) -> Markup:
    """A remark in small print below a value."""
    return Markup('<small class="note">{}</small>').format(words)
