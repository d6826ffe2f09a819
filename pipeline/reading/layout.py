"""Finds the table among titles, notes and merged cells, and names its columns."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from pipeline.dossier_file import SOURCES_FILE
from pipeline.errors import Problem
from pipeline.reading.grid import Cell, Grid, Span, column_letter
from pipeline.sources import IGNORE, PARENT_REGION, Source

RowKind = Literal["data", "title", "header", "total", "note", "blank"]

HEADER_SEARCH_ROWS = 60  # longest preamble seen in a town's file was far shorter
TOTAL = re.compile(
    r"(全[国省市县区镇]|本[省市县区镇])?(合计|总计|小计|共计)|total|subtotal", re.IGNORECASE
)
NOTE = re.compile(
    r"(注|备注|说明|附注|资料来源|数据来源|来源|单位|填报|填表|制表|审核|联系)\s*[:：]"
)


@dataclass(frozen=True)
class Heading:
    """A column of the file that is loaded.

    Attributes:
        label: As issued; the parts of a header of several rows are joined by ``/``.
        column: The contract's column that it stands for.
        letter: Letter of the column in the sheet.
    """

    label: str
    column: str
    letter: str


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
    found = _find_header(grid, source)
    if found is None:
        return None, [_no_header(where, source)]
    top, depth = found
    labels = _join_labels(grid, top, depth)
    body = range(top + depth, len(grid.rows))
    headings, problems = _name_columns(grid, labels, where, source, top + depth)
    if problems:
        return None, problems
    filled = _fill_merged_down(grid, body.start)
    records = []
    for number, cells in enumerate(filled):
        kind = _row_kind(grid, number, range(top, top + depth), labels, headings)
        text = None if kind == "data" else " | ".join(cell.strip() for cell in cells if cell)
        records.append((number + 1, kind, text, *(cells[index] for index in headings)))
    columns = ["source_row", "row_kind", "row_text", *(h.column for h in headings.values())]
    rows = pd.DataFrame(records, columns=columns).astype({"source_row": "int64"})
    return Table(grid.sheet, list(headings.values()), rows), []


def _find_header(grid: Grid, source: Source) -> tuple[int, int] | None:
    """First row, and number of rows, of the header: most of its labels must be known."""
    for top in range(min(len(grid.rows), HEADER_SEARCH_ROWS)):
        anchors = sum(cell is not None for cell in grid.rows[top])
        if anchors < min(2, len(grid.rows[top])):
            continue
        depth = source.entry.read.header_rows or _header_depth(grid, top)
        labels = {label for label in _join_labels(grid, top, depth) if label}
        known = sum(source.column_for(label) is not None for label in labels)
        if labels and known * 2 >= len(labels):
            return top, depth
    return None


def _header_depth(grid: Grid, top: int) -> int:
    """Number of header rows, as the merged cells of the first one show it."""
    starting = [span for span in grid.spans if span.top == top]
    depth = max((span.bottom - span.top + 1 for span in starting), default=1)
    grouped = any(span.right > span.left and span.bottom == top for span in starting)
    return max(depth, 2 if grouped else 1)


def _join_labels(grid: Grid, top: int, depth: int) -> list[str | None]:
    labels: list[str | None] = []
    for index in range(len(grid.rows[top])):
        parts: list[str] = []
        for row in range(top, min(top + depth, len(grid.rows))):
            text = _anchor_text(grid, row, index)
            part = re.sub(r"\s+", "", text) if text else ""
            if part and part not in parts[-1:]:
                parts.append(part)
        labels.append("/".join(parts) or None)
    return labels


def _anchor_text(grid: Grid, row: int, index: int) -> Cell:
    """Text of a cell, or of the merged range that covers it."""
    for span in grid.spans:
        if span.top <= row <= span.bottom and span.left <= index <= span.right:
            return grid.rows[span.top][span.left]
    return grid.rows[row][index]


def _name_columns(
    grid: Grid, labels: list[str | None], where: str, source: Source, first_body_row: int
) -> tuple[dict[int, Heading], list[Problem]]:
    """Map header labels to contract columns; unknown, doubled and missing ones are problems."""
    headings: dict[int, Heading] = {}
    problems: list[Problem] = []
    for index, label in enumerate(labels):
        cell = f"{where}, cell {column_letter(index)}{first_body_row}"
        if label is None:
            texts = [row[index] for row in grid.rows[first_body_row:] if row[index]]
            if texts:
                problems.append(
                    Problem(
                        cell,
                        f"a column without header, holding {texts[0]!r}",
                        "a label above every column that holds text",
                        "write a label into the header",
                        "data",
                    )
                )
            continue
        column = source.column_for(label)
        if column is None:
            problems.append(_unknown_label(cell, label, source))
        elif column == IGNORE:
            continue
        elif column in {heading.column for heading in headings.values()}:
            problems.append(
                Problem(
                    cell,
                    f"{label!r}, a second column for {column}",
                    "one column for each column of the contract",
                    f"map one of them to another column, or to {IGNORE}",
                )
            )
        else:
            headings[index] = Heading(label, column, column_letter(index))
    present = {heading.column for heading in headings.values()}
    return headings, problems + _missing_columns(present, where, source)


def _unknown_label(cell: str, label: str, source: Source) -> Problem:
    known = sorted(
        {
            known
            for column in source.contract.columns.values()
            for known in (*column.labels, column.name)
        }
    )
    near = difflib.get_close_matches(label.rsplit("/", maxsplit=1)[-1], known, n=3, cutoff=0.3)
    return Problem(
        cell,
        f"unknown column {label!r}",
        f"a label of contract {source.contract.name}"
        + (f", for example {', '.join(near)}" if near else f": {', '.join(known)}"),
        f"map it in {SOURCES_FILE}: columns: {{{label}: <column>}}, or to {IGNORE}",
        "data",
    )


def _missing_columns(present: set[str], where: str, source: Source) -> list[Problem]:
    contract, constants = source.contract, set(source.entry.constants) - {PARENT_REGION}
    given = present | constants
    groups = [((c.name,), c) for c in contract.columns.values() if c.required and c.default is None]
    wanted = [names for names, _ in groups] + list(contract.one_of)
    if contract.has_region:
        wanted.append(("region_code", "region_name"))
    if source.entry.document is None:
        wanted.append(("document_id",))
    problems = [
        Problem(
            where,
            f"no column for {' or '.join(names)}",
            "a column labelled "
            + ", ".join(
                label for name in names for label in (contract.columns[name].labels or (name,))
            ),
            "add the column, map its label under columns:, or give one value for the whole "
            f"file under constants: in {SOURCES_FILE}",
            "data",
        )
        for names in wanted
        if not given & set(names)
    ]
    return problems + [
        Problem(
            where,
            f"column {name} in the file and under constants:",
            "one of the two",
            f"remove it from constants: in {SOURCES_FILE}",
        )
        for name in sorted(present & constants)
    ]


def _no_header(where: str, source: Source) -> Problem:
    wanted = [column.labels[0] for column in source.contract.columns.values() if column.labels]
    return Problem(
        where,
        f"no header row in the first {HEADER_SEARCH_ROWS} rows",
        f"a row of which most cells are labels of contract {source.contract.name}: "
        + ", ".join(wanted),
        f"check contract and sheet, or map the labels under columns: in {SOURCES_FILE}",
        "data",
    )


def _fill_merged_down(grid: Grid, first_body_row: int) -> list[list[Cell]]:
    """Copy the text of vertically merged body cells into the rows that they cover."""
    rows = [list(row) for row in grid.rows]
    for span in grid.spans:
        if span.top >= first_body_row:
            for row in range(span.top + 1, min(span.bottom + 1, len(rows))):
                rows[row][span.left] = rows[span.top][span.left]
    return rows


def _row_kind(
    grid: Grid, number: int, header: range, labels: list[str | None], headings: dict[int, Heading]
) -> RowKind:
    cells = grid.rows[number]
    if number in header:
        return "header"
    if grid.is_blank(number) and not _covered_by_merge(grid.spans, number):
        return "blank"
    if number < header.start:
        return "title"
    texts = [re.sub(r"\s+", "", cell) for cell in cells if cell]
    if texts and all(text == labels[i] for i, text in enumerate(cells) if text):
        return "header"
    names = [cells[i] for i, h in headings.items() if h.column == "region_name"] or texts[:1]
    if any(TOTAL.fullmatch(re.sub(r"\s+", "", text)) for text in [*texts[:1], *names] if text):
        return "total"
    if len(texts) == 1 and (NOTE.match(texts[0]) or _is_wide(grid.spans, number)):
        return "note"
    return "data"


def _covered_by_merge(spans: list[Span], row: int) -> bool:
    """Whether a row without text of its own belongs to a range merged down from above."""
    return any(span.top < row <= span.bottom for span in spans)


def _is_wide(spans: list[Span], row: int) -> bool:
    return any(span.top == row and span.right > span.left for span in spans)
