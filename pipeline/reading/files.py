"""Chooses the reader by the file's name and lays out the one table that a source means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.dossier_file import ReadOptions
from pipeline.errors import Problem
from pipeline.reading.delimited import UnreadableFileError, read_delimited
from pipeline.reading.grid import Grid
from pipeline.reading.layout import Table, lay_out
from pipeline.reading.workbook import read_workbook
from pipeline.sources import Source

READERS: dict[str, Callable[[Path, ReadOptions], list[Grid]]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".xlsx": read_workbook,
}


def read_table(source: Source) -> tuple[Table | None, list[Problem]]:
    """Read the table that a source names.

    Args:
        source: Where the file is, how to read it and which labels its contract knows.

    Returns:
        The table, or None together with the problems that kept it from being read.
    """
    reader = READERS.get(source.path.suffix.lower())
    if reader is None:
        return None, [
            Problem(
                source.file,
                f"format {source.path.suffix or '(none)'}",
                f"one of {', '.join(READERS)}",
                "save the file in such a format",
            )
        ]
    try:
        grids = reader(source.path, source.entry.read)
    except UnreadableFileError as error:
        return None, [
            Problem(source.file, error.found, error.expected, error.next_step, error.kind)
        ]
    filled = [grid for grid in grids if any(any(row) for row in grid.rows)]
    if not filled:
        return None, [
            Problem(
                source.file,
                "no cell with text",
                "a table",
                "check that the right file was sent",
                "data",
            )
        ]
    if len(filled) > 1:
        return None, [
            Problem(
                source.file,
                f"{len(filled)} sheets with content: "
                f"{', '.join(str(grid.sheet) for grid in filled)}",
                "one sheet a source",
                "name it: read: {sheet: ...}; one entry for each sheet to load",
            )
        ]
    return lay_out(filled[0], source)
