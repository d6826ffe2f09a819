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
        path: An xlsx file. A formula is read as the value that was stored with it, as its own
            text where none was.
        options: ``sheet`` names the only sheet to read.

    Returns:
        One grid a sheet, in the order of the workbook; row n of a grid is row n of the sheet.
            Blank rows below the last text are left out.

    Raises:
        UnreadableFileError: Not an xlsx file, or no such sheet.
    """
    try:
        workbook = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path, data_only=False)
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
    return [_read_sheet(workbook[name], formulas[name]) for name in wanted]


def _read_sheet(sheet: Any, formulas: Any) -> Grid:
    """Read from cell A1, as the reader of the sheet counts, to the last cell with text."""
    limits = {"min_row": 1, "min_col": 1, "max_row": sheet.max_row, "max_col": sheet.max_column}
    rows: list[list[Cell]] = [
        [
            # a formula that no program has calculated yet is no blank: its text is refused later
            _as_text(stored if stored is not None else formula)
            for stored, formula in zip(stored_row, formula_row, strict=True)
        ]
        for stored_row, formula_row in zip(
            sheet.iter_rows(values_only=True, **limits),
            formulas.iter_rows(values_only=True, **limits),
            strict=True,
        )
    ]
    while rows and not any(rows[-1]):
        rows.pop()  # sheets are often formatted far below their last row
    spans = [
        Span(merged.min_row - 1, merged.min_col - 1, merged.max_row - 1, merged.max_col - 1)
        for merged in sheet.merged_cells.ranges
        if merged.min_row <= len(rows)
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
