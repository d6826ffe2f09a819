"""Lays out the one table on a sheet: which rows are data, and what the others are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.errors import Problem
from pipeline.reading.grid import Cell, Grid
from pipeline.reading.header import Header, Heading, read_header
from pipeline.sources import Source

RowKind = Literal["data", "title", "header", "total", "note", "blank"]

TOTAL = re.compile(
    r"(全[国省市县区镇]|本[省市县区镇])?(合计|总计|小计|共计)|total|subtotal", re.IGNORECASE
)
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
    """

    sheet: str | None
    headings: list[Heading]
    rows: pd.DataFrame


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
    kinds = _row_kinds(grid, header)
    records = []
    for number, cells in enumerate(_fill_merged_down(grid, header.rows.stop)):
        text = " | ".join(cell.strip() for cell in cells if cell)
        values = (cells[index] for index in header.headings)
        kind = kinds[number]
        records.append((number + 1, kind, None if kind == "data" else text, *values))
    headings = list(header.headings.values())
    columns = ["source_row", "row_kind", "row_text", *(heading.column for heading in headings)]
    rows = pd.DataFrame(records, columns=columns).astype({"source_row": "int64"})
    return Table(grid.sheet, headings, rows), []


def _fill_merged_down(grid: Grid, first_body_row: int) -> list[list[Cell]]:
    """Copy the text of vertically merged body cells into the rows that they cover."""
    rows = [list(row) for row in grid.rows]
    for span in grid.spans:
        if span.top >= first_body_row:
            for row in range(span.top + 1, min(span.bottom + 1, len(rows))):
                rows[row][span.left] = rows[span.top][span.left]
    return rows


def _row_kinds(grid: Grid, header: Header) -> list[RowKind]:
    """What each row of the sheet is."""
    # a row without text of its own may belong to a range merged down from above
    covered = {row for span in grid.spans for row in range(span.top + 1, span.bottom + 1)}
    wide = {span.top for span in grid.spans if span.right > span.left}
    named = [i for i, heading in header.headings.items() if heading.column == "region_name"]
    kinds: list[RowKind] = []
    for number, cells in enumerate(grid.rows):
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
    if any(TOTAL.fullmatch(text) for text in (first, *(texts.get(i, "") for i in named))):
        return "total"
    if len(texts) == 1 and (NOTE.match(first) or is_wide):
        return "note"
    return "data"
