"""Values of marts as a planner reads them: codes in words, and how numbers are shown."""

from __future__ import annotations

import datetime as dt
import functools

from pipeline.reporting.labels import (
    column_label,
    label,
    measure_label,
    measure_unit,
    missing_reason,
)
from pipeline.reporting.mart_columns import MartColumn
from pipeline.reporting.marts import Row
from pipeline.workbook.cells import DATE, TEXT, WHOLE, YEAR

FORMATS = {
    "ratio": "0.0%",
    "places_per_1000": "#,##0.00",
    "places_per_child": "0.000",
    "yuan": "#,##0.00",
    "degrees": "0.000000",
    "year": YEAR,
    "row": YEAR,
}
WITH_DECIMALS = "#,##0.0###"


@functools.cache
def _word(table: str, code: str) -> str:
    if table == "indicator":
        return measure_label(code)
    if table == "contract_column":
        return column_label(code)
    return label(table, code)


def in_words(column: MartColumn, value: object, row: Row) -> object:
    """Put a value of a mart into what the cell shows.

    Args:
        column: The column.
        value: Its value; None stays None, because null is not zero.
        row: The row, whose indicator tells what a reason is about.

    Raises:
        UnknownLabelError: A code has no words.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.codes == "missing_reason":
        return missing_reason(row.get("indicator") or "places", value)
    if column.codes:
        return _word(column.codes, str(value))
    return value


def unit_word(row: Row) -> str:
    """Word for the unit of a row's indicator."""
    return label("unit", measure_unit(row["indicator"]))


def format_of(column: MartColumn, value: object, row: Row) -> str:
    """Number format of a value in its row.

    Args:
        column: The column.
        value: Its value, as the mart has it.
        row: The row, whose indicator may tell the unit.
    """
    if isinstance(value, dt.date):
        return DATE
    if isinstance(value, bool | str):
        return TEXT
    unit = measure_unit(row["indicator"]) if column.unit == "indicator" else column.unit
    if unit in FORMATS:
        return FORMATS[unit]
    return WITH_DECIMALS if isinstance(value, float) and not value.is_integer() else WHOLE
