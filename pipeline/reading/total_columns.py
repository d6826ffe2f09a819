"""Columns that hold the total of the columns beside them, such as 小计.

A word for a total proposes what a column is. Under the label of a column, 托位数/小计, it is that
column. Elsewhere arithmetic confirms it, and the total is not used: added to its parts it would
count them twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal

from pipeline.contracts.header_labels import is_total_label
from pipeline.dossier_files.source import Source
from pipeline.reading.grid import Cell, Grid
from pipeline.reading.headings import Heading
from pipeline.reading.table_search import HEADER_SEARCH_ROWS, Place
from pipeline.values.numbers import read_number


def find_parts(
    grid: Grid,
    place: Place,
    index: int,
    labels: Mapping[int, str],
    loaded: Mapping[int, Heading],
    source: Source,
) -> list[int]:
    """The columns of which a column with a word for a total is the sum, in every row.

    Args:
        grid: The sheet.
        place: Where the table stands on it.
        index: The column.
        labels: Labels of all columns.
        loaded: The columns that are loaded.
        source: Knows what they count.

    Returns:
        Columns under the same group, or two and more right beside it on one side; empty where the
        word is none for a total, or the numbers do not confirm it.
    """
    if not is_total_label(_last(labels[index])):
        return []
    group = find_group(index, labels, loaded, source)
    if "/" in labels[index]:
        runs = [group]
    else:
        left = [i for i in range(index - 1, -1, -1) if i in labels]
        right = [i for i in range(index + 1, max(labels) + 1) if i in labels]
        runs = [_run(side, loaded, source) for side in (left, right)]
    confirmed = []
    for run in runs:
        parts = (sorted(run[:count]) for count in range(2, len(run) + 1))
        confirmed += [p for p in parts if _differing_rows(grid, place, index, p) == []][:1]
    return confirmed[0] if len(confirmed) == 1 else []


def find_group(
    index: int, labels: Mapping[int, str], loaded: Mapping[int, Heading], source: Source
) -> list[int]:
    """Other columns that are loaded, stand under the same group and count the same."""
    head = labels[index].rpartition("/")[0]
    others = [i for i, label in labels.items() if label.rpartition("/")[0] == head and i != index]
    return _run(others, loaded, source)


def find_rows_that_differ(grid: Grid, place: Place, index: int, parts: Sequence[int]) -> list[int]:
    """Rows of which a total is not the sum of its parts, counted from 0; of the first 500 rows."""
    return _differing_rows(grid, place, index, parts) or []


def _run(side: Sequence[int], loaded: Mapping[int, Heading], source: Source) -> list[int]:
    """The first columns of a side, as long as they count the same."""
    run: list[int] = []
    units = set()
    for index in side:
        column = source.contract.columns.get(loaded[index].column) if index in loaded else None
        if column is None or not column.is_number:
            break
        units.add(column.unit or column.name)
        if len(units) > 1:
            break
        run.append(index)
    return run


def _differing_rows(grid: Grid, place: Place, index: int, parts: Sequence[int]) -> list[int] | None:
    """Rows of which a total is not the sum of its parts; None where no row adds two parts."""
    stop = min(place.stop, place.header.stop + HEADER_SEARCH_ROWS)
    differing, adds = [], False
    for offset, row in enumerate(grid.rows(place.header.stop, stop)):
        text = row[index]
        if text is None or is_total_label(text):  # a header that is repeated at a page break
            continue
        numbers = [_number(row[part]) for part in parts]
        total = _number(text)
        added = sum((number for number in numbers if number is not None), Decimal(0))
        unread = any(row[p] and n is None for p, n in zip(parts, numbers, strict=True))
        if total is None or unread or total != added:
            differing.append(place.header.stop + offset)
        adds = adds or sum(1 for number in numbers if number) > 1
    return differing if adds else None


def _number(text: Cell) -> Decimal | None:
    """An exact number; 0 for a sign that stands for a missing one."""
    if text is None:
        return None
    number = read_number(text)
    if number is None or number.qualifier or (number.value is None and not number.missing):
        return None
    return number.value if number.value is not None else Decimal(0)


def _last(label: str) -> str:
    return re.sub(r" \(\d+\)$", "", label).rpartition("/")[2]
