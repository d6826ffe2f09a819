"""Units of the columns of a table: in the header, in a text near it, or in ``sources.yml``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.contracts import Column, Unit, normalise_label
from pipeline.contracts.unit_statements import (
    LONGEST_TITLE,
    UnitStatement,
    bare_unit,
    find_unit_statements,
    is_scaled,
)
from pipeline.contracts.units import split_label
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import Source
from pipeline.reading.grid import Cell, Grid, column_letter, column_names
from pipeline.reading.headings import NOTE_COLUMN, Header, Heading
from pipeline.reading.table_search import Place

NEAR_ROWS = 10  # rows above a header in which a scale that nobody calls a unit is still told of
LAST_ROWS = 60  # rows at the end of a table in which notes are looked for, whatever they fill
MOST_ROWS = 5000  # rows of few cells that are looked through
UNIT_COLUMNS = frozenset(map(normalise_label, ("单位", "计量单位", "unit")))


@dataclass(frozen=True)
class _Target:
    """A statement and the loaded columns that it is about.

    Attributes:
        statement: What a text says.
        columns: Columns of the contract that it names; None where it names none, and may mean all.
        is_exact: Whether it names them by their labels and not by a part of a label.
        is_literal: Whether a label stands in it as the header has it; 人口数 may mean 常住人口 and
            户籍人口.
    """

    statement: UnitStatement
    columns: frozenset[str] | None
    is_exact: bool
    is_literal: bool = False


def find_units(
    grid: Grid, place: Place, header: Header, source: Source, where: Text
) -> tuple[dict[str, Unit], list[Problem]]:
    """Say in which unit each loaded column counts.

    A unit in ``sources.yml`` wins over one in the header, that over one in a text near the table:
    a line above or below, a title, a note, the name of the sheet.

    Returns:
        Units by column, without those that say what the contract says already, and problems: a
        scaled unit that is applied to no column, or two that fit one, would make numbers silently
        wrong.
    """
    columns = source.contract.columns
    loaded = {heading.column: heading for heading in header.loaded}
    given = source.entry.read.units
    units = {name: heading.unit for name, heading in loaded.items() if heading.unit}
    units |= {
        name: unit
        for name, unit in _aligned_units(grid, place, header, source).items()
        if name not in units
    }
    problems: list[Problem] = []
    open_columns = [
        name for name in loaded if columns[name].is_number and name not in {*units, *given}
    ]
    targets = [
        _target(statement, header, source) for statement in _statements(grid, place, header, source)
    ]
    problems += _headings_not_understood(header, source, where)
    said = set[str]()
    for name in open_columns:
        chosen = _chosen(name, targets, columns[name], source)
        if len({factor for _, factor in chosen}) > 1:
            problems.append(_two_units(where, columns[name], [text for text, _ in chosen]))
        elif chosen:
            units[name] = Unit(*chosen[0], "line")
        said |= {text for text, _ in chosen}
    for name, text in given.items():
        factor = source.factor_of(text, columns[name])
        units[name] = Unit(text, Decimal(1) if factor is None else factor, "entry")
    used = said | {normalise_label(unit.text) for unit in units.values()}
    problems += _scales_of_formats(grid, place, header, units, source, where)
    numbers = [columns[name] for name in loaded if columns[name].is_number]
    for target in targets:
        unit = target.statement.unit
        if not is_scaled(unit):
            continue
        if unit not in used and (open_columns or not given):
            problems.append(_fits_nothing(where, unit, numbers))
        elif _is_doubtful(target, targets, open_columns, source):
            problems.append(_unclear(where, unit, numbers))
    problems += _ignored_units(grid, place, header, source, where)
    problems += _scales_in_notes(grid, place, header, used, source, where)
    return {name: unit for name, unit in units.items() if unit.factor != 1}, list(
        dict.fromkeys(problems)
    )


def _chosen(
    name: str, targets: list[_Target], column: Column, source: Source
) -> list[tuple[str, Decimal]]:
    """Units that hold for a column: of the statements that fit it, those that mean the fewest."""
    fitting = []
    for target in targets:
        factor = source.factor_of(target.statement.unit, column)
        meant = target.columns is None or name in target.columns
        if factor is not None and meant and target.statement.is_clear:
            breadth = (
                len(target.columns) if target.columns is not None else len(source.contract.columns)
            )
            fitting.append((breadth, target.statement.unit, factor))
    fewest = min((breadth for breadth, _, _ in fitting), default=0)
    return [(unit, factor) for breadth, unit, factor in fitting if breadth == fewest]


def _is_doubtful(
    target: _Target, targets: list[_Target], open_columns: list[str], source: Source
) -> bool:
    """Whether a scaled unit may mean other columns than those it would be applied to."""
    if not target.statement.is_clear:
        # The same unit, said clearly, explains the loose words.
        return all(
            other.statement.unit != target.statement.unit or not other.statement.is_clear
            for other in targets
        ) and any(
            source.factor_of(target.statement.unit, source.contract.columns[name]) is not None
            for name in open_columns
        )
    if target.columns is None:
        return False
    columns = source.contract.columns
    meant = target.columns - source.entry.read.units.keys()
    if any(source.factor_of(target.statement.unit, columns[name]) is None for name in meant):
        return True
    narrower = [
        other.columns
        for other in targets
        if other.columns is not None and len(other.columns) < len(target.columns)
    ]
    rest = {name for name in meant if not any(name in each for each in narrower)}
    if not target.is_exact and len({columns[name].unit for name in rest}) > 1:
        return True  # 人口单位:万人 over residents and births
    if target.statement.is_marked and target.is_literal:
        return False
    # A title or a general word names some columns; whether its unit holds for others nobody knows.
    said = {name for each in targets for name in each.columns or ()}
    return any(
        name not in said and source.factor_of(target.statement.unit, columns[name]) is not None
        for name in open_columns
    )


def _target(statement: UnitStatement, header: Header, source: Source) -> _Target:
    """The columns that the words before a unit name."""
    hint = statement.hint
    if len(hint) < 2:
        return _Target(statement, None, is_exact=False)
    names = {name: _names_of(name, source) for name in source.contract.columns}
    headings = header.headings | header.unpivoted
    own: dict[str, set[str]] = {}
    for index, label in header.labels.items():
        last = label.rsplit("/", maxsplit=1)[-1]
        bare = normalise_label(split_label(last)[0])
        key = headings[index].column if index in headings else f"ignored {index}"
        names.setdefault(key, set()).add(bare)
        own.setdefault(key, set()).add(bare)
    loaded = {heading.column for heading in header.loaded}
    contained = {key for key, labels in names.items() if any(label in hint for label in labels)}
    if contained:
        longest = _without_parts(contained, names, hint)
        is_literal = any(label in hint for key in longest for label in own.get(key, ()))
        return _Target(statement, frozenset(longest & loaded), is_exact=True, is_literal=is_literal)
    part_of = {key for key, labels in names.items() if any(hint in label for label in labels)}
    if part_of:
        return _Target(statement, frozenset(part_of & loaded), is_exact=False)
    return _Target(statement, None, is_exact=False)


def _without_parts(keys: set[str], names: dict[str, set[str]], hint: str) -> set[str]:
    """Columns named by a text, without those whose label is only a part of a longer one in it."""
    found = {key: max((n for n in names[key] if n in hint), key=len) for key in keys}
    rest = hint
    kept = set()
    for name in sorted(set(found.values()), key=len, reverse=True):
        if name in rest:
            kept |= {key for key, label in found.items() if label == name}
            rest = rest.replace(name, " ")
    return kept


def _names_of(name: str, source: Source) -> set[str]:
    column = source.contract.columns[name]
    if not column.is_number:
        return set()
    return {normalise_label(label) for label in column.labels}


def _statements(grid: Grid, place: Place, header: Header, source: Source) -> list[UnitStatement]:
    """What the texts around a table say of units."""
    units = source.contracts.unit_words
    near = max(place.header.start - NEAR_ROWS, place.start)
    texts: list[tuple[str, bool]] = [(grid.sheet or "", True)]
    texts += [(text, len(text) <= LONGEST_TITLE) for text in (*grid.lead, *grid.tail)]
    for number, row in enumerate(grid.rows(place.start, place.header.start), place.start):
        texts += [(text, number >= near) for text in _in_columns(row, place, units)]
    for row in _rows_below(grid, place):
        texts += [(text, True) for text in _beside_the_data(row, header, source)]
    found = [
        statement
        for text, is_near in dict.fromkeys(texts)
        for statement in find_unit_statements(text, units)
        if is_near or statement.is_clear
    ]
    return list(dict.fromkeys(found))


def _in_columns(row: list[Cell], place: Place, units: frozenset[str]) -> list[str]:
    """Texts of a row in the columns of a table, or all where those state no unit."""
    cells = [cell for index in place.columns if (cell := row[index])]
    own = [cell for cell in cells if find_unit_statements(cell, units)]
    everything = [cell for cell in row if cell]
    # 单位: and 万人 may stand in cells of their own.
    return cells if own else [*everything, "".join(everything)]


def _rows_below(grid: Grid, place: Place) -> Iterator[list[Cell]]:
    """Rows below a header that may be remarks: those of one or two cells, and the last ones."""
    if grid.scan:
        file = pq.ParquetFile(grid.scan.cells)
        last = file.read_row_group(file.num_row_groups - 1, column_names(grid.width))
        part = last.slice(max(last.num_rows - LAST_ROWS, 0))
        yield from (list(row) for row in zip(*(c.to_pylist() for c in part.columns), strict=True))
        return
    start, stop = place.header.stop, min(place.stop, grid.height)
    few = 2 if grid.width > 3 else 1
    counts = None
    for column in grid.cells.columns:
        valid = pc.cast(column.slice(start, max(stop - start, 0)).is_valid(), "int32")
        counts = valid if counts is None else pc.add(counts, valid)
    if counts is None:
        return
    marks = pc.and_(pc.less_equal(counts, few), pc.greater(counts, 0))
    numbers = [start + i for i, is_few in enumerate(marks.to_pylist()) if is_few][-MOST_ROWS:]
    numbers += range(max(stop - LAST_ROWS, start), stop)
    for number in sorted(set(numbers)):
        yield grid.rows(number, number + 1)[0]


def _beside_the_data(row: list[Cell], header: Header, source: Source) -> list[str]:
    """Texts of a row that holds no data: none of its numbers, years or days has a digit."""
    cells = [cell for cell in row if cell]
    headings = header.headings | header.unpivoted
    measured = [
        index
        for index, heading in headings.items()
        if source.contract.columns[heading.column].type in ("integer", "number", "year", "date")
    ]
    has_data = any(
        (cell := row[index])
        and any(c.isdigit() for c in cell)
        and not find_unit_statements(cell, source.contracts.unit_words)
        for index in measured
        if index < len(row)
    )
    if not cells or has_data:
        return []
    if len(cells) == 1:
        return cells
    # Names of facilities may hold such words, so a row of several cells must call it a unit.
    marked = [c for c in cells if "单位" in normalise_label(c) or "unit" in c.lower()]
    own = [c for c in marked if find_unit_statements(c, source.contracts.unit_words)]
    # 单位: and 万人 may stand in cells of their own.
    return own or (["".join(cells)] if marked else [])


def _aligned_units(grid: Grid, place: Place, header: Header, source: Source) -> dict[str, Unit]:
    """Units in a row right above the header, each above the column that it is about."""
    if place.header.start == place.start:
        return {}
    row = grid.rows(place.header.start - 1, place.header.start)[0]
    words = source.contracts.unit_words
    stated = {i: unit for i in place.columns if (c := row[i]) and (unit := bare_unit(c, words))}
    headings = header.headings | header.unpivoted
    if len(stated) < 2 or not set(stated) <= set(headings):
        return {}
    found = {}
    for index, unit in stated.items():
        column = source.contract.columns[headings[index].column]
        factor = source.factor_of(unit, column)
        if factor is None:
            return {}
        found[column.name] = Unit(unit, factor, "line")
    return found


def _headings_not_understood(header: Header, source: Source, where: Text) -> Iterator[Problem]:
    """A scale in a label, of a column without a unit, that was not understood."""
    for heading in header.loaded:
        column = source.contract.columns[heading.column]
        if not column.is_number or heading.unit or heading.column in source.entry.read.units:
            continue
        for statement in _scales_in(heading, source):
            yield _unclear(where, statement.unit, [column])


def _scales_in(heading: Heading, source: Source) -> Iterable[UnitStatement]:
    for part in heading.label.split("/"):
        if source.contract.column_for(part) is None:
            for statement in find_unit_statements(part, source.contracts.unit_words):
                if is_scaled(statement.unit):
                    yield statement


def _ignored_units(
    grid: Grid, place: Place, header: Header, source: Source, where: Text
) -> list[Problem]:
    """A column of units that is not loaded, and says that the numbers beside it are scaled.

    Its label says that it holds units, or its cells, which all do; of a large file the first ones
    are looked at. Columns whose unit the entry gives are not meant.
    """
    columns = source.contract.columns
    given = source.entry.read.units
    numbers = [columns[h.column] for h in header.loaded if columns[h.column].unit]
    numbers = [column for column in numbers if column.name not in given]
    if given and not numbers:
        return []
    problems = []
    for index, label in header.labels.items():
        loaded = index in header.headings or index in header.unpivoted
        if loaded:
            continue
        texts = set(grid.cells.column(index).slice(place.header.stop).to_pylist()) - {None}
        scaled = [text for text in sorted(texts) if is_scaled(normalise_label(text))]
        is_named = normalise_label(label.rsplit("/", maxsplit=1)[-1]) in UNIT_COLUMNS
        is_bare = label == column_letter(index)  # without a label: its cells alone tell
        if not is_named and not is_bare and len(scaled) < len(texts):
            continue
        problems += [_unclear(where, text, numbers) for text in scaled[:1]]
    return problems


def _scales_in_notes(
    grid: Grid, place: Place, header: Header, used: set[str], source: Source, where: Text
) -> Iterator[Problem]:
    """A remark beside a single row that calls a scale its unit: whether others mean it is open."""
    if grid.scan:
        return
    columns = source.contract.columns
    given = source.entry.read.units
    numbers = [columns[h.column] for h in header.loaded if columns[h.column].is_number]
    # Where a column or the entry gives the unit, a remark is not needed to know it.
    numbers = [column for column in numbers if not column.unit_in and column.name not in given]
    for index, heading in header.headings.items():
        if heading.column != NOTE_COLUMN:
            continue
        body = grid.cells.column(index).slice(header.rows.stop, place.stop - header.rows.stop)
        for text in sorted(set(body.to_pylist()) - {None}):
            for statement in find_unit_statements(text, source.contracts.unit_words):
                scales = statement.is_marked and is_scaled(statement.unit)
                fits = any(source.factor_of(statement.unit, column) for column in numbers)
                if scales and fits and statement.unit not in used:
                    yield _unclear(where, statement.unit, numbers)


def _scales_of_formats(
    grid: Grid,
    place: Place,
    header: Header,
    units: dict[str, Unit],
    source: Source,
    where: Text,
) -> Iterator[Problem]:
    """Numbers that their format shows divided by what the unit of their column does not say."""
    headings = header.headings | header.unpivoted
    told = set()
    for (index, row), scale in grid.shown_scales.items():
        heading = headings.get(index)
        if heading is None or not header.rows.stop <= row < place.stop or index in told:
            continue
        column = source.contract.columns[heading.column]
        unit = units.get(column.name)
        if column.is_number and scale != (unit.factor if unit else 1):
            told.add(index)
            address = f"{heading.letter}{grid.number_of(row)}"
            cell = Message("place.cell", where=where, cell=address)
            shown = grid.rows(row, row + 1)[0][index] or ""
            message = Message(
                "unit.shown_divided",
                shown=shown,
                divisor=f"{scale.normalize():f}",
                column=column.in_words,
            )
            yield Problem(cell, message, "data")


def _two_units(where: Text, column: Column, units: list[str]) -> Problem:
    message = Message(
        "unit.two", units=units, column=column.in_words, key=column.name, first=units[0]
    )
    return Problem(where, message, "data")


def _fits_nothing(where: Text, unit: str, columns: list[Column]) -> Problem:
    names = [column.in_words for column in columns] or Message("unit.no_numbers")
    return Problem(where, Message("unit.fits_nothing", unit=unit, columns=names), "data")


def _unclear(where: Text, unit: str, columns: list[Column]) -> Problem:
    names = [column.in_words for column in columns] or Message("unit.no_numbers")
    return Problem(where, Message("unit.unclear", unit=unit, columns=names), "data")
