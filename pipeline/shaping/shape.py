"""Loads the rows of one source: good ones typed, bad ones with reasons, the rest set aside."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.core.messages import Message
from pipeline.core.sql import literal
from pipeline.dossier_files.source import Source
from pipeline.reading import Table, relate_cells
from pipeline.shaping.findings import UNEXPLAINED_WIDE_ROW
from pipeline.shaping.keys import refuse_repeated_keys
from pipeline.shaping.parsing import parse_cells
from pipeline.shaping.region_index import RegionIndex
from pipeline.shaping.regions import build_region_index, resolve_regions
from pipeline.shaping.remarks import keep_remarks
from pipeline.shaping.row_files import drop_refused_rows, write_rows
from pipeline.shaping.statement import Statement, write_statement
from pipeline.shaping.totals import (
    find_rows_like_totals,
    keep_stated_totals,
    set_unlabelled_totals_aside,
)


@dataclass(frozen=True)
class RowCounts:
    """What became of the rows of one source; ``read`` is the sum of the others.

    Attributes:
        read: Rows of the sheet or file, from its first to its last.
        loaded: Rows in the raw table.
        rejected: Rows refused, each with at least one reason.
        set_aside: Titles, headers, totals, notes and blank rows.
        notes: What a person should know of the rows: codes that were reduced, loaded rows that have
            a name and the numbers of a total.
    """

    read: int
    loaded: int
    rejected: int
    set_aside: int
    notes: tuple[Message, ...] = ()


def shape_source(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, folder: Path
) -> RowCounts:
    """Type the rows of a source into its file of rows and say what became of every row.

    Args:
        connection: The warehouse under construction, with the tables that it is loaded into.
        source: Where the rows come from and what they should hold.
        table: The rows as text.
        folder: To write the loaded rows to.

    Returns:
        The counts, taken from what was stored.
    """
    sheet = literal(table.grid.sheet) if table.grid.sheet else "null::varchar"
    origin = f"{literal(source.id)} as source_id, {sheet} as source_sheet"
    index = build_region_index(connection, source) if source.contract.has_region else None
    relate_cells(connection, source, table, index.is_region if index else _is_no_region)
    parsed = parse_cells(connection, source, table)
    notes = []
    if index:
        notes += resolve_regions(connection, source, table, index)
        _refuse_unknown_sections(connection, source, table, index, origin)
    statement = write_statement(source, table, parsed)
    doubtful = _columns_of_an_impossible_order(connection, statement)
    if doubtful:
        statement = write_statement(source, table, parsed, doubtful)
    unlabelled = set_unlabelled_totals_aside(connection, source, table, statement)
    rows = f"select {origin}, * from ({statement.good})"
    loaded = write_rows(connection, source, rows, folder)
    if loaded < parsed.data_rows - unlabelled:
        _keep_refused_rows(connection, statement, origin)
        if table.header.unpivoted:
            drop_refused_rows(connection, source, folder)
    if refuse_repeated_keys(connection, source, table):
        drop_refused_rows(connection, source, folder)
    connection.execute(
        f"insert into audit.set_aside_rows by name select distinct {origin}, source_row,"
        " row_kind, row_text from cells where row_kind != 'data'"
        f" and source_row not in (select source_row from audit.rejected_rows"
        f" where source_id = {literal(source.id)}) order by source_row"
    )
    _keep_anchors(connection, source, table)
    if parsed.total_rows or unlabelled:
        keep_stated_totals(connection, source, table, statement, origin)
    keep_remarks(connection, source, table, parsed, origin)
    like_totals = find_rows_like_totals(connection, source, table)
    if like_totals:
        notes.append(Message("note.like_totals", rows=list(like_totals)))
    return replace(_count(connection, source, table), notes=tuple(notes))


def _is_no_region(name: str) -> bool:
    """In a table of a contract without regions no name means one."""
    return False


def _columns_of_an_impossible_order(
    connection: duckdb.DuckDBPyConnection, statement: Statement
) -> frozenset[str]:
    """Columns of which the numbers of the whole table are too large or too small to be true.

    Then the scale is doubtful, and also that of the rows whose numbers would be possible.
    """
    if not statement.judged:
        return frozenset()
    cursor = connection.execute(statement.judged)
    names = [name for name, *_ in cursor.description or ()]
    (row,) = cursor.fetchall()
    return frozenset(name for name, is_impossible in zip(names, row, strict=True) if is_impossible)


def _keep_refused_rows(
    connection: duckdb.DuckDBPyConnection, statement: Statement, origin: str
) -> None:
    connection.execute(
        # two cells of one unpivoted row may have the same fault
        f"insert into audit.rejected_rows by name select {origin}, source_row, region_code,"
        " as_of_date, problem.column_name,"
        " problem.reason_code, problem.parameters, any_value(problem.candidates) as candidates,"
        " string_agg(distinct problem.source_cell, ', ') as source_cell,"
        " string_agg(distinct problem.found, ', ') as found"
        f" from (select source_row, region_code, as_of_date, unnest(problems) as problem"
        f" from ({statement.bad}))"
        " group by all"
    )


def _refuse_unknown_sections(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: Table,
    index: RegionIndex,
    origin: str,
) -> None:
    """Refuse rows over the whole table that name no region and that nobody has explained."""
    if source.entry.read.sections or not table.wide_rows:
        return
    sections = connection.execute(
        "select source_row, row_text from cells where row_kind = 'section'"
    ).fetchall()
    unknown = [(row, text) for row, text in sections if not index.is_region(text)]
    for row, text in unknown:
        connection.execute(
            f"insert into audit.rejected_rows by name select {origin}, ? as source_row,"
            " 'region_name' as column_name, ? as found, ? as reason_code, ? as parameters",
            [row, text, UNEXPLAINED_WIDE_ROW.code, UNEXPLAINED_WIDE_ROW.parameters],
        )


def _keep_anchors(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> None:
    if table.anchors:
        names, rows, anchors = zip(*table.anchors, strict=True)
        anchored = pa.table(
            {"column_name": names, "source_row": rows, "anchor_row": anchors},
        )
        connection.register("anchored", anchored)
        connection.execute(
            "insert into raw.merged_cells by name"
            f" select {literal(source.id)} as source_id, * from anchored"
        )
        connection.unregister("anchored")


def _count(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> RowCounts:
    rows = "count(distinct source_row)" if table.header.unpivoted else "count(*)"
    counts = [
        connection.execute(
            f"select {what} from {relation} where source_id = ?", [source.id]
        ).fetchall()[0][0]
        for relation, what in (
            ("loaded", rows),
            ("audit.rejected_rows", "count(distinct source_row)"),
            ("audit.set_aside_rows", "count(*)"),
        )
    ]
    return RowCounts(table.grid.height, *counts)
