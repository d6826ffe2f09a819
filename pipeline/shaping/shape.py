"""Loads the rows of one source: good ones typed, bad ones with reasons, the rest set aside."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipeline.reading import Table
from pipeline.shaping.statement import judge_rows
from pipeline.sources import Source
from pipeline.sql import literal, quoted


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of one source; ``read`` is the sum of the others.

    Attributes:
        read: Rows of the sheet or file, from its first to its last.
        loaded: Rows in schema ``raw``.
        rejected: Rows refused, each with at least one reason.
        set_aside: Titles, headers, totals, notes and blank rows.
    """

    read: int
    loaded: int
    rejected: int
    set_aside: int


def shape_source(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> RowCounts:
    """Type the rows of a source into ``raw`` and say what became of every row.

    Args:
        connection: The warehouse under construction, with the tables of ``loading``.
        source: Where the rows come from and what they should hold.
        table: The rows as text.

    Returns:
        The counts, taken from what was stored.
    """
    sheet = literal(table.sheet) if table.sheet else "null"
    origin = f"{literal(source.id)} as source_id, {sheet} as source_sheet"
    connection.register("cells", table.rows)
    connection.execute(f"create or replace temp table judged as {judge_rows(source, table)}")
    target = f"raw.{quoted(source.contract.name)}"
    connection.execute(
        f"insert into {target} by name select {origin}, * exclude (problems)"
        " from judged where len(problems) = 0"
    )
    connection.execute(
        f"insert into audit.rejected_rows by name select {origin}, source_row, problem.*"
        " from (select source_row, unnest(problems) as problem from judged)"
    )
    connection.execute(
        f"insert into audit.set_aside_rows by name select {origin}, source_row,"
        " row_kind, row_text from cells where row_kind != 'data'"
    )
    _keep_stated_totals(connection, source, table, origin)
    connection.register("merged", table.merged)
    connection.execute(
        "insert into raw.merged_cells by name"
        f" select {literal(source.id)} as source_id, * from merged"
    )
    connection.unregister("merged")
    connection.unregister("cells")
    return _count(connection, source, len(table.rows))


def _keep_stated_totals(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, origin: str
) -> None:
    """Keep the numbers of total rows, which are never added but reconciled.

    A cell that is no number is kept as text alone; a check tells of it.
    """
    present = {heading.column for heading in table.headings}
    year = "shaping.to_year(year)" if "year" in present else "null::integer"
    category = "shaping.name_key(category)" if "category" in present else "null::varchar"
    for heading in table.headings:
        column = source.contract.columns[heading.column]
        if column.type in ("integer", "number"):
            connection.execute(
                f"""
                insert into raw.stated_totals by name
                select {origin}, source_row, {literal(column.name)} as column_name,
                    shaping.to_number({quoted(column.name)}) as value,
                    shaping.clean({quoted(column.name)}) as found,
                    {year} as year, terms.code as category
                from cells
                left join shaping.vocabulary as terms
                    on terms.vocabulary = 'quota_category' and terms.word = {category}
                where row_kind = 'total' and shaping.clean({quoted(column.name)}) is not null
                """
            )


def _count(connection: duckdb.DuckDBPyConnection, source: Source, read: int) -> RowCounts:
    counts = [
        connection.execute(
            f"select count(distinct source_row) from {table} where source_id = ?", [source.id]
        ).fetchall()[0][0]
        for table in (
            f"raw.{quoted(source.contract.name)}",
            "audit.rejected_rows",
            "audit.set_aside_rows",
        )
    ]
    return RowCounts(read, *counts)
