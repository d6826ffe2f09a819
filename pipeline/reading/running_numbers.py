"""Tells whether a column without a label just numbers the rows, as exports of programs do."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.dossier_files.source import Source
from pipeline.reading.grid import Grid
from pipeline.reading.headings import Heading
from pipeline.reading.table_search import HEADER_SEARCH_ROWS, Place

LARGEST = 99_999  # larger numbers may be codes of regions, unless they count from 0 or 1
YEARS = range(1900, 2101)


def are_in(
    grid: Grid,
    place: Place,
    index: int,
    unlabelled: Sequence[int],
    headings: Mapping[int, Heading],
    source: Source,
) -> bool:
    """Whether the cells of a column number the rows and say nothing of them.

    They do if the column stands left of all labelled ones, beside one that holds no numbers
    (25 | 000 may be one number), and counts upwards. Years and codes count upwards as
    well. A text tells what its row is, and may only stand where the row has no name beside it: a
    total, a note.

    Args:
        grid: The sheet.
        place: Where the table stands on it.
        index: The column.
        unlabelled: All columns without a label.
        headings: The columns that are loaded.
        source: Knows which of them hold numbers.
    """
    beside = min((i for i in place.columns if i not in unlabelled), default=-1)
    if index > beside or _holds_numbers(beside, headings, source):
        return False
    stop = min(place.stop, place.header.stop + HEADER_SEARCH_ROWS)
    numbers = []
    for row in grid.rows(place.header.stop, stop):
        text = row[index]
        if text and re.fullmatch("[0-9]{1,9}", text.strip()):
            numbers.append(int(text))
        elif text and row[beside] is not None:
            return False
    if not numbers or any(a >= b for a, b in pairwise(numbers)):
        return False
    return numbers[0] <= 1 or (
        numbers[-1] <= LARGEST and not all(number in YEARS for number in numbers)
    )


def _holds_numbers(index: int, headings: Mapping[int, Heading], source: Source) -> bool:
    heading = headings.get(index)
    column = source.contract.columns.get(heading.column) if heading else None
    return column is not None and column.is_number
