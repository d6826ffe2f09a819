"""Reads the published marts; the only thing that reports read."""

from __future__ import annotations

import functools
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.database import connect
from pipeline.core.messages import Message
from pipeline.wording.errors import ReportError

Row = dict[str, Any]
# Names of columns, and rows.
Answer = tuple[list[str], list[tuple[Any, ...]]]
# A question to a mart: its name, the query, its values as JSON.
Question = tuple[str, str, str]
# What a page about a region needs of the hierarchy, which no source about another region changes.
FAMILY = """
select region_code, region_name, region_level, parent_code, is_fictional
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
# what this process has asked since take_reads, with the checksums of the answers
_reads: dict[Question, str] = {}


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

    def query(self, mart: str, query: str, values: list[Any]) -> list[Row]:
        """Ask a question about a mart, which the query calls ``mart``; errors as for ``rows``."""
        names, rows = self._read(mart, query, values)
        return [dict(zip(names, row, strict=True)) for row in rows]

    def columns(self, mart: str) -> list[str]:
        """Names of the columns of a mart."""
        return self._read(mart, "select * from mart limit 0")[0]

    def count(self, mart: str, condition: str = "true") -> int:
        """Number of rows of a mart that meet a condition."""
        found: int = self._read(mart, f"select count(*) from mart where {condition}")[1][0][0]
        return found

    def checksum(self, question: Question) -> str:
        """Checksum of what the marts answer to a question."""
        mart, query, values = question
        return _checksum(self._ask(mart, query, json.loads(values)))

    def _read(self, mart: str, query: str, values: list[Any] | None = None) -> Answer:
        answer = self._ask(mart, query, values)
        _reads[mart, query, json.dumps(values, default=str)] = _checksum(answer)
        return answer

    def _ask(self, mart: str, query: str, values: list[Any] | None) -> Answer:
        path = self.folder / f"{mart}.parquet"
        if not path.is_file():
            raise ReportError(Message("error.mart_missing", path=str(path)))
        result = _connection().execute(
            f"with mart as (from read_parquet(?)) {query}", [str(path), *(values or [])]
        )
        return [column[0] for column in result.description], result.fetchall()


def _checksum(answer: Answer) -> str:
    return hashlib.sha256(repr(answer).encode()).hexdigest()


def take_reads() -> dict[Question, str]:
    """Questions since the last call; a page follows from their answers and from code alone.

    Returns:
        Checksum of the answer by question.
    """
    taken = dict(_reads)
    _reads.clear()
    return taken


@functools.cache
def _connection() -> duckdb.DuckDBPyConnection:
    """One connection in memory for all reads: opening one takes longer than reading a mart."""
    connection = connect()
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

    @classmethod
    def family(cls, marts: Marts, code: str) -> Regions:
        """Read a region with those above and below it; empty where there is no such region."""
        rows = marts.query("regions", FAMILY, [code, code])
        return cls({row["region_code"]: row for row in rows})

    def with_data(self) -> list[Row]:
        """Regions that some source says something about, parents before children."""
        found = [row for row in self.by_code.values() if row["source_figures"] > 0]
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
            children.setdefault(row["parent_code"], []).append(row["region_code"])
        return children

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
