"""What numbers of pages and sheets are, so that what shows a number accepts nothing else.

A type checker tells these apart from plain numbers, and what is calculated with them is plain
again: a sum of figures is no figure, and no page can show it. While a page is made, figures also
know at run time where they stand, and the page says it of each, so that whoever reads the HTML
can hold every number against the marts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sized
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import NewType, TypeVar

T = TypeVar("T")

_marking: ContextVar[bool] = ContextVar("marking", default=False)

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
    return Figure(_placed(abs(value), place_of(value)))


@dataclass(frozen=True)
class Place:
    """Where a number stands in the published marts.

    Attributes:
        mart: Name of the mart.
        column: The column, or an aggregate such as ``sum(rows_read)``.
        key: Values of the mart's grain, or the condition of the aggregate.
    """

    mart: str
    column: str
    key: tuple[object, ...]

    def __str__(self) -> str:
        """As pages write it: ``mart:column:key``, null as nothing."""
        key = "|".join("" if part is None else str(part) for part in self.key)
        return f"{self.mart}:{self.column}:{key}"


class _PlacedWhole(int):
    place: Place


class _PlacedReal(float):
    place: Place


def mark_numbers() -> None:
    """From here on numbers that are read or written say where they stand; pages ask for it."""
    _marking.set(True)


def is_marking() -> bool:
    """Whether numbers say where they stand."""
    return _marking.get()


@contextmanager
def unmarked() -> Iterator[None]:
    """Write numbers as plain text for a while, where there can be no markup."""
    before = _marking.set(False)
    try:
        yield
    finally:
        _marking.reset(before)


def place_of(value: float) -> Place | None:
    """Where a number stands in the marts; None for one that is not of a mart."""
    return value.place if isinstance(value, _PlacedWhole | _PlacedReal) else None


def place_numbers(
    row: Mapping[str, object], mart: str, grain: tuple[str, ...]
) -> dict[str, object]:
    """A row of a mart whose numbers know where they stand."""
    key = tuple(row[part] for part in grain)
    return {
        column: _placed(value, Place(mart, column, key))
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for column, value in row.items()
    }


def place_figure(value: Figure, place: Place) -> Figure:
    """A figure that knows where it stands."""
    return Figure(_placed(value, place))


def placed(value: int, place: Place) -> int:
    """A whole number that knows where it stands."""
    number = _PlacedWhole(value)
    number.place = place
    return number


def _placed(value: float, place: Place | None) -> float:
    if place is None:
        return value
    number = _PlacedWhole(value) if isinstance(value, int) else _PlacedReal(value)
    number.place = place
    return number


def known(value: T | None) -> T:
    """What rows were chosen for: a value that is not null in any of them.

    Raises:
        ValueError: It is null.
    """
    if value is None:
        raise ValueError("a row without the value that it was chosen for")
    return value
