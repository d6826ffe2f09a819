"""Names the columns of a table: which column of the contract each header label stands for."""

from __future__ import annotations

import re

from pipeline.contracts import Unit, normalise_label
from pipeline.contracts.unit_statements import bare_unit
from pipeline.contracts.units import split_label
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import IGNORE, Source
from pipeline.reading import header_problems
from pipeline.reading.grid import Grid, column_letter
from pipeline.reading.headings import Header, Heading
from pipeline.reading.table_search import HEADER_SEARCH_ROWS, Place, join_labels


def read_header(
    grid: Grid, place: Place, source: Source, where: Text
) -> tuple[Header | None, list[Problem]]:
    """Say what the columns of a table are.

    Args:
        grid: The sheet.
        place: Where the table stands on it.
        source: Knows which labels stand for which columns.
        where: How messages call the sheet.

    Returns:
        The header, or None together with everything that is wrong with it: unknown, doubled,
        missing and unlabelled columns.
    """
    rows = grid.rows(place.header.start, place.header.stop)
    labels = _number_repetitions(join_labels(grid, place.header, place.columns, rows))
    headings: dict[int, Heading] = {}
    unpivoted: dict[int, Heading] = {}
    problems = _unlabelled_columns(grid, place, labels, where)
    unpivot = source.entry.unpivot
    wide = {normalise_label(label) for label in unpivot.columns} if unpivot else set()
    for index, label in labels.items():
        letter = column_letter(index)
        address = f"{letter}{grid.number_of(place.header.stop - 1)}"
        cell = Message("place.cell", where=where, cell=address)
        last = label.rsplit("/", maxsplit=1)[-1]
        if unpivot and {normalise_label(label), normalise_label(last)} & wide:
            named = label if normalise_label(label) in wide else last
            unit = _unit_in(label, unpivot.values_to, source)
            unpivoted[index] = Heading(named, unpivot.values_to, letter, unit)
            continue
        meaning = source.meaning_of(label) or source.meaning_of(_without_number(label))
        taken = {heading.column: heading.label for heading in headings.values()}
        if meaning is None:
            problems.append(header_problems.unknown_label(cell, label, source))
        elif meaning.column in taken:
            first, column = taken[meaning.column], source.contract.columns[meaning.column].in_words
            problems.append(header_problems.second_column(cell, label, first, column))
        elif meaning.column != IGNORE:
            unit = meaning.unit or _unit_in(label, meaning.column, source)
            headings[index] = Heading(label, meaning.column, letter, unit)
    if unpivot:
        found = {normalise_label(heading.label) for heading in unpivoted.values()}
        problems += [
            header_problems.no_such_column(where, label, list(labels.values()))
            for label in unpivot.columns
            if normalise_label(label) not in found
        ]
    header = Header(place.header, labels, headings, unpivoted)
    problems += header_problems.missing_columns(header.loaded, grid, place, where, source)
    return (None, problems) if problems else (header, [])


def _number_repetitions(labels: dict[int, str]) -> dict[int, str]:
    """Tell columns of one label apart: the second 人数 is called 人数 (2), and so on."""
    seen: dict[str, int] = {}
    numbered = {}
    for index, label in labels.items():
        seen[label] = seen.get(label, 0) + 1
        numbered[index] = label if seen[label] == 1 else f"{label} ({seen[label]})"
    return numbered


def _unit_in(label: str, column: str, source: Source) -> Unit | None:
    """Unit that a part of a label gives, in brackets or alone: 人口(万人), 万人/2023年."""
    known = source.contract.columns.get(column)
    for part in reversed(label.split("/")):
        unit = split_label(part)[1] or bare_unit(part, source.contracts.unit_words)
        factor = source.factor_of(unit, known) if unit and known else None
        if unit and factor is not None:
            return Unit(unit, factor, "header")
    return None


def _without_number(label: str) -> str:
    return re.sub(r" \(\d+\)$", "", label)


def _unlabelled_columns(
    grid: Grid, place: Place, labels: dict[int, str], where: Text
) -> list[Problem]:
    problems = []
    # Rows below these are judged one by one, in a small file as in a large one.
    height = min(place.stop - place.header.stop, HEADER_SEARCH_ROWS)
    last = max(labels, default=-1)
    for index in place.columns:
        body = grid.cells.column(index).slice(place.header.stop, height)
        filled = len(body) - body.null_count
        # A few rows that are longer than the header are at fault themselves, and not the header.
        rows_are_longer = grid.widths is not None and index > last and filled * 2 <= len(body)
        if index not in labels and filled and not rows_are_longer:
            first = next(text for text in body.to_pylist() if text)
            address = f"{column_letter(index)}{grid.number_of(place.header.stop - 1)}"
            cell = Message("place.cell", where=where, cell=address)
            problems.append(header_problems.no_label(cell, first))
    return problems
