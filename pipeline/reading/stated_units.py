"""Units of the columns of a table: in the header, in a line above it, or in ``sources.yml``."""

from __future__ import annotations

from decimal import Decimal

from pipeline.contracts import Column, Unit
from pipeline.contracts.units import is_scaled, units_stated_in
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import Source
from pipeline.reading.grid import Grid
from pipeline.reading.headings import Header
from pipeline.reading.table_search import Place


def find_units(
    grid: Grid, place: Place, header: Header, source: Source, where: Text
) -> tuple[dict[str, Unit], list[Problem]]:
    """Say in which unit each loaded column counts.

    A unit in ``sources.yml`` wins over one in the header, that over one in a line above or below.

    Returns:
        Units by column, without those that say what the contract says already, and problems: a
        scaled unit that fits no column, or two that fit one, would make numbers silently wrong.
    """
    loaded = {heading.column: heading for heading in header.loaded}
    units = {name: heading.unit for name, heading in loaded.items() if heading.unit}
    lines = _units_of_the_table(grid, place)
    problems = []
    for name in [name for name in loaded if name not in units]:
        column = source.contract.columns[name]
        fitting = _fitting(lines, column, source) if column.is_number else {}
        if len({unit.factor for unit in fitting.values()}) > 1:
            problems.append(_two_units(where, column, list(fitting)))
        elif fitting:
            units[name] = next(iter(fitting.values()))
    for name, text in source.entry.read.units.items():
        column = source.contract.columns[name]
        factor = source.factor_of(text, column)
        units[name] = Unit(text, Decimal(1) if factor is None else factor, "entry")
    used = {unit.text for unit in units.values()}
    columns = source.contract.columns
    numbers = [columns[name] for name in loaded if columns[name].is_number]
    problems += [
        _fits_nothing(where, line, numbers)
        for line in lines
        if is_scaled(line) and line not in used and not source.entry.read.units
    ]
    return {name: unit for name, unit in units.items() if unit.factor != 1}, problems


def _units_of_the_table(grid: Grid, place: Place) -> list[str]:
    """Units that lines above the header or right below the table state."""
    above = grid.rows(place.start, place.header.start)
    below = grid.rows(max(place.stop - 5, place.header.stop), place.stop)
    lines = [*grid.lead, *("".join(cell or "" for cell in row) for row in [*above, *below])]
    return list(dict.fromkeys(unit for line in lines for unit in units_stated_in(line)))


def _fitting(lines: list[str], column: Column, source: Source) -> dict[str, Unit]:
    factors = {line: source.factor_of(line, column) for line in lines}
    return {
        line: Unit(line, factor, "line") for line, factor in factors.items() if factor is not None
    }


def _two_units(where: Text, column: Column, units: list[str]) -> Problem:
    message = Message(
        "unit.two", units=units, column=column.in_words, key=column.name, first=units[0]
    )
    return Problem(where, message, "data")


def _fits_nothing(where: Text, unit: str, columns: list[Column]) -> Problem:
    names = [column.in_words for column in columns] or Message("unit.no_numbers")
    return Problem(where, Message("unit.fits_nothing", unit=unit, columns=names), "data")
