"""How wide a column of a sheet must be for what its cells show."""

from __future__ import annotations

from pipeline.published.read_marts import Row
from pipeline.wording.mart_columns import MartColumn
from pipeline.workbook.cells import DATE, TEXT, display_width
from pipeline.workbook.words import format_of, in_words

FIXED_WIDTHS = {"sha256": 14, "detected": 40, "evidence": 50, "evidence_claims": 30, "rounds": 60}
SAMPLE_ROWS = 300  # by which the width of a column is chosen
NARROWEST, WIDEST = 8, 42


def column_width(column: MartColumn, rows: list[Row]) -> float:
    """Width of a column, in characters of a fixed font."""
    if column.name in FIXED_WIDTHS:
        return FIXED_WIDTHS[column.name]
    shown = [
        display_width(_as_shown(column, row)) for row in rows[:SAMPLE_ROWS] if column.name in row
    ]
    # a header may stand in two lines; the arrow of the filter takes room, too
    header = display_width(column.header)
    wanted = max([*shown, header / 2 + 3 if header > 12 else header + 3])
    return min(max(wanted + 2, NARROWEST), WIDEST)


def _as_shown(column: MartColumn, row: Row) -> str:
    shown = in_words(column, row.get(column.name), row)
    if shown is None:
        return ""
    wanted = format_of(column, shown, row)
    if wanted in (TEXT, DATE) or not isinstance(shown, int | float):
        return str(shown)
    decimals = len(wanted.partition(".")[2].rstrip("%"))
    return f"{shown:,.{decimals}f}"
