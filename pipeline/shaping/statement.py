"""Writes the SQL that types the rows of a source, and says what is wrong with the bad ones."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.contracts import Column
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading import RAGGED, Table
from pipeline.shaping.findings import (
    BLANK,
    RANGE_INSTEAD_OF_NUMBER,
    TWO_SCALED_UNITS,
    UNDECODABLE_BYTES,
    UNIT_NOT_OF_INDICATOR,
    Refusal,
    broken_bounds,
    finding,
    no_cell_of_several_filled,
    struct,
)
from pipeline.shaping.parsing import CAST_TO, FIELDS, NO_TEXT, Parsed, text_of


@dataclass(frozen=True)
class Statement:
    """The SQL of one source.

    Attributes:
        typed: Selects the typed data and total rows, whatever is wrong with them: ``row_kind``,
            ``source_row``, ``source_letter`` and the contract's columns; for a contract with
            regions ``region_code`` and ``region_name_as_issued``.
        good: Selects the typed data rows without a fault, in the columns that the source fills;
            no ``row_kind``.
        bad: Selects ``source_row``, ``region_code`` and ``as_of_date`` as far as they are known,
            and the list ``problems`` of every other row.
    """

    typed: str
    good: str
    bad: str


@dataclass(frozen=True)
class _Fault:
    """A condition under which a row is refused, and the SQL of what is then told."""

    condition: str
    finding: str


def write_statement(source: Source, table: Table, parsed: Parsed) -> Statement:
    """Write the SQL that types and judges every data row of a source.

    Args:
        source: Contract, constants and dossier of the rows; they stand in the relation ``cells``.
        table: Which columns the file has.
        parsed: Which columns hold texts that are read with the help of the relation ``parsed``.
    """
    contract = source.contract
    plain = contract.value_columns
    typed_columns = {c.name: f"{_typed(c, parsed)} as {quoted(c.name)}" for c in plain}
    nothing = {c.name for c in plain if text_of(c, source, table) == NO_TEXT}
    filled = [
        sql for n, sql in typed_columns.items() if n not in nothing - set(parsed.qualified_by)
    ]
    faults = [fault for column in plain for fault in _column_faults(column, source, table, parsed)]
    faults += [_one_of_fault(group, source, table) for group in contract.one_of]
    joins = [_parsed_join(name) for name in sorted(parsed.columns)]
    joins += [_unit_join(column, parsed) for column in plain if column.unit_in]
    region = []
    if contract.has_region:
        region = [
            "region.resolved_code as region_code",
            "shaping.clean(texts.region_name) as region_name_as_issued",
        ]
        joins.append(
            "left join region_resolved as region on region.code is not distinct from"
            " texts.region_code and region.name is not distinct from texts.region_name"
            " and region.section is not distinct from texts.section"
        )
        faults.append(_region_fault(source, table))
    texts = [f"{text_of(c, source, table)} as {quoted(c.name)}" for c in contract.columns.values()]
    day = contract.columns[contract.as_of] if contract.as_of else None
    known = (
        f"{'region.resolved_code' if contract.has_region else 'null::varchar'} as region_code,"
        f" case when texts.row_fault is distinct from {literal(RAGGED)}"
        f" then {_typed(day, parsed) if day else 'null::date'} end as as_of_date"
    )
    place = ["texts.source_row", "texts.source_letter", *region]
    typed = ", ".join(["texts.row_kind", *place, *typed_columns.values()])
    kept = "source_row, source_letter, row_kind, row_fault, section"
    rows = f"""
from (select {kept}, {", ".join(texts)} from cells) as texts
{" ".join(joins)}"""
    is_bad = " or ".join(f"({fault.condition})" for fault in faults)
    is_bad = f"coalesce({is_bad or 'false'}, false)"
    # Cells of such a row may have moved: what they hold is not judged, and not shown.
    is_bad = f"(texts.row_fault is not null or {is_bad})"
    found = ", ".join(fault.finding for fault in faults)
    problems = (
        f"case when texts.row_fault is not null then [{_row_finding(source)}] else"
        f" list_filter([{found}], lambda problem: problem is not null) end"
    )
    return Statement(
        f"select {typed}{rows} where texts.row_kind in ('data', 'total', 'subtotal')",
        f"select {', '.join([*place, *filled])}{rows}"
        f" where texts.row_kind = 'data' and not {is_bad}",
        f"select texts.source_row, {known}, {problems} as problems{rows}"
        f" where texts.row_kind = 'data' and {is_bad}",
    )


def _row_finding(source: Source) -> str:
    """SQL of what is told of a row that is refused as a whole."""
    contract = source.contract
    naming = ("facility_name", "region_name", "region_code")
    names = [name for name in naming if name in contract.columns] or [next(iter(contract.columns))]
    found = ", ".join(f"texts.{quoted(name)}" for name in names)
    return struct(
        "true",
        literal(names[0]),
        "null::varchar",
        f"coalesce({found}, '***')",
        ("texts.row_fault", "'{}'"),
    )


def _parsed_join(name: str) -> str:
    alias = f"parsed_{name}"
    return (
        f"left join parsed as {alias} on {alias}.column_name = {literal(name)}"
        f" and {alias}.text = texts.{quoted(name)}"
    )


def _typed(column: Column, parsed: Parsed) -> str:
    """SQL of a column's value: from ``parsed`` where its text stands there, else a plain cast."""
    text = f"texts.{quoted(column.name)}"
    if column.type == "text":
        if column.name not in parsed.columns:
            return f"shaping.clean({text})"
        alias = f"parsed_{column.name}"
        return f"case when {alias}.text is null then shaping.clean({text}) end"
    value = f"try_cast({text} as {CAST_TO.get(column.type, column.sql_type)})"
    if column.name in parsed.columns:
        alias = f"parsed_{column.name}"
        read = f"cast({alias}.{FIELDS[column.type]} as {column.sql_type})"
        value = f"case when {alias}.text is null then {value} else {read} end"
        if column.unit_in:
            # a unit in the cell itself goes before that of the row
            value = (
                f"case when {alias}.unit is null then ({value}) * {_row_factor(column)}"
                f" else {value} end"
            )
    elif column.unit_in:
        value = f"({value}) * {_row_factor(column)}"
    if column.type in CAST_TO:
        return f"cast({value} as {column.sql_type})"
    hedged = parsed.qualified_by.get(column.name)
    return f"coalesce({value}, parsed_{hedged}.qualifier)" if hedged else value


