"""Lays out the one table on a sheet: which rows are data, and what the others are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.contracts.loader import REGION
from pipeline.errors import Problem
from pipeline.reading.grid import Cell, Grid, Span
from pipeline.reading.header import Header, Heading, read_header
from pipeline.sources import Source

RowKind = Literal["data", "title", "header", "total", "subtotal", "note", "blank"]

# 合计, 全区合计, 某某县合计：, 总计（15个）; a label ends with the word, names of regions do not
TOTAL = re.compile(
    r".{0,12}(合计|总计|小计|共计)([(\uff08][^)\uff09]*[)\uff09])?[:\uff1a]?|(sub)?total:?",
    re.IGNORECASE,
)
SUBTOTAL = re.compile(r"小计|sub", re.IGNORECASE)  # of some towns, so held against nothing
NOTE = re.compile(
    r"(注|备注|说明|附注|资料来源|数据来源|来源|单位|填报|填表|制表|审核|联系)\s*[:：]"
)


@dataclass(frozen=True)
class Table:
    """A table laid out, all text.

    Attributes:
        sheet: Sheet that it stands on; None for a file without sheets.
        headings: Columns of the file that are loaded.
        rows: One row per row of the sheet, from its first to its last: ``source_row`` (as a
            reader of the file counts, from 1), ``row_kind`` (``data``, or why the row is set
            aside), ``row_text`` (all its cells, for rows set aside) and one text column per
            heading; None where the cell is blank.
        merged: One row per body cell whose text was copied down from a merged cell above it:
            ``column_name``, ``source_row`` and ``anchor_row``, where the text really stands.
    """

    sheet: str | None
    headings: list[Heading]
    rows: pd.DataFrame
    merged: pd.DataFrame


def lay_out(grid: Grid, source: Source) -> tuple[Table | None, list[Problem]]:
    """Find header and body of the one table on a sheet.

    Args:
        grid: The sheet.
        source: Knows which labels stand for which columns.

    Returns:
        The table, or None together with the problems of its header.
    """
    where = f"{source.file}, sheet {grid.sheet}" if grid.sheet else source.file
    header, problems = read_header(grid, source, where)
    if header is None:
        return None, problems
    filled = _fill_merged_down(grid, header.rows.stop)
    kinds = _row_kinds(grid, header, filled)
    problems = _shared_numbers(grid, header, filled, source, where)
    if problems:
        return None, problems
    records = []
    for number, cells in enumerate(filled):
        text = " | ".join(cell.strip() for cell in cells if cell)
        values = (cells[index] for index in header.headings)
        kind = kinds[number]
        records.append((number + 1, kind, None if kind == "data" else text, *values))
    headings = list(header.headings.values())
    columns = ["source_row", "row_kind", "row_text", *(heading.column for heading in headings)]
    rows = pd.DataFrame(records, columns=columns).astype({"source_row": "int64"})
    return Table(grid.sheet, headings, rows, _merged_cells(grid, header)), []


def _fill_merged_down(grid: Grid, first_body_row: int) -> list[list[Cell]]:
    """Copy the text of vertically merged body cells into the rows that they cover."""
    rows = [list(row) for row in grid.rows]
    for span in grid.spans:
        if span.top >= first_body_row:
            for row in range(span.top + 1, min(span.bottom + 1, len(rows))):
                rows[row][span.left] = rows[span.top][span.left]
    return rows


def _body_spans(grid: Grid, header: Header) -> list[tuple[Heading, Span]]:
    """Ranges merged downwards in the body, with the loaded column that each stands in."""
    return [
        (header.headings[span.left], span)
        for span in grid.spans
        if span.top >= header.rows.stop and span.bottom > span.top and span.left in header.headings
    ]


def _merged_cells(grid: Grid, header: Header) -> pd.DataFrame:
    records = [
        (heading.column, row + 1, span.top + 1)
        for heading, span in _body_spans(grid, header)
        for row in range(span.top + 1, min(span.bottom + 1, len(grid.rows)))
    ]
    return pd.DataFrame(records, columns=["column_name", "source_row", "anchor_row"]).astype(
        {"column_name": "str", "source_row": "int64", "anchor_row": "int64"}
    )


def _shared_numbers(
    grid: Grid, header: Header, filled: list[list[Cell]], source: Source, where: str
) -> list[Problem]:
    """A number merged over several regions belongs to them together, and to none of them."""
    naming = [i for i, heading in header.headings.items() if heading.column in REGION]
    problems = []
    for heading, span in _body_spans(grid, header):
        rows = filled[span.top : span.bottom + 1]
        regions = {tuple(cells[i] for i in naming) for cells in rows}
        is_number = source.contract.columns[heading.column].type in ("integer", "number")
        if is_number and len(regions) > 1 and grid.rows[span.top][span.left] is not None:
            problems.append(
                Problem(
                    f"{where}, cell {heading.letter}{span.top + 1}",
                    f"{grid.rows[span.top][span.left]!r} merged over {len(rows)} rows of "
                    f"{len(regions)} regions",
                    "one number for each region",
                    "split the cell and write what belongs to each region",
                    "data",
                )
            )
    return problems


def _row_kinds(grid: Grid, header: Header, filled: list[list[Cell]]) -> list[RowKind]:
    """What each row of the sheet is; a label merged down counts for all its rows."""
    # a row without text of its own may belong to a range merged down from above
    covered = {row for span in grid.spans for row in range(span.top + 1, span.bottom + 1)}
    wide = {span.top for span in grid.spans if span.right > span.left}
    named = [i for i, heading in header.headings.items() if heading.column == "region_name"]
    kinds: list[RowKind] = []
    for number, cells in enumerate(filled):
        if number in header.rows:
            kinds.append("header")
        elif grid.is_blank(number) and number not in covered:
            kinds.append("blank")
        elif number < header.rows.start:
            kinds.append("title")
        else:
            kinds.append(_body_row_kind(cells, header, named, is_wide=number in wide))
    return kinds


def _body_row_kind(
    cells: list[Cell], header: Header, named: list[int], *, is_wide: bool
) -> RowKind:
    texts = {i: re.sub(r"\s+", "", cell) for i, cell in enumerate(cells) if cell}
    first = next(iter(texts.values()), "")
    if texts and all(text == header.labels[i] for i, text in texts.items()):
        return "header"  # repeated at a page break
    for text in (first, *(texts.get(i, "") for i in named)):
        if TOTAL.fullmatch(text):
            return "subtotal" if SUBTOTAL.search(text) else "total"
    if len(texts) == 1 and (NOTE.match(first) or is_wide):
        return "note"
    return "data"
