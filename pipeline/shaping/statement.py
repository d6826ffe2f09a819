"""Writes the SQL that types the rows of a source, and says what is wrong with the bad ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.contracts import Column
from pipeline.contracts.plausible_bounds import PlausibleBound
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.source import ROSTER, Source
from pipeline.reading import NAMING, RAGGED, Table
from pipeline.shaping.findings import (
    BLANK,
    IMPOSSIBLE_FOR_LEVEL,
    IMPOSSIBLE_TABLE,
    RANGE_INSTEAD_OF_NUMBER,
    TWO_SCALED_UNITS,
    UNDECODABLE_BYTES,
    UNIT_NOT_OF_INDICATOR,
    Refusal,
    broken_bounds,
    finding,
    impossible_share,
    no_cell_of_several_filled,
    struct,
)
from pipeline.shaping.parsing import CAST_TO, FIELDS, NO_TEXT, Parsed, text_of

_FEWEST_OF_AN_ORDER = 4  # numbers; fewer small ones tell nothing of the table
_ANOTHER_ORDER = 10  # how many times smaller than what is unusual a whole table has lost its scale


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
        judged: Selects one row: for every column with bounds by level whether the numbers of the
            whole table are of an impossible order; blank where no column has such bounds.
    """

    typed: str
    good: str
    bad: str
    judged: str


@dataclass(frozen=True)
class _Fault:
    """A condition under which a row is refused, and the SQL of what is then told."""

    condition: str
    finding: str


def write_statement(
    source: Source, table: Table, parsed: Parsed, doubtful: frozenset[str] = frozenset()
) -> Statement:
    """Write the SQL that types and judges every data row of a source.

    Args:
        source: Contract, constants and dossier of the rows; they stand in the relation ``cells``.
        table: Which columns the file has.
        parsed: Which columns hold texts that are read with the help of the relation ``parsed``.
        doubtful: Columns of which the numbers are of an impossible order throughout; their rows are
            all refused.
    """
    contract = source.contract
    plain = contract.value_columns
    typed_columns = {c.name: f"{_typed(c, parsed)} as {quoted(c.name)}" for c in plain}
    nothing = {c.name for c in plain if text_of(c, source, table) == NO_TEXT}
    filled = [
        sql for n, sql in typed_columns.items() if n not in nothing - set(parsed.qualified_by)
    ]
    faults = [fault for column in plain for fault in _column_faults(column, source, table, parsed)]
    levels = {c.name: _level_bounds(c, source) for c in plain if c.name not in nothing}
    levels = {name: bounds for name, bounds in levels.items() if bounds}
    faults += [
        fault
        for name in levels
        for fault in _impossible_faults(contract.columns[name], levels[name], source, table, parsed)
    ]
    faults += list(_share_faults(source, table, parsed, nothing))
    faults += [
        _whole_table_fault(contract.columns[name], source, table, parsed)
        for name in sorted(doubtful)
    ]
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
        joins.append(
            "left join shaping.region_parents as listed"
            " on listed.region_code = region.resolved_code"
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
    impossible = [
        f"{_is_of_another_order(contract.columns[name], bounds, source, table, parsed)}"
        f" as {quoted(name)}"
        for name, bounds in levels.items()
    ]
    judged = f"select {', '.join(impossible)}{rows} where texts.row_kind = 'data'"
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
        judged if impossible else "",
    )


def _row_finding(source: Source) -> str:
    """SQL of what is told of a row that is refused as a whole."""
    contract = source.contract
    names = [name for name in reversed(NAMING) if name in contract.columns]
    names = names or [next(iter(contract.columns))]
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
            nothing = (
                f"{text} is not null and {value} is null and {alias}.reason_code is null"
                f" and {alias}.low is null"
            )
            if name in parsed.undecodable:  # such a text is none, and no blank
                nothing += f" and not contains({text}, chr(65533))"
            add(nothing, BLANK)
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
        add(_is_scaled_twice(column), TWO_SCALED_UNITS)
    # The value of a range is null, so its ends are held against the bounds.
    smallest, largest = _ends(column, parsed)
    bounds = broken_bounds(column, source.contracts, smallest, largest, "parsed_indicator.word")
    for condition, refusal in bounds:
        add(_unless_corrected(condition, column, source, table), refusal)
    return faults


def _level_bounds(column: Column, source: Source) -> list[PlausibleBound]:
    """Bounds of a column by level of region; where its rows name an indicator, those of all."""
    if not column.is_number or not source.contract.has_region:
        return []
    bounds = [bound for bound in source.contracts.plausible_bounds if bound.numerator is None]
    if column.unit_in:
        return [bound for bound in bounds if bound.measure in source.contracts.indicators]
    if column.name == "places_per_1000":
        return []  # a ledger may count places under this label; its size tells
    measure = column.measure or column.name
    if source.contract.name == ROSTER and column.measure is None:
        return []
    return [bound for bound in bounds if bound.measure == measure]


