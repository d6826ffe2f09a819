"""Reads the published marts; the only thing that reports read."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict, TypeVar, cast

import duckdb

from pipeline.core.database import connect
from pipeline.core.messages import Message
from pipeline.core.sql import parquet_files
from pipeline.published.rows import MART_OF, RegionsRow
from pipeline.values.shown import Count, Figure, Place, is_marking, place_numbers, placed
from pipeline.wording.errors import ReportError
from pipeline.wording.mart_dictionary import described_marts

Row = dict[str, Any]
T = TypeVar("T")
# A row of any mart, for what finds out at run time which columns it has.
AnyRow = Mapping[str, object]
Values = list[Any] | None
# Names of columns, and rows.
Answer = tuple[list[str], list[tuple[Any, ...]]]
# A question to a mart: its name, the query, its values as JSON.
Question = tuple[str, str, str]
# What a page about a region needs of the hierarchy, which no source about another region changes.
FAMILY = """
select region_code, region_name, region_level, parent_code, aliases, is_fictional
from (
    with recursive
        above as (
            from mart where region_code = ?
            union
            select mart.* from mart inner join above on mart.region_code = above.parent_code
        ),
        below as (
            from mart where region_code = ?
            union
            select mart.* from mart inner join below on mart.parent_code = below.region_code
        )
    from above union from below
)
order by region_code
"""
# what this process has asked since collect_mart_queries, with the checksums of the answers
_queries: dict[Question, str] = {}


@dataclass(frozen=True)
class Marts:
    """A folder with the published Parquet files.

    Attributes:
        folder: Holds ``regions.parquet`` and the others.
    """

    folder: Path

    def rows(
        self,
        mart: str,
        condition: str = "true",
        values: list[Any] | None = None,
        limit: int | None = None,
        columns: str = "*",
    ) -> list[Row]:
        """Read rows of a mart.

        Args:
            mart: Name of the mart.
            condition: SQL condition with ``?`` for each of ``values``.
            values: Values of the condition.
            limit: How many rows to read at most; None for all.
            columns: Which columns to read.

        Returns:
            One dictionary per row, null as None, in the order in which the mart is published.

        Raises:
            ReportError: The mart was not published.
        """
        most = f" limit {limit}" if limit is not None else ""
        return self.query(mart, f"select {columns} from mart where {condition}{most}", values or [])

    def read(
        self, row_type: type[T], condition: str = "true", values: list[Any] | None = None
    ) -> list[T]:
        """Read rows of the mart that a type of ``rows.py`` describes; otherwise as ``rows``."""
        mart = MART_OF[row_type]
        rows = self.rows(mart, condition, values)
        if is_marking():
            grain = described_marts()[mart].grain
            rows = [place_numbers(row, mart, grain) for row in rows]
        return cast("list[T]", rows)

    def total(
        self, mart: str, column: str, condition: str = "true", values: Values = None
    ) -> Figure:
        """Sum of a column of counts over rows of a mart; 0 where there are no rows."""
        query = f"select coalesce(sum({column}), 0)::bigint as total from mart where {condition}"
        (row,) = self.query(mart, query, values or [])
        return Figure(placed(row["total"], _aggregate(mart, f"sum({column})", condition, values)))

    def query(self, mart: str, query: str, values: list[Any]) -> list[Row]:
        """Ask a question about a mart, which the query calls ``mart``; errors as for ``rows``."""
        names, rows = self._read(mart, query, values)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def columns(self, mart: str) -> list[str]:
        """Names of the columns of a mart."""
        return self._read(mart, "select * from mart limit 0")[0]

    def count(self, mart: str, condition: str = "true") -> Count:
        """Number of rows of a mart that meet a condition."""
        (rows,) = self._read(mart, f"select count(*) from mart where {condition}")[1][0]
        return Count(placed(rows, _aggregate(mart, "count(*)", condition, None)))

    def checksum(self, question: Question) -> str:
        """Checksum of what the marts answer to a question."""
        mart, query, values = question
        return _checksum(self._ask(mart, query, json.loads(values)))

    def _read(self, mart: str, query: str, values: list[Any] | None = None) -> Answer:
        answer = self._ask(mart, query, values)
        _queries[mart, query, json.dumps(values, default=str)] = _checksum(answer)
        return answer

    def _ask(self, mart: str, query: str, values: list[Any] | None) -> Answer:
        path = self.folder / f"{mart}.parquet"
        if not path.is_file():
            raise ReportError(Message("error.mart_missing", path=str(path)))
        result = _connection().execute(
            f"with mart as (from {parquet_files([path])}) {query}", values or []
        )
        return [column[0] for column in result.description], result.fetchall()


def _aggregate(mart: str, what: str, condition: str, values: Values) -> Place:
    """Where a number over several rows stands: the condition is the key, with its values."""
    for value in values or []:
        condition = condition.replace("?", "'" + str(value).replace("'", "''") + "'", 1)
    return Place(mart, what, (condition,))


def _checksum(answer: Answer) -> str:
    return hashlib.sha256(repr(answer).encode()).hexdigest()


def collect_mart_queries() -> dict[Question, str]:
    """Questions since the last call; a page follows from their answers and from code alone.

    Returns:
        Checksum of the answer by question.
    """
    taken = dict(_queries)
    _queries.clear()
    return taken


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One connection in memory for all reads: opening one takes longer than reading a mart."""
    connection = connect()
    # the published order is the order of reports; several threads may lose it
    connection.execute("set threads = 1")
    return connection


