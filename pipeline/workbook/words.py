"""Values of marts as a planner reads them: codes in words, and how numbers are shown."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from pipeline.published.figure_marts import figure_marts
from pipeline.published.read_marts import Row
from pipeline.wording.labels import (
    column_label,
    label,
    load_labels,
    measure_label,
    measure_unit,
    missing_reason,
)
from pipeline.wording.mart_columns import (
    UNITS_OF_THE_INDICATOR,
    MartColumn,
    load_column,
    load_sheets,
)
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
# columns that say what the other figures of their row are
MEASURES = ("indicator", "measure", "input_measure")
_ROW_OF_FILE = re.compile(r"\brow (\d+)(?=;|$)")


def in_words(column: MartColumn, value: object, row: Row) -> object:
    """Put a value of a mart into what the cell shows.

    Args:
        column: The column.
        value: Its value; None stays None, because null is not zero.
        row: The row, which some codes need to be understood.

    Raises:
        UnknownLabelError: A code has no words.
    """
    if value is None:
        return None
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.codes is None:
        return value
    code = str(value)
    read = READERS.get(column.codes)
    return read(code, row) if read else label(column.codes, code)


def measure_of(row: Row) -> str | None:
    """What a row's figures are; None for a row that does not say so."""
    return next((row[name] for name in MEASURES if row.get(name)), None)


def unit_word(measure: str) -> str:
    """Word for the unit of a measure."""
    return label("unit", measure_unit(measure))


def format_of(column: MartColumn, shown: object, row: Row) -> str:
    """Number format of a value in its row.

    Args:
        column: The column.
        shown: Its value, as the cell shows it.
        row: The row, which may tell the unit.
    """
    if isinstance(shown, dt.date):
        return DATE
    if isinstance(shown, str):
        return TEXT
    unit = _unit_of(column, row)
    if unit in FORMATS:
        return FORMATS[unit]
    return WITH_DECIMALS if isinstance(shown, float) and not shown.is_integer() else WHOLE


def _unit_of(column: MartColumn, row: Row) -> str | None:
    if column.unit == "figure":
        return _unit_of(load_column(row["mart"], row["figure_column"]), _key_of(row))
    measure = measure_of(row)
    by_indicator = column.unit in UNITS_OF_THE_INDICATOR
    return measure_unit(measure) if by_indicator and measure else column.unit


def _key_of(row: Row) -> Row:
    """What a ``figure_key`` says: columns of its mart's grain and their values."""
    grain = figure_marts()[row["mart"]].grain
    return dict(zip(grain, row["figure_key"].split("|"), strict=True))


def _key_in_words(_: str, row: Row) -> str:
    parts = _key_of(row)
    shown = (in_words(load_column(row["mart"], name), parts[name], parts) for name in parts)
    return "｜".join(str(part) for part in shown)


def _label_or(table: str, code: str, otherwise: Callable[[str], str]) -> str:
    return label(table, code) if code in load_labels()[table] else otherwise(code)


def _attribute(code: str) -> MartColumn:
    """Column of the attribute of a facility that changed."""
    return load_column("facility_years", code)


def _changed(value: str, row: Row) -> object:
    """What an attribute was or is; a facility that is listed first or no more stands by name."""
    if row["change"] in load_labels()["change"]:
        return value
    column = _attribute(row["change"])
    if column.name.startswith("is_"):
        return in_words(column, value == "true", row)
    return int(value) if column.unit else in_words(column, value, row)


# codes that are more than a key of their own table in labels.yml
READERS: dict[str, Callable[[str, Row], object]] = {
    "change": lambda code, _: _label_or("change", code, lambda name: _attribute(name).label),
    "changed_value": _changed,
    "contract_column": lambda code, _: column_label(code),
    "figure_column": lambda code, row: load_column(row["mart"], code).header,
    "figure_key": _key_in_words,
    "indicator": lambda code, _: measure_label(code),
    "input_role": lambda code, _: _label_or("input_role", code, measure_label),
    "mart": lambda code, _: next(spec.title for spec in load_sheets() if spec.mart == code),
    "missing_reason": lambda code, row: missing_reason(row.get("indicator") or "places", code),
    "rounds": lambda text, _: _ROW_OF_FILE.sub(r"第\1行", text),
    "scopes": lambda codes, _: "、".join(label("scope", code) for code in codes.split(", ")),
}
