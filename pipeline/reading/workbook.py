"""Excel workbooks (xlsx)."""

from __future__ import annotations

import datetime as dt
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from pipeline.dossier_file import ReadOptions
from pipeline.reading.delimited import UnreadableFileError
from pipeline.reading.grid import Cell, Grid, Span


def read_workbook(path: Path, options: ReadOptions) -> list[Grid]:
    """Read the sheets of a workbook.

    Args:
        path: An xlsx file. Formulas are read as the values that were stored with them.
        options: ``sheet`` names the only sheet to read.

    Returns:
        One grid a sheet, in the order of the workbook; row n of a grid is row n of the sheet.

    Raises:
        UnreadableFileError: Not an xlsx file, or no such sheet.
    """
    try:
        workbook = openpyxl.load_workbook(path, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise UnreadableFileError(
            f"not a readable workbook ({error})", "an xlsx file", "save it as xlsx again"
        ) from error
    names = workbook.sheetnames
    if options.sheet is not None and options.sheet not in names:
        raise UnreadableFileError(
            f"no sheet {options.sheet!r}",
            f"one of {', '.join(names)}",
            "correct read: {sheet: ...} in sources.yml",
        )
    wanted = names if options.sheet is None else [options.sheet]
    grids = [_read_sheet(workbook[name]) for name in wanted if name in names]
    workbook.close()
    return grids


def _read_sheet(sheet: Any) -> Grid:
    rows: list[list[Cell]] = [
        [_as_text(value) for value in row] for row in sheet.iter_rows(values_only=True)
    ]
    # openpyxl starts at the first used row; the grid starts at row 1, as the reader counts.
    missing = (sheet.min_row or 1) - 1
    width = max((len(row) for row in rows), default=0)
    blank: Cell = None
    rows = [[blank] * width for _ in range(missing)] + rows if rows else []
    offset = (sheet.min_column or 1) - 1
    rows = [[blank] * offset + row for row in rows]
    spans = [
        Span(merged.min_row - 1, merged.min_col - 1, merged.max_row - 1, merged.max_col - 1)
        for merged in sheet.merged_cells.ranges
    ]
    return Grid(sheet.title, rows, spans)


def _as_text(value: Any) -> Cell:
    """Write a typed cell as the text that a person would type for it."""
    if value is None:
        return None
    if isinstance(value, dt.datetime):
        return str(value.date() if value.time() == dt.time() else value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else format(value, ".15g")
    text = str(value)
    return text if text.strip() else None
