"""Lays out the one table that a source means: its header, its units, its merged cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pyarrow as pa

from pipeline.contracts import Unit
from pipeline.contracts.loader import REGION
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import Source
from pipeline.reading import header_problems
from pipeline.reading.fill_down import find_declared_spans
from pipeline.reading.grid import Cell, Grid, Span, column_letter, column_names
from pipeline.reading.header import read_header
from pipeline.reading.headings import Header
from pipeline.reading.kept_rows import conditions_of, find_kept_rows
from pipeline.reading.stated_units import find_units
from pipeline.reading.table_search import Place, find_tables, join_labels

MOST_NAMED = 10  # sheets that a note names
UNIT_PLACES = {
    "header": Message("unit.header"),
    "line": Message("unit.line"),
    "entry": Message("unit.entry"),
}


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
        kept: By the place of each column that chooses rows the texts of the rows that are meant.
        detected: What was found out and not said by ``sources.yml``, for people to check.
    """

    grid: Grid
    place: Place
    header: Header
    units: dict[str, Unit]
    wide_rows: frozenset[int]
    anchors: list[tuple[str, int, int]]
    detected: tuple[Message, ...]
    kept: Mapping[int, Sequence[str]] = field(default_factory=dict)

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
        rest = [
            (place, problems)
            for (grid, place), (table, problems) in zip(found, tried, strict=True)
            if table is None and _goes_on(grid, place, fitting[0])
        ]
        if rest:
            places = [fitting[0].place, *(place for place, _ in rest)]
            torn = _several_tables([(fitting[0].grid, place) for place in places], source)
            return None, [torn, *(problem for _, problems in rest for problem in problems)]
        left = [grid for grid in grids if grid.sheet != fitting[0].grid.sheet]
        sheets: list[Text] = [str(grid.sheet) for grid in left[:MOST_NAMED]]
        sheets += [Message("layout.more")] * (len(left) > MOST_NAMED)
        unread = (Message("note.not_read", sheets=sheets),) if left else ()
        return replace(fitting[0], detected=(*fitting[0].detected, *unread)), []
    if fitting:
        return None, [_several_tables([(table.grid, table.place) for table in fitting], source)]
    most = max(place.known for _, place in found)
    alike = [number for number, (_, place) in enumerate(found) if place.known == most]
    several = [_several_tables([found[number] for number in alike], source)] * (len(alike) > 1)
    return None, [*several, *tried[alike[0]][1]]


def _lay_out_one(grid: Grid, place: Place, source: Source) -> tuple[Table | None, list[Problem]]:
    where = _where(grid, source)
    header, problems = read_header(grid, place, source, where)
    if header is None:
        return None, problems
    # An unknown label hides none of the problems that follow.
    declared, found = find_declared_spans(grid, place, header, source, where)
    problems += found
    grid = replace(grid, spans=[*grid.spans, *declared])
    units, found = find_units(grid, place, header, source, where)
    problems += found
    body = [span for span in grid.spans if header.rows.stop <= span.top < place.stop]
    filled = replace(grid, cells=_fill_merged_down(grid, body))
    problems += _shared_numbers(filled, header, source, where)
    kept, found = find_kept_rows(filled, place, header, source, where)
    problems += found
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
    return Table(filled, place, header, units, frozenset(wide), anchors, detected, kept), []


def _where(grid: Grid, source: Source) -> Text:
    if not grid.sheet:
        return source.file
    return Message("place.sheet", file=source.file, sheet=grid.sheet)


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


def _shared_numbers(grid: Grid, header: Header, source: Source, where: Text) -> list[Problem]:
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
            address = f"{heading.letter}{grid.number_of(span.top)}"
            cell = Message("place.cell", where=where, cell=address)
            message = Message(
                "table.shared_number", text=text, rows=len(rows), regions=len(regions)
            )
            problems.append(Problem(cell, message, "data"))
    return problems


def _what_was_detected(
    grid: Grid, header: Header, units: dict[str, Unit], source: Source
) -> list[Message]:
    first, last = grid.number_of(header.rows.start), grid.number_of(header.rows.stop - 1)
    found = [
        Message("note.header_row", row=first)
        if first == last
        else Message("note.header_rows", first=first, last=last)
    ]
    if source.entry.where:
        found.append(Message("note.where", conditions=conditions_of(source)))
    if header.unneeded:
        found.append(Message("note.ignored_rest", labels=list(header.unneeded)))
    found += header.detected
    if grid.is_hidden:
        found.append(Message("note.hidden_sheet"))
    hidden = sorted(row for row in grid.hidden_rows if row >= header.rows.stop)
    if hidden:
        numbers = [grid.number_of(row) for row in hidden[:10]]
        found.append(Message("note.hidden_rows", number=len(hidden), rows=numbers))
    columns = source.contract.columns
    found += [
        Message(
            "note.unit",
            column=columns[name].in_words,
            unit=unit.text,
            where=UNIT_PLACES[unit.where],
        )
        for name, unit in units.items()
    ]
    if source.entry.contract is None:
        found.append(Message("note.contract", contract=source.contract.in_words))
    return found


def _no_such_table(number: int, found: int, source: Source) -> Problem:
    if found:
        message = Message("table.no_such_number", number=number, last=found)
    else:
        message = Message("table.none_of_number", number=number)
    return Problem(source.file, message)


def _goes_on(grid: Grid, place: Place, table: Table) -> bool:
    """Whether a header that was not understood is that of a table, repeated with other words.

    Most of its labels stand in the columns where the table has the same; then the rows below it
    are likely rows of the table, and to call them another one would lose them.
    """
    if grid.sheet != table.grid.sheet or place.columns != table.place.columns:
        return False
    rows = grid.rows(place.header.start, place.header.stop)
    labels = join_labels(grid, place.header, place.columns, rows)
    same = sum(table.header.labels.get(index) == label for index, label in labels.items())
    return same >= 2 and same * 2 > len(labels)


def _several_tables(tables: list[tuple[Grid, Place]], source: Source) -> Problem:
    places: list[Text] = []
    for grid, place in tables:
        row = grid.number_of(place.header.start)
        cell = f"{column_letter(place.columns.start)}{row}"
        sheet = grid.sheet
        places.append(Message("place.on_sheet", sheet=sheet, cell=cell) if sheet else cell)
    message = Message(
        "table.several", number=len(tables), contract=source.contract.in_words, places=places
    )
    return Problem(source.file, message)
