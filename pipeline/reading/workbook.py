"""Excel workbooks (xlsx)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import openpyxl

from pipeline.dossier_file import ReadOptions
from pipeline.reading.delimited import UnreadableFileError
from pipeline.reading.grid import Cell, Grid, Span, column_letter

MOST_CELLS = 20_000_000  # about 2 GB of text cells; a table of that size is not sent as xlsx


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
        UnreadableFileError: Not an xlsx file, no such sheet, or a sheet that is too large.
    """
    try:
        stored = openpyxl.load_workbook(path, data_only=True)
        formulas = openpyxl.load_workbook(path, data_only=False)
    except Exception as error:  # in a damaged file openpyxl raises whatever its parsers hit
        raise UnreadableFileError(
            f"not a readable workbook ({error})", "an xlsx file", "save it as xlsx again"
        ) from error
    names = [sheet.title for sheet in stored.worksheets]  # sheets that are a chart hold no cells
    if options.sheet is not None and options.sheet not in names:
        raise UnreadableFileError(
            f"no sheet {options.sheet!r}",
            f"one of {', '.join(names)}",
            "correct read: {sheet: ...} in sources.yml",
            "configuration",
        )
    wanted = names if options.sheet is None else [options.sheet]
    return [_read_sheet(stored[name], formulas[name]) for name in wanted]


def _read_sheet(stored: Any, formulas: Any) -> Grid:
    """Read from cell A1, as the reader of the sheet counts, to the last cell with text.

    Only cells that exist are visited: one format far below the table makes a million blank rows.
    """
    texts = {place: _as_text(cell.value) for place, cell in stored._cells.items()}
    for place, cell in formulas._cells.items():
        if texts.get(place) is None:
            # a formula that no program has calculated yet is no blank: its text is refused later
            texts[place] = _as_text(cell.value)
    texts = {place: text for place, text in texts.items() if text is not None}
    height = max((row for row, _ in texts), default=0)
    width = max((column for _, column in texts), default=0)
    if height * width > MOST_CELLS:
        raise UnreadableFileError(
            f"sheet {stored.title} reaches to row {height} and column {column_letter(width - 1)}",
            f"a table of at most {MOST_CELLS:,} cells",
            "delete what stands far away from the table, or send the table as csv",
        )
    rows: list[list[Cell]] = [
        [texts.get((row, column)) for column in range(1, width + 1)] for row in range(1, height + 1)
    ]
    spans = [
        Span(merged.min_row - 1, merged.min_col - 1, merged.max_row - 1, merged.max_col - 1)
        for merged in stored.merged_cells.ranges
        if merged.min_row <= height
    ]
    return Grid(stored.title, rows, spans)


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
