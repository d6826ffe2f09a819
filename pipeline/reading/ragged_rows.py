"""Rows that have other cells than the header, so that what stands in them may have moved."""

from __future__ import annotations

from collections import Counter

import duckdb

from pipeline.dossier_files.source import Source
from pipeline.reading.cell_tests import number_cells
from pipeline.reading.grid import WIDTH, column_letter
from pipeline.reading.headings import NOTE_COLUMN
from pipeline.reading.layout import Table

SHORTEST_PAIR = 8  # digits of two numbers without the delimiter between them
SEVERAL = 3  # short rows that end with a number that fits its column: blanks are left out here


def is_ragged(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> str:
    """SQL of whether a row has other cells than the header, so that they may have moved.

    A longer row holds something beside the labelled columns. A shorter one may just leave blanks
    out at its end, if it ends with its last value; where its last cell is blank, one before is
    lost. A number of which a part stands in the next cell, 12 | 000, was parted at its comma.
    """
    labels, columns = table.header.labels, table.place.columns
    ragged = [f"c{index} is not null" for index in columns if index not in labels]
    if table.grid.widths is not None:
        usual = _usual_width(connection, table)
        ragged += _lost_delimiters(connection, source, table, usual)
        ragged += _parted_numbers(connection, source, table, usual)
    return f"coalesce({' or '.join(ragged) or 'false'}, false)"


def _lost_delimiters(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, usual: int
) -> list[str]:
    """SQL of whether a row is too short, and not only because blanks at its end are left out.

    Its last cell is blank, or a number may be two in one.
    """
    short = range(1, min(table.grid.width + 1, usual))
    labelled = max(table.header.labels, default=-1) + 1
    # Of cells beyond the labels nothing can be lost; then the last labelled one tells.
    blank = [f"when {width} then c{min(width, labelled) - 1} is null" for width in short]
    if not blank:
        return []
    found = [f"(case {WIDTH} {' '.join(blank)} else false end)"]
    found += _moved_numbers(source, table, usual)
    joined = _joined_numbers(connection, source, table, usual)
    return found + [f"({WIDTH} < {usual} and {condition})" for condition in joined]


def _moved_numbers(source: Source, table: Table, usual: int) -> list[str]:
    """SQL of whether a short row ends with a number in a column of words, before one of numbers."""
    numbers, columns = set(number_cells(source, table)), source.contract.columns
    last = max((index for index in table.header.labels if f"c{index}" in numbers), default=-1)
    worded = [
        index
        for index, heading in table.header.headings.items()
        if index < min(last, usual - 1) and columns[heading.column].type in ("text", "term")
    ]
    return [
        f"({WIDTH} = {index + 1} and regexp_full_match(c{index}, '[0-9]+([.,][0-9]+)*'))"
        for index in worded
    ]


def _joined_numbers(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, usual: int
) -> list[str]:
    """SQL of whether a number of a short row is one too many digits long, or could be cut in two.

    It could, if its beginning is about as long as numbers of its column in whole rows are, and its
    rest as those of the next column: 90 | 79 without the delimiter is 9079. A number that would do
    in its own column, too, is taken where it is one of several, which shows that blanks at the end
    of rows are left out in this file. Too long or too short for its column, it may be
    one of the next.
    """
    numbers = number_cells(source, table)
    labels = table.header.labels
    following = {f"c{index}": f"c{index + 1}" for index in labels if index + 1 in labels}
    if not numbers:
        return []
    asked = sorted({*numbers, *(following[cell] for cell in numbers if cell in following)})
    figures = ", ".join(
        f"max(length({cell})), min(length({cell})) filter ({_is_digits(cell)}),"
        f" max(length({cell})) filter ({_is_digits(cell)}), max({_as_number(cell)})"
        for cell in asked
    )
    body = f"position >= {table.header.rows.stop} and position < {table.place.stop}"
    found = connection.execute(
        f"select {figures} from sheet where {body} and {WIDTH} >= {usual}"
    ).fetchall()[0]
    whole = {cell: found[4 * at : 4 * at + 4] for at, cell in enumerate(asked)}
    joined = []
    for cell in numbers:
        longest, first, last, most = whole[cell]
        if longest is not None:
            joined.append(f"length({cell}) >= {max(longest + 3, SHORTEST_PAIR)}")
        beside = whole.get(following.get(cell, ""))
        if first is None or beside is None or beside[1] is None:
            continue
        cuts = (
            f"list_filter(range({first}, least({last} + 1, length({cell}) - 1) + 1), cut ->"
            f" length({cell}) - cut between {beside[1] - 1} and {beside[2] + 1}"
            f" and ({cell}[cut + 1] != '0' or length({cell}) = cut + 1))"
        )
        moved = (
            f"length({cell}) not between {first} and {last}"
            f" and length({cell}) between {beside[1]} and {beside[2]}"
        )
        could = f"{_is_digits(cell)} and (len({cuts}) > 0 or {moved})"
        fits = f"{_as_number(cell)} <= {2 * most}"
        (several,) = connection.execute(
            f"select count(*) >= {SEVERAL} from sheet"
            f" where {body} and {WIDTH} between 2 and {usual - 1} and {_is_digits(cell)} and {fits}"
        ).fetchall()[0]
        joined.append(f"({could} and not {fits})" if several else f"({could})")
    return joined


def _is_digits(cell: str) -> str:
    return f"coalesce(regexp_full_match({cell}, '[0-9]{{1,17}}'), false)"


def _as_number(cell: str) -> str:
    return f"try_cast(case when {_is_digits(cell)} then {cell} end as bigint)"


def _parted_numbers(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, usual: int
) -> list[str]:
    """SQL of whether a number stands in two cells, or cells of a longer row have moved by one.

    Where any number of blanks may end a row, a row is not longer for the rest of a number. Then a
    rest of three digits tells, in a column that is none of numbers and where they are rare.
    """
    numbers = set(number_cells(source, table))
    rare = _cells_with_rare_rests(connection, table)
    labelled = sorted(table.header.labels)
    found = []
    for index in range(table.grid.width - 1):
        if f"c{index}" in numbers and index + 1 in table.header.labels:
            start = f"regexp_full_match(c{index}, '-?[1-9][0-9]{{0,2}}')"
            if f"c{index + 1}" in numbers:
                found.append(f"({start} and regexp_full_match(c{index + 1}, '0[0-9]{{2}}'))")
            rest = _is_rest(f"c{index + 1}")
            # Nobody labelled the column beside it, so that it may hold the rest of the number.
            is_bare = table.header.labels[index + 1] == column_letter(index + 1)
            # Where a note may be left out, a row with the rest in its place is not longer.
            beside = table.header.headings.get(index + 1)
            is_note = beside is not None and beside.column == NOTE_COLUMN
            is_rare = f"c{index + 1}" in rare - numbers
            longer = "true" if is_bare or is_note or is_rare else f"{WIDTH} > {usual}"
            found.append(f"({longer} and {start} and {rest})")
    if labelled and f"c{labelled[-1]}" not in numbers:
        number = "'-?[0-9]+([.,][0-9]+)*'"
        found.append(f"({WIDTH} > {usual} and regexp_full_match(c{labelled[-1]}, {number}))")
    return found


def _is_rest(cell: str) -> str:
    return f"regexp_full_match({cell}, '[0-9]{{3}}')"


def _cells_with_rare_rests(connection: duckdb.DuckDBPyConnection, table: Table) -> set[str]:
    """Labelled cells that seldom hold three digits, if rows end with any number of blanks."""
    cells = [f"c{index}" for index in sorted(table.header.labels)]
    beyond = max(table.header.labels, default=-1) + 1
    if not cells:
        return set()
    rare = ", ".join(f"2 * count(*) filter ({_is_rest(cell)}) < count({cell})" for cell in cells)
    (is_uneven, *found) = connection.execute(
        f"select count(distinct {WIDTH}) filter ({WIDTH} > {beyond}) > 1, {rare} from sheet"
        f" where position >= {table.header.rows.stop} and position < {table.place.stop}"
    ).fetchall()[0]
    return {cell for cell, is_rare in zip(cells, found, strict=True) if is_uneven and is_rare}


def _usual_width(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    """How many cells a row of the body should have: most have so many, the labels at least.

    Of widths that are as frequent the one that is nearest to the labels holds.
    """
    body = connection.execute(
        f"select {WIDTH}, count(*) from sheet where position >= {table.header.rows.stop}"
        f" and position < {table.place.stop} and {WIDTH} > 1 group by all"
    ).fetchall()
    counts: Counter[int] = Counter(dict(body))
    labelled = max(table.header.labels, default=-1) + 1
    usual = max(counts, key=lambda width: (counts[width], -abs(width - labelled)), default=0)
    return max(usual, labelled)