def _bound_of(column: Column, bounds: list[PlausibleBound]) -> str:
    """SQL of what is impossible in the region of a row; null where all is possible."""
    if column.unit_in:
        known = "parsed_indicator.word || ' ' || listed.level"
        pairs = {f"{bound.measure} {bound.level}": bound.impossible_above for bound in bounds}
    else:
        known = "listed.level"
        pairs = {bound.level: bound.impossible_above for bound in bounds}
    cases = [
        f"when {literal(key)} then {value:f}" for key, value in pairs.items() if value is not None
    ]
    return f"case {known} {' '.join(cases)} end" if cases else "null"


def _ends(column: Column, parsed: Parsed) -> tuple[str, str]:
    value = _typed(column, parsed)
    if column.name not in parsed.columns:
        return value, value
    low, high = f"parsed_{column.name}.low", f"parsed_{column.name}.high"
    return f"coalesce({value}, {low})", f"coalesce({value}, {high})"


def _above(column: Column, bounds: list[PlausibleBound], parsed: Parsed) -> str:
    return f"{_ends(column, parsed)[1]} > {_bound_of(column, bounds)}"


def _impossible_faults(
    column: Column, bounds: list[PlausibleBound], source: Source, table: Table, parsed: Parsed
) -> Iterator[_Fault]:
    """More than any region of the level can have."""
    condition = _above(column, bounds, parsed)
    if column.unit_in and column.name in parsed.columns:  # scaled twice, which is told by itself
        condition += f" and not coalesce({_is_scaled_twice(column)}, false)"
    condition = _unless_corrected(condition, column, source, table)
    yield _fault(condition, column, source, table, IMPOSSIBLE_FOR_LEVEL)


def _share_faults(
    source: Source, table: Table, parsed: Parsed, nothing: set[str]
) -> Iterator[_Fault]:
    """A number that is too large a part of another of its row: births above residents."""
    columns = source.contract.columns
    seen = set()
    for bound in source.contracts.plausible_bounds:
        if bound.numerator is None or bound.denominator is None or bound.impossible_above is None:
            continue
        pair = (bound.numerator, bound.denominator)
        if pair in seen or not set(pair) <= set(columns) or set(pair) & nothing:
            continue
        seen.add(pair)
        part, whole = (columns[name] for name in pair)
        least, most = _ends(part, parsed)[0], _ends(whole, parsed)[1]
        condition = f"{most} > 0 and {least} > {bound.impossible_above:f} * {most}"
        for column in (part, whole):
            condition = _unless_corrected(condition, column, source, table)
        refusal = impossible_share(source.contract, whole.name, bound)
        yield _fault(condition, part, source, table, refusal)


def _is_of_another_order(
    column: Column, bounds: list[PlausibleBound], source: Source, table: Table, parsed: Parsed
) -> str:
    """SQL of whether the numbers of a whole table are too large, or all too small, to be true.

    They are too small where no unit is stated and each of several is below a tenth of what is
    unusual. Numbers that a correction replaces tell nothing.
    """
    judged = _unless_corrected("true", column, source, table)
    # Where all are impossible, all are refused already.
    share = f"avg(({_above(column, bounds, parsed)})::int) filter ({judged})"
    order = f"{share} > 0.5 and {share} < 1"
    stated = {heading.column for heading in table.header.loaded if heading.unit}
    is_stated = column.name in {*table.units, *source.entry.read.units, *stated}
    least = {
        bound.level: bound.unusual_below / _ANOTHER_ORDER
        for bound in bounds
        if bound.unusual_below is not None
    }
    if is_stated or column.unit_in or not least:
        return order
    cases = [f"when {literal(level)} then {value:f}" for level, value in least.items()]
    value = _ends(column, parsed)[1]
    small = f"{value} < case listed.level {' '.join(cases)} end"
    some = f"{value} > 0 and {judged}"
    enough = f"count(*) filter ({some}) >= {_FEWEST_OF_AN_ORDER}"
    return f"({order}) or ({enough} and bool_and({small}) filter ({some}))"


def _whole_table_fault(column: Column, source: Source, table: Table, parsed: Parsed) -> _Fault:
    condition = f"{_ends(column, parsed)[1]} is not null"
    condition = _unless_corrected(condition, column, source, table)
    return _fault(condition, column, source, table, IMPOSSIBLE_TABLE)


def _fault(
    condition: str, column: Column, source: Source, table: Table, refusal: Refusal
) -> _Fault:
    address = _address(column.name, source, table)
    text = f"texts.{quoted(column.name)}"
    return _Fault(condition, finding(condition, column.name, address, text, refusal))


def _is_scaled_twice(column: Column) -> str:
    return f"parsed_{column.name}.is_scaled and {_row_factor(column)} != 1"


def _unless_corrected(condition: str, column: Column, source: Source, table: Table) -> str:
    """SQL of a condition that does not hold for cells whose number a correction replaces."""
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
        return condition
    listed = ", ".join(f"({row}, {literal(letter)})" for row, letter in sorted(cells))
    return (
        f"{condition} and (texts.source_row, coalesce(texts.source_letter, '')) not in ({listed})"
    )


def _address(name: str, source: Source, table: Table) -> str:
    """SQL of the address of a column's cell; null where no cell of the row holds it."""
    wide = {heading.column for heading in table.header.unpivoted.values()}
    if name in wide.union(table.header.names_to):
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
