"""Which lists hold a description of a facility, and what numbers they give with it."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import pyarrow as pa

from pipeline.core.sql import quoted

# A list is the rows of a source about a day, of one kind.
ListKey = tuple[str, dt.date, str]
Numbers = tuple[Any, ...]
Agreement = Literal["equal", "open", "differ"]


@dataclass(frozen=True, slots=True)
class ListedRow:
    """One row of a roster.

    Attributes:
        list_key: The list that it stands in.
        source_sheet: Sheet of the file; None for a file without sheets.
        source_row: Row of the sheet.
        numbers: What it counts and measures; null where a cell is blank.
    """

    list_key: ListKey
    source_sheet: str | None
    source_row: int
    numbers: Numbers

    @property
    def rank(self) -> tuple[object, ...]:
        """Order among rows of one list, by what they say before where they stand."""
        known = tuple((number is None, number or 0) for number in self.numbers)
        return (*known, self.source_sheet or "", self.source_row)


def read_rows(
    connection: duckdb.DuckDBPyConnection,
    descriptions: Sequence[tuple[Any, ...]],
    columns: str,
    numbers: Sequence[str],
) -> list[list[ListedRow]]:
    """Read the rows of some descriptions.

    Args:
        connection: Holds the raw tables.
        descriptions: Values of ``columns``.
        columns: What describes a facility.
        numbers: Columns of a roster that count or measure.

    Returns:
        The rows of each description, in its place; in the order of lists, then of ``rank``.
    """
    names = columns.split(", ")
    wanted: dict[str, list[Any]] = {"place": list(range(len(descriptions)))}
    wanted |= {name: [values[at] for values in descriptions] for at, name in enumerate(names)}
    types = {"place": pa.int64(), "is_fictional": pa.bool_()}
    table = pa.table(
        {name: pa.array(values, types.get(name, pa.string())) for name, values in wanted.items()}
    )
    connection.register("wanted_descriptions", table)
    same = " and ".join(
        f"{'sources' if name == 'is_fictional' else 'rosters'}.{name}"
        f" is not distinct from wanted.{name}"
        for name in names
    )
    given = "".join(f", rosters.{quoted(name)}" for name in numbers)
    found = connection.execute(
        f"""
        select
            wanted.place, rosters.source_id, rosters.as_of, rosters.list_kind,
            rosters.source_sheet, rosters.source_row{given}
        from raw.facility_roster as rosters
        join raw.sources as sources using (source_id)
        join wanted_descriptions as wanted on {same}
        """
    ).fetchall()
    connection.unregister("wanted_descriptions")
    rows: list[list[ListedRow]] = [[] for _ in descriptions]
    for place, source, day, kind, sheet, number, *values in found:
        rows[place].append(ListedRow((source, day, kind), sheet, number, tuple(values)))
    for described in rows:
        described.sort(key=lambda row: (row.list_key, row.rank))
    return rows


def split_twins(rows: list[ListedRow]) -> list[list[ListedRow]]:
    """Tell apart rows of one list that describe a facility in the same words.

    The first in each list are one description, the second ones another, and so on.

    Args:
        rows: Those of one description, in the order that ``read_rows`` gives.
    """
    by_list: dict[ListKey, list[ListedRow]] = defaultdict(list)
    for row in rows:
        by_list[row.list_key].append(row)
    twins: list[list[ListedRow]] = []
    for listed in by_list.values():
        for number, row in enumerate(listed):
            if number == len(twins):
                twins.append([])
            twins[number].append(row)
    return twins


def compare_numbers(one: Numbers, other: Numbers) -> Agreement:
    """Whether two rows give the same numbers; ``open`` where blanks leave it open."""
    pairs = list(zip(one, other, strict=True))
    if any(a is not None and b is not None and a != b for a, b in pairs):
        return "differ"
    return "equal" if one == other and any(a is not None for a in one) else "open"


class Listings:
    """Lists of those descriptions that may stand in one list with another of their facility."""

    def __init__(self) -> None:
        """Start with none."""
        self._numbers: dict[int, dict[ListKey, list[Numbers]]] = {}

    def add(self, index: int, rows: Iterable[ListedRow]) -> None:
        """Add the rows of a description, by its number."""
        listed: dict[ListKey, list[Numbers]] = defaultdict(list)
        for row in rows:
            listed[row.list_key].append(row.numbers)
        self._numbers[index] = dict(listed)

    def holds(self, index: int) -> bool:
        """Whether the lists of a description are known."""
        return index in self._numbers

    def find_difference(self, one: int, other: int) -> str | None:
        """Source of the first list that gives two descriptions different numbers."""
        ours, theirs = self._numbers[one], self._numbers[other]
        return next(
            (
                key[0]
                for key in sorted(ours.keys() & theirs.keys())
                for a in ours[key]
                for b in theirs[key]
                if compare_numbers(a, b) == "differ"
            ),
            None,
        )

    def compare(self, one: int, other: int) -> Agreement | None:
        """How the numbers of two descriptions agree in the lists that hold both.

        Returns:
            The worst of all such lists; None where no list holds both.
        """
        ours, theirs = self._numbers[one], self._numbers[other]
        found = {
            compare_numbers(a, b)
            for key in ours.keys() & theirs.keys()
            for a in ours[key]
            for b in theirs[key]
        }
        worst_first: tuple[Agreement, ...] = ("differ", "equal", "open")
        return next((agreement for agreement in worst_first if agreement in found), None)