def _row_factor(column: Column) -> str:
    return f"coalesce(unit_of_{column.name}.factor, 1)"


def _unit_join(column: Column, parsed: Parsed) -> str:
    """Join that finds the factor of the unit which the row gives beside its indicator."""
    unit = f"parsed_{column.unit_in}.word" if column.unit_in in parsed.columns else "null"
    return (
        f"left join shaping.indicator_units as unit_of_{column.name}"
        f" on unit_of_{column.name}.indicator = parsed_indicator.word"
        f" and unit_of_{column.name}.word = {unit}"
    )


def _column_faults(column: Column, source: Source, table: Table, parsed: Parsed) -> list[_Fault]:
    name, text = column.name, f"texts.{quoted(column.name)}"
    address = _address(name, source, table)
    value = _typed(column, parsed)
    faults = []

    # Refusals are published, and one that says nothing of what it found would stop the build.
    shown = literal("***") if column.personal else text

    def add(condition: str, refusal: Refusal) -> None:
        faults.append(_Fault(condition, finding(condition, name, address, shown, refusal)))

    required = column.required or (column.type == "document" and source.entry.document is None)
    if name in parsed.columns:
        alias = f"parsed_{name}"
        wrong = f"{alias}.reason_code is not null"
        its = (f"{alias}.reason_code", f"{alias}.parameters")
        faults.append(_Fault(wrong, struct(wrong, literal(name), address, text, its)))
        if required:
            add(f"{alias}.low is not null and {value} is null", RANGE_INSTEAD_OF_NUMBER)
            add(
                f"{text} is not null and {value} is null and {alias}.reason_code is null"
                f" and {alias}.low is null",
                BLANK,
            )
    if required:
        add(f"{text} is null", BLANK)
    if name in parsed.undecodable:
        add(f"contains({text}, chr(65533))", UNDECODABLE_BYTES)
    if column.type == "unit" and name in parsed.columns:
        known = (
            "exists (select 1 from shaping.indicator_units as known"
            f" where known.indicator = parsed_indicator.word and known.word = parsed_{name}.word)"
        )
        add(f"{text} is not null and not {known}", UNIT_NOT_OF_INDICATOR)
    if column.unit_in and name in parsed.columns:
        known = (
            "exists (select 1 from shaping.indicator_units as known"
            f" where known.indicator = parsed_indicator.word and known.word = parsed_{name}.unit)"
        )
        add(f"parsed_{name}.unit is not null and not {known}", UNIT_NOT_OF_INDICATOR)
        add(f"parsed_{name}.is_scaled and {_row_factor(column)} != 1", TWO_SCALED_UNITS)
    # The value of a range is null, so its ends are held against the bounds.
    ends = (f"parsed_{name}.low", f"parsed_{name}.high") if name in parsed.columns else ()
    smallest, largest = (f"coalesce({value}, {end})" for end in ends) if ends else (value, value)
    bounds = broken_bounds(column, source.contracts, smallest, largest, "parsed_indicator.word")
    corrected = _is_corrected(column, source, table)
    for condition, refusal in bounds:
        add(f"{condition} and not {corrected}" if corrected else condition, refusal)
    return faults


def _is_corrected(column: Column, source: Source, table: Table) -> str:
    """SQL that is true for a cell whose impossible number a correction replaces; "" for no cell."""
    cells = {
        (row, letter or "") for name, row, letter in source.corrected_cells if name == column.name
    }
    cells |= {
        (row, letter)
        for name, row, anchor in table.anchors
        for anchor_row, letter in list(cells)
        if name == column.name and anchor == anchor_row
    }
    if not cells:
        return ""
    listed = ", ".join(f"({row}, {literal(letter)})" for row, letter in sorted(cells))
    return f"(texts.source_row, coalesce(texts.source_letter, '')) in ({listed})"


def _address(name: str, source: Source, table: Table) -> str:
    """SQL of the address of a column's cell; null where no cell of the row holds it."""
    unpivot = source.entry.unpivot
    if unpivot and name in (unpivot.names_to, unpivot.values_to):
        return "texts.source_letter || texts.source_row"
    letter = table.letters.get(name)
    return f"{literal(letter)} || texts.source_row" if letter else "null::varchar"


def _one_of_fault(group: tuple[str, ...], source: Source, table: Table) -> _Fault:
    blank = " and ".join(f"texts.{quoted(name)} is null" for name in group)
    present = next((name for name in group if name in table.letters), group[0])
    address = _address(present, source, table)
    refusal = no_cell_of_several_filled(source.contract, group)
    return _Fault(blank, finding(blank, present, address, "null::varchar", refusal))


def _region_fault(source: Source, table: Table) -> _Fault:
    by_column = " ".join(
        f"when {literal(name)} then {_address(name, source, table)}"
        for name in ("region_code", "region_name")
    )
    condition = "region.resolved_code is null"
    return _Fault(
        condition,
        struct(
            condition,
            "region.column_name",
            f"case region.column_name {by_column} end",
            "region.found",
            ("region.reason_code", "region.parameters"),
            "region.candidates",
        ),
    )
