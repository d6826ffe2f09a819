"""Reads the cells that are no plain values: each distinct text once, however many rows hold it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.contracts import Column, normalise_label
from pipeline.contracts.loader import ColumnType
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading import Table
from pipeline.shaping.decimal_marks import (
    FEW_DIGITS,
    POINT_BEFORE_THREE,
    POINT_ELSEWHERE,
    Evidence,
    weigh,
    weigh_fractions,
)
from pipeline.shaping.findings import (
    READS_TWO_WAYS,
    TWO_SCALED_UNITS,
    UNIT_NOT_OF_COLUMN,
    Refusal,
    unreadable,
)
from pipeline.values.cell_value import NEVER_MISSING, NOT_UNDERSTOOD, read_missing
from pipeline.values.dates import DateOrder, order_that_texts_tell, read_date, read_year
from pipeline.values.numbers import Mark, read_number
from pipeline.values.words import read_code, read_flag

# Texts of these forms are cast in SQL; all others are read one by one.
CANONICAL: dict[ColumnType, str] = {
    "integer": r"-?\d{1,15}",
    # Many decimals are rounded by the cast; what is below one might become nothing by it.
    "number": r"-?(\d{1,12}(\.\d{1,6})?|[1-9]\d{0,11}\.\d{7,20})",
    "year": r"(19|20)\d{2}",
    "date": r"(19|20)\d{2}-(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])",
    "code": r"\d+|[A-Z]+\d+",
}
# DuckDB casts text to decimals of up to 18 digits a hundred times faster than to longer ones.
CAST_TO: dict[ColumnType, str] = {"number": "decimal(18, 6)"}
# Where the relation ``parsed`` holds the value of each type.
FIELDS: dict[ColumnType, str] = {
    "integer": "number",
    "number": "number",
    "year": "number",
    "date": "day",
    "code": "word",
    "term": "word",
    "document": "word",
    "unit": "word",
    "flag": "flag",
}
# A cell has a remark if any of these says something. A word of a closed list has none.
REMARKS = ("missing", "qualifier", "low", "unit", "date_part", "footnote")
NO_TEXT = "null::varchar"  # SQL of a column that nothing fills
LONGEST_NUMBER = 40
LONGEST_MISSING = 12  # the longest word for a missing figure is shorter
SCHEMA = pa.schema(
    {
        "column_name": pa.string(),
        "text": pa.string(),
        "number": pa.decimal128(24, 6),
        "day": pa.date32(),
        "word": pa.string(),
        "flag": pa.bool_(),
        "reason_code": pa.string(),
        "parameters": pa.string(),
        "missing": pa.string(),
        "qualifier": pa.string(),
        "low": pa.decimal128(24, 6),
        "high": pa.decimal128(24, 6),
        "unit": pa.string(),
        "is_scaled": pa.bool_(),
        "published_precision": pa.decimal128(24, 6),
        "date_part": pa.string(),
        "footnote": pa.string(),
    }
)


@dataclass(frozen=True)
class Parsed:
    """Which columns the relation ``parsed`` speaks about.

    Attributes:
        columns: Columns of which some texts stand there.
        undecodable: Columns of which some texts hold bytes that are no text.
        remarked: Columns of which some texts say more than their value.
        qualified_by: Column for the hedge of a number -> column of that number.
        data_rows: Number of data rows; of an unpivoted table one for every cell.
        total_rows: Number of rows with a total of all or some rows.
    """

    columns: frozenset[str]
    undecodable: frozenset[str]
    remarked: frozenset[str]
    qualified_by: dict[str, str]
    data_rows: int
    total_rows: int


def text_of(column: Column, source: Source, table: Table) -> str:
    """SQL of a column's text: from the file, else the constant, else the contract's default."""
    in_file = table.header.filled_columns(source.entry.read.sections)
    fallback = source.entry.constants.get(column.name)
    if fallback is None and column.name == source.contract.as_of:
        fallback = source.day_of_file(in_file)
    if fallback is None:
        fallback = column.default
    if column.name not in in_file:
        return literal(fallback) if fallback else NO_TEXT
    cell = quoted(column.name)
    return f"coalesce({cell}, {literal(fallback)})" if fallback else cell


def parse_cells(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> Parsed:
    """Make the relation ``parsed``: one row per column and distinct text that is no plain value.

    Columns: ``column_name``, ``text`` (as it stands in the cell), the value in ``number``, ``day``,
    ``word`` or ``flag``; ``reason_code`` and ``parameters`` where the text is refused; and what it
    says beside the value: ``missing`` (why there is no figure), ``qualifier``, ``low`` and ``high``
    of a range, ``unit``, ``is_scaled``, ``published_precision`` (step of the last digit, in the
    column's unit), ``date_part``, ``footnote``.

    Args:
        connection: Holds ``cells``.
        source: What the columns are.
        table: Where they stand and in which unit they count.
    """
    columns = source.contract.value_columns
    texts, undecodable, (data_rows, total_rows) = _distinct_texts(
        connection, source, table, columns
    )
    weighed = _weigh_columns(connection, source, table, columns, texts)
    orders = _orders_of_dates(source, columns, texts)
    records = [
        {"column_name": column.name, "text": text, **parsed_value}
        for column in columns
        for text in texts.get(column.name, ())
        if (
            parsed_value := _read_by_column(
                text, column, source, table, weighed.get(column.name), orders.get(column.name)
            )
        )
        is not None
    ]
    connection.register("parsed_records", pa.Table.from_pylist(records, SCHEMA))
    connection.execute("create or replace temp table parsed as select * from parsed_records")
    connection.unregister("parsed_records")
    spoken_of = {record["column_name"] for record in records}
    spoken_of |= {c.name for c in columns if c.type in ("term", "document", "unit", "flag")}
    hedged = {c.qualifier_in: c.name for c in columns if c.qualifier_in and c.name in spoken_of}
    remarked = {
        record["column_name"]
        for record in records
        if record.get("is_scaled") or any(record.get(name) is not None for name in REMARKS)
    }
    return Parsed(
        columns=frozenset(spoken_of),
        undecodable=frozenset(undecodable),
        remarked=frozenset(remarked),
        qualified_by=hedged,
        data_rows=data_rows,
        total_rows=total_rows,
    )


def _weigh_columns(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: Table,
    columns: list[Column],
    texts: dict[str, list[str]],
) -> dict[str, Evidence]:
    """What the texts of every column of numbers say of each other.

    Adds to ``texts`` what would be taken for plain numbers and may mean others beside them.
    """
    if source.entry.read.decimal != ".":
        return {}
    found: dict[str, Evidence] = {}
    for column in columns:
        spoken = [t for t in texts.get(column.name, ()) if len(t) < LONGEST_NUMBER]
        if not column.is_number or not spoken:
            continue
        is_count = column.type == "integer" and column.name not in table.units
        evidence = found[column.name] = weigh(spoken, is_count=is_count)
        text = text_of(column, source, table)
        if evidence.fractions:
            ((distinct,),) = connection.execute(
                f"select count(distinct {text}) from cells where row_kind = 'data'"
            ).fetchall()
            evidence = found[column.name] = weigh_fractions(evidence, spoken, distinct)
        if evidence.has_comma and not is_count:
            # Plain decimals need no reading, but tell what the commas beside them mean.
            ((points,),) = connection.execute(
                "select count(*) from cells where row_kind = 'data'"
                f" and regexp_full_match({text}, {literal(POINT_ELSEWHERE)})"
            ).fetchall()
            if points:
                evidence = found[column.name] = replace(evidence, has_point=True)
        patterns = [POINT_BEFORE_THREE] if evidence.has_comma else []
        patterns += [FEW_DIGITS] if evidence.largest and is_count else []
        if patterns:
            rows = connection.execute(
                f"select distinct {text} from cells where row_kind in ('data', 'total', 'subtotal')"
                f" and regexp_full_match({text}, {literal('|'.join(patterns))})"
            ).fetchall()
            texts[column.name] = sorted({*texts[column.name], *(t for (t,) in rows)})
    return found


def _orders_of_dates(
    source: Source, columns: list[Column], texts: dict[str, list[str]]
) -> dict[str, DateOrder | None]:
    """In which order the texts of every column of dates say that theirs are, if no entry does."""
    if source.entry.read.date_order != "ymd":
        return {}
    return {
        column.name: order_that_texts_tell(texts.get(column.name, ()))
        for column in columns
        if column.type == "date"
    }


def _read_by_column(
    text: str,
    column: Column,
    source: Source,
    table: Table,
    evidence: Evidence | None,
    order: DateOrder | None,
) -> dict[str, Any] | None:
    """What one text says; of an optional column nothing, where it cannot be understood."""
    found = _read_with_evidence(text, column, source, table, evidence)
    if order is not None and found:
        found = _date(text, column, source, table, order) or found
    if column.optional and found is not None and "reason_code" in found:
        return {"missing": NOT_UNDERSTOOD}
    return found


def _read_with_evidence(
    text: str, column: Column, source: Source, table: Table, evidence: Evidence | None
) -> dict[str, Any] | None:
    """What one text says, in the light of the other texts of its column."""
    if evidence is None or len(text) >= LONGEST_NUMBER or text.isspace() or "\ufffd" in text:
        return _read(text, column, source, table)
    if evidence.is_ambiguous(text):
        return _refused(READS_TWO_WAYS)
    if evidence.mark == ".":
        return _read(text, column, source, table)
    return _number(text, column, source, table, evidence.mark) or _refused(
        unreadable(column, source.contracts, text)
    )


def _distinct_texts(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, columns: list[Column]
) -> tuple[dict[str, list[str]], set[str], tuple[int, int]]:
    """Texts of each column that need reading, columns with undecodable bytes, rows; one scan."""
    wanted = ["count(*) filter (row_kind = 'data')", "count(*) filter (row_kind != 'data')"]
    all_columns = {c.name: text_of(c, source, table) for c in source.contract.columns.values()}
    filled = {name: text for name, text in all_columns.items() if text != NO_TEXT}
    for name, text in filled.items():
        column = source.contract.columns[name]
        needs = "false" if column not in columns else _needs_reading(text, column, source, table)
        wanted.append(f"list(distinct {text}) filter ({needs})")
        wanted.append(f"bool_or(contains({text}, chr(65533)))")
    row = connection.execute(
        f"select {', '.join(wanted)} from cells where row_kind in ('data', 'total', 'subtotal')"
    ).fetchall()[0]
    rows, row = row[:2], row[2:]
    texts = {name: sorted(row[2 * i] or []) for i, name in enumerate(filled)}
    undecodable = {name for i, name in enumerate(filled) if row[2 * i + 1]}
    return texts, undecodable, (rows[0], rows[1])


def _needs_reading(text: str, column: Column, source: Source, table: Table) -> str:
    if column.type == "text":
        # most names are short, and seen at once to be no such word
        is_word = f"not regexp_matches({text}, {literal(NEVER_MISSING)})"
        return f"length({text}) <= {LONGEST_MISSING} and {is_word}"
    is_plain = column.name not in table.units
    if column.is_number and source.entry.read.decimal != ".":
        is_plain = False  # 1.200 is a thousand and more, where commas stand before decimals
    if column.type in CANONICAL and is_plain:
        return f"not regexp_full_match({text}, {literal(CANONICAL[column.type])})"
    return f"{text} is not null"


def _read(text: str, column: Column, source: Source, table: Table) -> dict[str, Any] | None:
    """What one text says, as a record of ``parsed``; None where it is a plain text."""
    if text.isspace() or "\ufffd" in text:
        return {}  # blank; undecodable bytes are told of by themselves
    if column.type == "text":
        missing = read_missing(text)
        return {"missing": missing} if missing else None
    parsed_value = _VALUES[column.type](text, column, source, table)
    if parsed_value is None:
        return _refused(unreadable(column, source.contracts, text))
    return parsed_value


def _refused(refusal: Refusal) -> dict[str, Any]:
    return {"reason_code": refusal.code, "parameters": refusal.parameters}


def _number(
    text: str, column: Column, source: Source, table: Table, mark: Mark | None = None
) -> dict[str, Any] | None:
    value = read_number(text, decimal=mark or source.entry.read.decimal)
    if value is None:
        return None
    unit = table.units.get(column.name)
    factor = unit.factor if unit else Decimal(1)
    if unit and (value.unit or value.factor != 1):
        return _refused(TWO_SCALED_UNITS)
    known = source.contracts.units.get(column.unit or "", {})
    if value.unit and not column.unit_in and normalise_label(value.unit) not in known:
        return _refused(UNIT_NOT_OF_COLUMN)
    numbers = {"number": value.value, "low": value.low, "high": value.high}
    scaled = {name: None if n is None else _rounded(n * factor) for name, n in numbers.items()}
    if any(n is not None and scaled[name] is None for name, n in numbers.items()):
        return None
    number = scaled["number"]
    if column.type == "integer" and number is not None and number != number.to_integral_value():
        return None
    return scaled | {
        "missing": value.missing,
        "qualifier": value.qualifier,
        "unit": normalise_label(value.unit) if value.unit else unit.text if unit else None,
        "is_scaled": value.factor != 1,
        "published_precision": _precision(value.precision, factor),
        "footnote": value.footnote,
    }


def _rounded(number: Decimal) -> Decimal | None:
    """A number as it can be stored: six decimals, eighteen digits before the point.

    Spreadsheets keep 4.5 as 4.4999999999999996, and compute rates with as many decimals.

    Returns:
        The number, rounded as DuckDB's casts do; None where it is too large, and where it is not
        zero and would become so.
    """
    if abs(number) >= 10**18:
        return None
    stored = number.quantize(Decimal("0.000001"), ROUND_HALF_UP)
    return None if number and not stored else stored


def _precision(step: Decimal | None, factor: Decimal) -> Decimal | None:
    if step is None:
        return None
    precision = _rounded(step * factor)
    return precision if precision == step * factor else None


def _year(text: str, column: Column, source: Source, table: Table) -> dict[str, Any] | None:
    value = read_year(text, calendar=source.entry.read.calendar)
    return None if value is None else {"number": value.value, "missing": value.missing}


def _date(
    text: str, column: Column, source: Source, table: Table, order: DateOrder | None = None
) -> dict[str, Any] | None:
    read = source.entry.read
    value = read_date(
        text,
        calendar=read.calendar,
        date_order=order or read.date_order,
        date_system=read.date_system,
    )
    if value is None:
        return None
    part = value.part if value.part != "day" else None
    return {"day": value.value, "missing": value.missing, "date_part": part}


def _code(text: str, column: Column, source: Source, table: Table) -> dict[str, Any] | None:
    value = read_code(text)
    return None if value is None else {"word": value.value, "missing": value.missing}


def _flag(text: str, column: Column, source: Source, table: Table) -> dict[str, Any] | None:
    own = source.own_words.get(normalise_label(text))
    value = read_flag(own or text)
    return None if value is None else {"flag": value.value, "missing": value.missing}


def _term(text: str, column: Column, source: Source, table: Table) -> dict[str, Any] | None:
    word = source.words_of(column).get(normalise_label(text))
    missing = None if word else read_missing(text)
    return {"word": word, "missing": missing} if word or missing else None


def _document(text: str, column: Column, source: Source, table: Table) -> dict[str, Any] | None:
    return {"word": text.strip()} if text.strip() in source.documents else None


def _unit(text: str, column: Column, source: Source, table: Table) -> dict[str, Any] | None:
    return {"word": normalise_label(text)}


_VALUES: dict[ColumnType, Callable[[str, Column, Source, Table], dict[str, Any] | None]] = {
    "integer": _number,
    "number": _number,
    "year": _year,
    "date": _date,
    "code": _code,
    "flag": _flag,
    "term": _term,
    "document": _document,
    "unit": _unit,
}
