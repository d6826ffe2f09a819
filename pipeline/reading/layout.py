"""Lays out the one table that a source means: its header, its units, its merged cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from pipeline.contracts import Unit
from pipeline.contracts.loader import REGION
from pipeline.core.errors import Problem
from pipeline.dossier_files.source import Source
from pipeline.reading import header_problems
from pipeline.reading.fill_down import find_declared_spans
from pipeline.reading.grid import Cell, Grid, Span, column_letter, column_names
from pipeline.reading.header import read_header
from pipeline.reading.headings import Header
from pipeline.reading.stated_units import find_units
from pipeline.reading.table_search import Place, find_tables


@dataclass(frozen=True)
class Table:
    """A table laid out, all text.

    Attributes:
        grid: The sheet, with merged body cells filled down.
        place: Where the table stands on it.
        header: What its columns are.
        units: Unit of every loaded column whose numbers are not in the contract's own unit.
        wide_rows: Body rows of which a cell is merged over several columns.
        anchors: For every body cell whose text was copied down from a merged cell above it:
            the contract's column, the row, and the row where the text really stands; rows as
            readers of the file count them.
        detected: What was found out and not told by ``sources.yml``, for people to check.
    """

    grid: Grid
    place: Place
    header: Header
    units: dict[str, Unit]
    wide_rows: frozenset[int]
    anchors: list[tuple[str, int, int]]
    detected: tuple[str, ...]

    @property
    def letters(self) -> dict[str, str]:
        """Letter of the sheet's column of each loaded column that stands in one."""
        return {heading.column: heading.letter for heading in self.header.headings.values()}


def lay_out(grids: Sequence[Grid], source: Source) -> tuple[Table | None, list[Problem]]:
    """Find the one table that a source means.

    Args:
        grids: All sheets or tables of the file.
        source: Knows which labels stand for which columns.

    Returns:
        The table, or None together with the problems of its header. A file with several tables
        that would fit is a problem too, unless ``read: sheet`` or ``table`` names one.
    """
    found = [(grid, place) for grid in grids for place in find_tables(grid, source)]
    number = source.entry.read.table
    if number is not None and len(found) >= number:
        found = [found[number - 1]]
    elif number is not None:
        return None, [_no_such_table(number, len(found), source)]
    if not found:
        where = _where(grids[0], source) if len(grids) == 1 else source.file
        return None, [header_problems.no_header(where, source, grids[0].notes)]
    tried = [_lay_out_one(grid, place, source) for grid, place in found]
    fitting = [table for table, _ in tried if table is not None]
    if len(fitting) == 1:
        left = [grid for grid in grids if grid.sheet != fitting[0].grid.sheet]
        unread = f"not read: {', '.join(str(grid.sheet) for grid in left)}" if left else ""
        notes = tuple(filter(None, (*fitting[0].detected, unread[:200])))
        return replace(fitting[0], detected=notes), []
    if fitting:
        return None, [_several_tables(fitting, source)]
    nearest = max(range(len(found)), key=lambda number: found[number][1].known)
    return None, tried[nearest][1]


def _lay_out_one(grid: Grid, place: Place, source: Source) -> tuple[Table | None, list[Problem]]:
    where = _where(grid, source)
    header, problems = read_header(grid, place, source, where)
    if header is None:
        return None, problems
    declared, problems = find_declared_spans(grid, place, header, source, where)
    grid = replace(grid, spans=[*grid.spans, *declared])
    units, found = find_units(grid, place, header, source, where)
    problems += found
    body = [span for span in grid.spans if header.rows.stop <= span.top < place.stop]
    filled = replace(grid, cells=_fill_merged_down(grid, body))
    problems += _shared_numbers(filled, header, source, where)
    if problems:
        return None, problems
    wide = {span.top for span in body if span.right > span.left}
    anchors = [
        (header.headings[span.left].column, grid.number_of(row), grid.number_of(span.top))
        for span in body
        if span.left in header.headings
        for row in range(span.top + 1, min(span.bottom + 1, grid.height))
    ]
    detected = (*grid.notes, *_what_was_detected(grid, header, units, source))
    return Table(filled, place, header, units, frozenset(wide), anchors, detected), []


def _where(grid: Grid, source: Source) -> str:
    return f"{source.file}, sheet {grid.sheet}" if grid.sheet else source.file


def _fill_merged_down(grid: Grid, body: list[Span]) -> pa.Table:
    """Copy the text of vertically merged body cells into the rows that they cover."""
    columns: dict[int, list[Cell]] = {}
    for span in body:
        if span.bottom > span.top:
            texts = columns.setdefault(span.left, grid.cells.column(span.left).to_pylist())
            for row in range(span.top + 1, min(span.bottom + 1, grid.height)):
                if texts[row] is None:
                    texts[row] = texts[span.top]
    cells = grid.cells
    for index, texts in columns.items():
        cells = cells.set_column(
            index, column_names(grid.width)[index], pa.array(texts, pa.string())
        )
    return cells


def _shared_numbers(grid: Grid, header: Header, source: Source, where: str) -> list[Problem]:
    """A number merged over several regions belongs to them together, and to none of them."""
    naming = [index for index, heading in header.headings.items() if heading.column in REGION]
    problems = []
    for span in grid.spans:
        heading = header.headings.get(span.left)
        if heading is None or span.bottom == span.top or span.top < header.rows.stop:
            continue
        rows = grid.rows(span.top, span.bottom + 1)
        regions = {tuple(row[index] for index in naming) for row in rows}
        text = rows[0][span.left]
        if source.contract.columns[heading.column].is_number and len(regions) > 1 and text:
            problems.append(
                Problem(
                    f"{where}, cell {heading.letter}{grid.number_of(span.top)}",
                    f"{text!r} merged over {len(rows)} rows of {len(regions)} regions",
                    "one number for each region",
                    "split the cell and write what belongs to each region",
                    "data",
                )
            )
    return problems


def _what_was_detected(
    grid: Grid, header: Header, units: dict[str, Unit], source: Source
) -> list[str]:
    first, last = grid.number_of(header.rows.start), grid.number_of(header.rows.stop - 1)
    found = [f"header in row {first}" if first == last else f"header in rows {first}-{last}"]
    if grid.is_hidden:
        found.append("the sheet is hidden")
    hidden = sorted(row for row in grid.hidden_rows if row >= header.rows.stop)
    if hidden:
        numbers = ", ".join(str(grid.number_of(row)) for row in hidden[:10])
        found.append(f"{len(hidden)} hidden rows were read: {numbers}")
    found += [f"{column} in {unit.text} ({unit.where})" for column, unit in units.items()]
    if source.entry.contract is None:
        found.append(f"contract {source.contract.name}, the only one that the labels fit")
    return found


def _no_such_table(number: int, found: int, source: Source) -> Problem:
    return Problem(
        source.file,
        f"read: {{table: {number}}}",
        f"a number from 1 to {found}" if found else "a table whose header the contract knows",
        "correct the number",
    )


def _several_tables(tables: list[Table], source: Source) -> Problem:
    places = "; ".join(
        (f"sheet {table.grid.sheet}, " if table.grid.sheet else "")
        + f"{column_letter(table.place.columns.start)}"
        f"{table.grid.number_of(table.header.rows.start)}"
        for table in tables
    )
    return Problem(
        source.file,
        f"{len(tables)} tables that fit contract {source.contract.name}, with headers at {places}",
        "one table a source",
        "name it: read: {sheet: ...} or read: {table: 1}; one entry for each table to load",
    )
