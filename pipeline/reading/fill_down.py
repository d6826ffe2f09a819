"""Merged cells of files that cannot hold any, as ``read: fill_down`` declares them."""

from __future__ import annotations

import re

from pipeline.contracts import normalise_label
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import Source
from pipeline.reading.grid import Cell, Grid, Span
from pipeline.reading.headings import Header
from pipeline.reading.row_words import SUBTOTAL, TOTAL
from pipeline.reading.table_search import Place

_TOTALS = re.compile(f"{TOTAL}|{SUBTOTAL.removeprefix('(?i)')}")


def find_declared_spans(
    grid: Grid, place: Place, header: Header, source: Source, where: Text
) -> tuple[list[Span], list[Problem]]:
    """Take blanks below a text as merged with it, in the columns that ``fill_down`` names.

    A csv cannot say which cells were merged, and a blank may be a missing name: only a person can
    tell. Blank rows, totals and rows of one cell end a merged range.

    Returns:
        The ranges, and labels of ``fill_down`` that the header does not have.
    """
    declared = source.entry.read.fill_down
    by_label = {normalise_label(label): index for index, label in header.labels.items()}
    by_label |= {heading.column: index for index, heading in header.headings.items()}
    known = list(header.labels.values())
    problems = [
        Problem(where, Message("header.no_fill_down_label", label=label, labels=known))
        for label in declared
        if normalise_label(label) not in by_label
    ]
    if problems or not declared:
        return [], problems
    rows = grid.rows(header.rows.stop, place.stop)
    conditions = set(header.conditions.values())
    ends = [_ends_a_range(row, conditions) for row in rows]
    spans: list[Span] = []
    no_row: list[Cell] = [None] * grid.width
    for label in declared:
        index = by_label[normalise_label(label)]
        top: int | None = None
        for offset, row in enumerate([*rows, no_row]):
            last = offset == len(rows)
            if last or ends[offset] or row[index] is not None:
                if top is not None and offset - 1 > top:
                    first = header.rows.stop
                    spans.append(Span(first + top, index, first + offset - 1, index))
                top = None if last or ends[offset] else offset
    return spans, []


def _ends_a_range(row: list[Cell], conditions: set[int]) -> bool:
    """Whether a row is blank, has one cell, or is a total by another cell than a condition's."""
    texts = {i: "".join(cell.split()) for i, cell in enumerate(row) if cell is not None}
    first = list(texts.items())[:2]
    return len(texts) < 2 or any(
        _TOTALS.fullmatch(text) for index, text in first if index not in conditions
    )
