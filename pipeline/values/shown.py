"""What numbers of pages and sheets are, so that what shows a number accepts nothing else.

A type checker tells these apart from plain numbers, and what is calculated with them is plain
again: a sum of figures is no figure, and no page can show it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import NewType, TypeVar

T = TypeVar("T")

# A number that stands in a column of a published mart, as the reader of marts gives it.
Figure = NewType("Figure", float)
# How many rows of marts are listed or meant.
Count = NewType("Count", int)
# A number that names something and measures nothing: a year, a quarter, a row of a file.
Ordinal = NewType("Ordinal", int)


def count_of(listed: Sized) -> Count:
    """How many things are listed."""
    return Count(len(listed))


def together(counts: Iterable[Count]) -> Count:
    """How many are listed in several lists, none in two of them."""
    return Count(sum(counts))


def without_sign(value: Figure) -> Figure:
    """A difference whose direction the words beside it say."""
    return Figure(abs(value))


def known(value: T | None) -> T:
    """What rows were chosen for: a value that is not null in any of them.

    Raises:
        ValueError: It is null.
    """
    if value is None:
        raise ValueError("a row without the value that it was chosen for")
    return value
