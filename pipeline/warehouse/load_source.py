"""Loads one source into a warehouse: as it was read before, or by reading its rows now."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb

from pipeline.core.messages import Message
from pipeline.dossier_files.source import Source
from pipeline.reading import Table
from pipeline.shaping import RowCounts, extract_folder, shape_source
from pipeline.warehouse.cache import keep_extract, name_extract, require_unchanged, restore_extract


def load_again(connection: duckdb.DuckDBPyConnection, source: Source, rows: Path) -> bool:
    """Load a source as it was read before.

    Args:
        connection: The warehouse, with the tables of ``create_tables``.
        source: The source.
        rows: Holds the extracts of sources.

    Returns:
        False where it has not been read before, or where anything changed; nothing is loaded then.
    """
    extract = name_extract(connection, source)
    if not restore_extract(connection, extract_folder(rows, source.id, extract)):
        return False
    _insert_source(connection, source, extract)
    return True


def load_source(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, rows: Path
) -> RowCounts:
    """Load the rows of one source, with what became of them, and keep them for later builds.

    Args:
        connection: The warehouse, with the tables of ``create_tables``.
        source: The source.
        table: Its rows as text.
        rows: Holds the extracts of sources.

    Raises:
        FilesChangedError: The file became another one meanwhile.
    """
    extract = name_extract(connection, source)
    folder = extract_folder(rows, source.id, extract)
    shutil.rmtree(folder, ignore_errors=True)  # what a build that was killed left of it
    folder.mkdir(parents=True)
    _insert_source(connection, source, extract)
    _insert_columns(connection, source, table)
    counts = shape_source(connection, source, table, folder)
    detected = [*table.detected, *counts.notes]
    status = "rejected_rows" if counts.rejected else "loaded" if counts.loaded else "empty"
    connection.execute(
        "insert into audit.load_audit values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            source.id,
            source.dossier,
            source.file,
            source.sha256,
            counts.read,
            counts.loaded,
            counts.rejected,
            counts.set_aside,
            status,
            Message("layout.notes", notes=detected).in_language("zh"),
        ],
    )
    require_unchanged(source)
    keep_extract(connection, source, folder)
    return counts


def _insert_source(connection: duckdb.DuckDBPyConnection, source: Source, extract: str) -> None:
    connection.execute(
        "insert into raw.sources values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            source.id,
            source.dossier,
            source.fictional,
            source.contract.name,
            source.file,
            source.sha256,
            source.entry.document,
            source.entry.locator,
            extract,
        ],
    )
    for code in source.entry.complete_for:
        connection.execute("insert into raw.complete_areas values (?, ?)", [source.id, code])


def _insert_columns(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> None:
    headings = table.header.headings | table.header.unpivoted
    values = [
        value
        for index, each in headings.items()
        for value in (
            source.id,
            *(each.column, each.label, each.letter),
            index in table.header.unpivoted,
        )
    ]
    if values:  # one statement: a table of thirty columns is no rarity
        places = ", ".join(["(?, ?, ?, ?, ?)"] * len(headings))
        connection.execute(f"insert into raw.source_columns values {places}", values)
