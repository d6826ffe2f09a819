"""Finds the header of a table among titles and merged cells, and names its columns."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass

from pipeline.dossier_file import SOURCES_FILE
from pipeline.errors import Problem
from pipeline.reading.grid import Cell, Grid, column_letter
from pipeline.sources import IGNORE, PARENT_REGION, Source

HEADER_SEARCH_ROWS = 60  # longest preamble seen in a town's file was far shorter


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
class Header:
    """The header of a table.

    Attributes:
        rows: Its rows, counted from 0.
        labels: Label of every column of the sheet; None where there is none.
        headings: The columns that are loaded, by their place in the sheet.
    """

    rows: range
    labels: list[str | None]
    headings: dict[int, Heading]


def read_header(grid: Grid, source: Source, where: str) -> tuple[Header | None, list[Problem]]:
    """Find the header of the one table on a sheet and say what its columns are.

    Args:
        grid: The sheet.
        source: Knows which labels stand for which columns.
        where: How messages call the sheet.

    Returns:
        The header, or None together with everything that is wrong with it: unknown, doubled,
        missing and unlabelled columns.
    """
    found = _find_header(grid, source)
    if found is None:
        return None, [_no_header(where, source)]
    top, depth = found
    labels = _join_labels(grid, top, depth)
    headings, problems = _name_columns(grid, labels, where, source, top + depth)
    return (None, problems) if problems else (Header(range(top, top + depth), labels, headings), [])


def _find_header(grid: Grid, source: Source) -> tuple[int, int] | None:
    """First row, and number of rows, of the header: the one with most known labels.

    Most of its labels must be known. A line such as 单位 | 个 above the table has a known label
    too, but fewer of them.
    """
    best, found = 0, None
    for top in range(min(len(grid.rows), HEADER_SEARCH_ROWS)):
        if sum(cell is not None for cell in grid.rows[top]) < min(2, len(grid.rows[top])):
            continue
        depth = source.entry.read.header_rows
        for rows in (depth,) if depth else (1, _header_depth(grid, top)):
            labels = {label for label in _join_labels(grid, top, rows) if label}
            known = sum(source.column_for(label) is not None for label in labels)
            if known > best and known * 2 >= len(labels):
                best, found = known, (top, rows)
    return found


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