def figure_in(row: AnyRow, column: str) -> Figure | None:
    """The figure of a row of a mart in a column that is known at run time alone.

    Raises:
        ReportError: The column holds something else.
    """
    value = row[column]
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ReportError(Message("report.no_figure", column=column, value=value))
    return Figure(value)


class Region(TypedDict):
    """What a page needs to know of a region of the hierarchy, of mart ``regions``."""

    region_code: str
    region_name: str
    region_level: str
    parent_code: str | None
    aliases: str | None
    is_fictional: bool


@dataclass(frozen=True)
class Regions:
    """The hierarchy of regions.

    Attributes:
        by_code: Row of mart ``regions`` by region code.
        with_figures: Codes of those that some source says something about.
    """

    by_code: dict[str, Region]
    with_figures: frozenset[str] = frozenset()

    @classmethod
    def of(cls, marts: Marts) -> Regions:
        """Read all regions."""
        rows = marts.read(RegionsRow)
        known = frozenset(row["region_code"] for row in rows if row["source_figures"] > 0)
        return cls({row["region_code"]: row for row in rows}, known)

    @classmethod
    def family(cls, marts: Marts, code: str) -> Regions:
        """Read a region with those above and below it; empty where there is no such region."""
        rows = cast("list[Region]", marts.query("regions", FAMILY, [code, code]))
        return cls({row["region_code"]: row for row in rows})

    def with_data(self) -> list[Region]:
        """Regions that some source says something about, parents before children."""
        found = [row for code, row in self.by_code.items() if code in self.with_figures]
        return sorted(found, key=lambda row: [above["region_code"] for above in self.path(row)])

    def below(self, code: str) -> list[str]:
        """Codes of the regions right below a region."""
        return self._below.get(code, [])

    def codes_within(self, code: str) -> list[str]:
        """Codes of a region and of all regions below it."""
        return [code, *(inner for child in self.below(code) for inner in self.codes_within(child))]

    @functools.cached_property
    def _below(self) -> dict[str, list[str]]:
        children: dict[str, list[str]] = {}
        for row in self.by_code.values():
            if row["parent_code"] is not None:
                children.setdefault(row["parent_code"], []).append(row["region_code"])
        return children

    def path(self, row: Region) -> list[Region]:
        """The regions from the top of the hierarchy down to this one, itself included."""
        path = [row]
        while (parent := self.by_code.get(path[0]["parent_code"] or "")) is not None:
            path.insert(0, parent)
        return path

    def parent_path(self, code: str) -> str:
        """Names of the regions above, the country left out; empty for the top."""
        above = self.path(self.by_code[code])[:-1]
        return " › ".join(row["region_name"] for row in above if row["region_level"] != "country")
