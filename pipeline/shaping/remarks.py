"""Keeps what cells say beside their values: hedges, units, footnotes, why there is no figure."""

from __future__ import annotations

import duckdb

from pipeline.contracts.loader import REGION
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading import Table
from pipeline.shaping.parsing import REMARKS, Parsed


def keep_remarks(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: Table,
    parsed: Parsed,
    origin: str,
) -> None:
    """Fill ``raw.cell_remarks`` for the loaded rows of a source: one row per cell with a remark.

    Args:
        connection: Holds ``cells``, ``parsed`` and the view ``loaded``.
        source: The source.
        table: Which columns stand in the file; constants have no cell.
        parsed: Columns of which some texts are no plain values.
        origin: SQL of source and sheet.
    """
    columns = (*REMARKS, "high", "is_scaled", "published_precision")
    kept = ", ".join(f"parsed.{name}" for name in columns)
    # 1.3万 says how exact it is, even without the noun that is counted
    has_remark = " or ".join(
        ["parsed.is_scaled", *(f"parsed.{name} is not null" for name in REMARKS)]
    )
    for name in sorted(parsed.remarked - set(REGION)):
        in_file = {heading.column for heading in table.header.loaded}
        if name not in in_file or source.contract.columns[name].type in ("term", "unit"):
            continue
        connection.execute(
            f"""
            insert into raw.cell_remarks by name
            select
                {origin}, cells.source_row, cells.source_letter,
                {literal(name)} as column_name, cells.{quoted(name)} as found, {kept}
            from cells
            inner join parsed
                on parsed.column_name = {literal(name)} and parsed.text = cells.{quoted(name)}
            inner join (select distinct source_row, source_letter from loaded) as loaded
                on loaded.source_row = cells.source_row
                and loaded.source_letter is not distinct from cells.source_letter
            where cells.row_kind = 'data' and ({has_remark})
            """
        )
