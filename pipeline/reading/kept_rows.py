"""Which rows of a table an entry keeps by what stands in some of their columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb
import pyarrow as pa

from pipeline.contracts import normalise_label
from pipeline.core.database import connect
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.core.sql import literal, parquet_files
from pipeline.dossier_files.source import Source
from pipeline.reading.grid import Grid
from pipeline.reading.headings import Header
from pipeline.reading.table_search import Place

MOST_SHOWN = 12  # values of a column that a message lists, the most frequent ones


def find_kept_rows(
    grid: Grid, place: Place, header: Header, source: Source, where: Text
) -> tuple[dict[int, list[str]], list[Problem]]:
    """Find the texts by which rows are kept, as the file writes them.

    Args:
        grid: The sheet, with merged cells filled down.
        place: Where the table stands on it.
        header: Says which columns choose rows.
        source: Its entry says which values of these columns are meant.
        where: How messages call the sheet.

    Returns:
        By the place of each such column its texts that are meant, and the problems: values that no
        row has, and conditions that no row meets together.
    """
    if not source.entry.where:
        return {}, []
    kept: dict[int, list[str]] = {}
    problems = []
    with connect() as connection:
        _create_body(connection, grid, place, header)
        for label, index in header.conditions.items():
            values = source.entry.where[label]
            kept[index], missing = _texts_of(connection, index, values)
            if missing:
                message = Message(
                    "header.no_where_value",
                    label=label,
                    values=missing,
                    known=_most_frequent(connection, index) or Message("layout.none"),
                )
                problems.append(Problem(where, message))
        if not problems and not _is_any_kept(connection, kept):
            message = Message("header.where_keeps_none", conditions=conditions_of(source))
            problems.append(Problem(where, message))
    return kept, problems


def conditions_of(source: Source) -> list[str]:
    """What an entry says of the rows that are meant, a text for each column."""
    return [f"{label}: {' / '.join(values)}" for label, values in source.entry.where.items()]


def is_kept(kept: Mapping[int, Sequence[str]]) -> str:
    """SQL that is true for a row of a sheet that has one of the texts in each such column."""
    tests = [
        f"coalesce(c{index} in ({', '.join(map(literal, texts))}), false)"
        for index, texts in kept.items()
    ]
    return " and ".join(tests) or "true"


def _create_body(
    connection: duckdb.DuckDBPyConnection, grid: Grid, place: Place, header: Header
) -> None:
    """Make the relation ``body``: the rows below the header."""
    if grid.scan:
        rows = parquet_files([grid.scan.cells], "file_row_number = true")
        connection.execute(
            f"create view body as from {rows}"
            f" where file_row_number >= {header.rows.stop} and file_row_number < {place.stop}"
        )
        return
    rows = grid.cells.slice(header.rows.stop, max(place.stop - header.rows.stop, 0))
    connection.register("body", pa.table(rows))


def _texts_of(
    connection: duckdb.DuckDBPyConnection, index: int, values: Sequence[str]
) -> tuple[list[str], list[str]]:
    """Texts of a column that mean one of the values, and values that no text means."""
    rows = connection.execute(
        f"select distinct c{index} from body where c{index} is not null order by all"
    ).fetchall()
    folded = {text: normalise_label(text) for (text,) in rows}
    wanted = {normalise_label(value) for value in values}
    missing = [value for value in values if normalise_label(value) not in folded.values()]
    return [text for text, fold in folded.items() if fold in wanted], missing


def _most_frequent(connection: duckdb.DuckDBPyConnection, index: int) -> list[str]:
    rows = connection.execute(
        f"select c{index} from body where c{index} is not null"
        f" group by all order by count(*) desc, c{index} limit {MOST_SHOWN}"
    ).fetchall()
    return [text for (text,) in rows]


def _is_any_kept(connection: duckdb.DuckDBPyConnection, kept: Mapping[int, Sequence[str]]) -> bool:
    return bool(connection.execute(f"select 1 from body where {is_kept(kept)} limit 1").fetchall())
