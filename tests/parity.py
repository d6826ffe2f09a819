"""Whether two warehouses hold the same marts, value by value."""

from __future__ import annotations

import math
from typing import Any

import duckdb

# Engines add doubles in different orders, and each addition rounds in the 16th digit.
TOLERANCE = 1e-12
SHOWN = 5


def find_differences(
    one: duckdb.DuckDBPyConnection, other: duckdb.DuckDBPyConnection, mart: str, grain: list[str]
) -> list[str]:
    """Compare a mart of two warehouses: columns, their types, rows by their grain, every value.

    Returns:
        What differs; at most a few values of each column.
    """
    columns = {side: dict(_columns(side, mart)) for side in (one, other)}
    if columns[one] != columns[other]:
        return [f"{mart}: columns {columns[one]} are {columns[other]}"]
    rows = {side: _rows(side, mart, grain) for side in (one, other)}
    lacking, added = rows[one].keys() - rows[other].keys(), rows[other].keys() - rows[one].keys()
    found = [f"{mart}: only in one: {key}" for key in sorted(lacking, key=str)[:SHOWN]]
    found += [f"{mart}: only in the other: {key}" for key in sorted(added, key=str)[:SHOWN]]
    for number, column in enumerate(columns[one]):
        unequal = [
            f"{mart}.{column} of {key}: {row[number]!r} is {rows[other][key][number]!r}"
            for key, row in rows[one].items()
            if key in rows[other] and not _is_same(row[number], rows[other][key][number])
        ]
        found += unequal[:SHOWN]
    return found


def _columns(side: duckdb.DuckDBPyConnection, mart: str) -> list[tuple[str, str]]:
    return [row[:2] for row in side.execute(f"describe marts.{mart}").fetchall()]


def _rows(
    side: duckdb.DuckDBPyConnection, mart: str, grain: list[str]
) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Rows by their grain; of those with the same grain, which tests forbid elsewhere, by their place."""
    rows: dict[tuple[Any, ...], tuple[Any, ...]] = {}
    found = side.execute(f"select * from marts.{mart} order by all")
    names = [column[0] for column in found.description]
    key_columns = [names.index(column) for column in grain]
    for row in found.fetchall():
        key = tuple(row[column] for column in key_columns)
        place = 0
        while (*key, place) in rows:
            place += 1
        rows[*key, place] = row
    return rows


def _is_same(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=TOLERANCE, abs_tol=0.0) or (
            math.isnan(one) and math.isnan(other)
        )
    return type(one) is type(other) and one == other
