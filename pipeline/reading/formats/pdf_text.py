"""Tables of PDF pages that are drawn without lines, by the white space between their columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from pdfplumber.page import Page

from pipeline.reading.grid import Cell, Span

LINE_TOLERANCE = 3.0  # points by which words of one line differ in height

Word = dict[str, Any]


@dataclass
class Part:
    """The part of a table that stands on one page.

    Attributes:
        first_page: Page on which the table begins.
        last_page: Page on which it ends.
        number: Its number on its first page.
        lefts: Left edges of its columns, in points.
        rows: Its cells.
        spans: Merged cells.
        lead: Lines of text above it.
        is_last_of_page: Whether no other table follows on its last page.
    """

    first_page: int
    last_page: int
    number: int
    lefts: list[float]
    rows: list[list[Cell]]
    spans: list[Span]
    lead: list[str]
    is_last_of_page: bool


def unruled_parts(page: Page) -> Iterator[Part]:
    """The table of a page without lines, if its columns can be told.

    Words that stand above each other make a column. Where two words of one line would fall into
    one column, or all words make a single one, the page is prose and holds no table.
    """
    lines = [list(words) for _, words in groupby(_words(page), key=lambda word: word["line"])]
    tabular = [line for line in lines if len(line) > 1]
    if len({len(line) for line in tabular}) == 1:
        # no cell is blank, so that the order of words tells the column even of 2023 right of 年份
        lefts = [min(line[i]["x0"] for line in tabular) for i in range(len(tabular[0]))]
        placed = [list(range(len(line))) for line in lines]
    else:
        columns = _columns(tabular)
        lefts = [left for left, _ in columns]
        placed = [[_column_of(word, columns) for word in line] for line in lines]
    rows: list[list[Cell]] = []
    for line, places in zip(lines, placed, strict=True):
        row: list[Cell] = [None] * len(lefts)
        for place, word in zip(places if len(line) > 1 else [0], line, strict=True):
            if row[place] is not None:
                return
            row[place] = word["text"]
        rows.append(row)
    if len(lefts) > 1:
        yield Part(page.page_number, page.page_number, 1, lefts, rows, [], [], True)


def _words(page: Page) -> Iterator[Word]:
    """Words of a page from top to bottom, each with the number of its line."""
    line, top = 0, None
    words = sorted(page.extract_words(), key=lambda word: (word["top"], word["x0"]))
    numbered = []
    for word in words:
        if top is None or word["top"] - top > LINE_TOLERANCE:
            line, top = line + 1, word["top"]
        numbered.append(word | {"line": line})
    yield from sorted(numbered, key=lambda word: (word["line"], word["x0"]))


def _columns(lines: list[list[Word]]) -> list[tuple[float, float]]:
    """Ranges of the page that words above each other fill, from left to right."""
    columns: list[tuple[float, float]] = []
    for left, right in sorted((word["x0"], word["x1"]) for line in lines for word in line):
        if columns and left <= columns[-1][1]:
            columns[-1] = columns[-1][0], max(columns[-1][1], right)
        else:
            columns.append((left, right))
    return columns


def _column_of(word: Word, columns: list[tuple[float, float]]) -> int:
    places = (i for i, (left, right) in enumerate(columns) if left <= word["x0"] <= right)
    return next(places, 0)  # a title may begin left of all columns
