"""Reads the published marts; the only thing that reports read."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.reporting.errors import ReportError

Row = dict[str, Any]


@dataclass(frozen=True)
class Marts:
    """A folder with the published Parquet files.

    Attributes:
        folder: Holds ``regions.parquet`` and the others.
    """

    folder: Path

    def rows(
        self, mart: str, condition: str = "true", values: list[Any] | None = None
    ) -> list[Row]:
        """Read rows of a mart.

        Args:
            mart: Name of the mart.
            condition: SQL condition with ``?`` for each of ``values``.
            values: Values of the condition.

        Returns:
            One dictionary per row, null as None, in the order in which the mart is published.

        Raises:
            ReportError: The mart was not published.
        """
        path = self.folder / f"{mart}.parquet"
        if not path.is_file():
            msg = f"{path} is missing\n  do next:  build again; reports need every mart"
            raise ReportError(msg)
        result = _connection().execute(
            f"select * from read_parquet(?) where {condition}", [str(path), *(values or [])]
        )
        names = [column[0] for column in result.description]
        return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One connection in memory for all reads: opening one takes longer than reading a mart."""
    connection = duckdb.connect()
    # the published order is the order of reports; several threads may lose it
    connection.execute("set threads = 1")
    return connection


@dataclass(frozen=True)
class Regions:
    """The hierarchy of regions.

    Attributes:
        by_code: Row of mart ``regions`` by region code.
    """

    by_code: dict[str, Row]

    @classmethod
    def of(cls, marts: Marts) -> Regions:
        """Read all regions."""
        return cls({row["region_code"]: row for row in marts.rows("regions")})

    def with_data(self) -> list[Row]:
        """Regions that some source says something about, parents before children."""
        found = [row for row in self.by_code.values() if row["source_figures"] > 0]
        return sorted(found, key=lambda row: [above["region_code"] for above in self.path(row)])

    def path(self, row: Row) -> list[Row]:
        """The regions from the top of the hierarchy down to this one, itself included."""
        path = [row]
        while (parent := self.by_code.get(path[0]["parent_code"])) is not None:
            path.insert(0, parent)
        return path

    def parent_path(self, code: str) -> str:
        """Names of the regions above, the country left out; empty for the top."""
        above = self.path(self.by_code[code])[:-1]
        return " › ".join(row["region_name"] for row in above if row["region_level"] != "country")
