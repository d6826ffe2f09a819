"""Writes the SQL that says what each row of a sheet is and hands on its loaded columns as text."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from pipeline.core.sql import literal, parquet_files, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading.grid import column_names
from pipeline.reading.layout import Table
from pipeline.reading.row_words import (
    CONTINUED,
    LONGEST_NAME,
    LONGEST_SECTION,
    NOTE,
    NUMBERED_NOTE,
    PART,
    SIEVE,
    SUBTOTAL,
    TOTAL,
)

NAMING = ("region_name", "facility_name")  # a total may be labelled in these columns


def relate_cells(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> None:
    """Make the relation ``cells``: one row per row of the sheet, more where columns are unpivoted.

    Columns: ``source_row`` (as a reader of the file counts, from 1), ``row_kind`` (``data``, or why
    the row is set aside: title, header, total, subtotal, part, section, note, blank, other_table),
    ``row_text`` (all its cells, for rows set aside), ``section`` (text of the nearest row above
    that spans the table), ``source_letter`` (column of an unpivoted cell, else null) and one text
    column per loaded column; null where the cell is blank.

    Args:
        connection: Where to make it.
        source: Says what sections and unpivoted columns stand for.
        table: The table.
    """
    grid = table.grid
    if grid.scan:
        connection.execute(
            "create or replace temp view sheet as"
            " select file_row_number as position, file_row_number + 1 as source_row,"
            " * exclude (file_row_number)"
            f" from {parquet_files([grid.scan.cells], 'file_row_number = true')}"
        )
    else:
        numbers = range(1, grid.height + 1) if grid.row_numbers is None else grid.row_numbers
        sheet = grid.cells.append_column("position", pa.array(range(grid.height), pa.int64()))
        sheet = sheet.append_column("source_row", pa.array(numbers, pa.int64()))
        connection.register("sheet_cells", sheet)
        connection.execute("create or replace temp view sheet as from sheet_cells")
    # Few rows are no data; to know them once is cheaper than to ask it of every row again.
    connection.execute(
        f"create or replace temp table set_aside as {_rows_without_data(source, table)}"
    )
    statement = _cells(source, table)
    if grid.scan:
        connection.execute(f"create or replace temp view cells as {statement}")
    else:
        connection.execute(f"create or replace temp table laid_out as {statement}")
        connection.execute("create or replace temp view cells as from laid_out")
        connection.unregister("sheet_cells")


def _rows_without_data(source: Source, table: Table) -> str:
    """SQL of ``position``, ``row_kind`` and ``first_text`` of every row that is no data."""
    texts = column_names(table.grid.width)
    return f"""
select position, row_kind, first_text
from (
    select *, {_row_kind(source, table)} as row_kind
    from (
        select
            *,
            coalesce({", ".join(texts)}) as first_text,
            {" + ".join(f"({name} is not null)::int" for name in texts)} as filled
        from sheet
    )
)
where row_kind != 'data'
"""


def _cells(source: Source, table: Table) -> str:
    """SQL of ``cells`` from the relations ``sheet`` and ``set_aside``."""
    texts = ", ".join(column_names(table.grid.width))
    has_sections = bool(table.wide_rows or source.entry.read.sections)
    section = (
        "last_value(case when row_kind = 'section' then first_text end ignore nulls)"
        " over (order by position)"
        if has_sections
        else "null::varchar"
    )
    columns, join = _columns(source, table)
    return f"""
with kinds as (
    select sheet.*, coalesce(set_aside.row_kind, 'data') as row_kind, set_aside.first_text
    from sheet left join set_aside using (position)
),
sections as (select *, {section} as section from kinds)
select
    source_row,
    row_kind,
    case when row_kind != 'data' then concat_ws(' | ', {texts}) end as row_text,
    section,
    {", ".join(columns)}
from sections{join}
"""


def _columns(source: Source, table: Table) -> tuple[list[str], str]:
    """SQL of the loaded columns, and of the join that makes a row of every unpivoted cell."""
    header, unpivot = table.header, source.entry.unpivot
    columns = [f"c{i} as {quoted(heading.column)}" for i, heading in header.headings.items()]
    if source.entry.read.sections:
        columns.append(f"section as {quoted(source.entry.read.sections)}")
    if unpivot is None:
        return ["null::varchar as source_letter", *columns], ""
    cells = ", ".join(
        f"{{'name': {literal(heading.label)}, 'value': c{i}, 'letter': {literal(heading.letter)}}}"
        for i, heading in header.unpivoted.items()
    )
    # A blank cell says nothing of its year; a row of which all are blank is kept, and refused.
    # A row that is set aside stays one row.
    filled = f"list_filter([{cells}], lambda cell: cell.value is not null)"
    wide = (
        "case when row_kind in ('data', 'total', 'subtotal') and"
        f" len({filled}) > 0 then {filled} else [{cells}][:1] end"
    )
    return [
        "wide.cell.letter as source_letter",
        *columns,
        f"wide.cell.name as {quoted(unpivot.names_to)}",
        f"wide.cell.value as {quoted(unpivot.values_to)}",
    ], f", lateral (select unnest({wide}) as cell) as wide"


def _row_kind(source: Source, table: Table) -> str:
    """SQL of what a row is."""
    place, header = table.place, table.header
    first = _bare("first_text")
    named = [f"c{i}" for i, h in header.headings.items() if h.column in NAMING]
    texts = ["first_text", *named]
    labels = [_bare(text) for text in texts]
    alone = "filled = 1"
    spans_table = f"position in ({', '.join(map(str, sorted(table.wide_rows)))})"
    if source.entry.read.sections:
        spans_table = "true"
    elif not table.wide_rows:
        spans_table = "false"
    last = _last_row_of_several_cells(table)
    rest = f"""
        when ({alone} or position >= {last}) and regexp_full_match({first}, {literal(NOTE)})
            then 'note'
        when {alone} and position > {last} and (length(first_text) > {LONGEST_NAME}
            or regexp_full_match({first}, {literal(NUMBERED_NOTE)})) then 'note'
        when {alone} and {spans_table} and length(first_text) <= {LONGEST_SECTION}
            and position < {last} then 'section'
        when {alone} and {spans_table} then 'note'
        else 'data'"""
    return f"""case
        when position between {header.rows.start} and {header.rows.stop - 1} then 'header'
        when filled = 0 then 'blank'
        when position < {place.start} or position >= {place.stop} then 'other_table'
        when position < {header.rows.start} then 'title'
        when {_repeated_header(table)} then 'header'
        when {alone} and {_continued(first)} in ({_titles(table)}) then 'title'
        when position = {header.rows.stop} and regexp_full_match({first}, '[|:=-]*-{{2,}}[|:=-]*')
            then 'header'
        when {_may_match(texts)} then case
            when {_matches(labels, SUBTOTAL)} then 'subtotal'
            when {_matches(labels, TOTAL)} then 'total'
            when {_matches(labels, PART)} then 'part'{rest}
        end{rest}
    end"""


def _bare(text: str) -> str:
    return f"regexp_replace({text}, '[\\s\\x{{3000}}]', '', 'g')"


def _matches(texts: list[str], pattern: str) -> str:
    return (
        "(" + " or ".join(f"regexp_full_match({text}, {literal(pattern)})" for text in texts) + ")"
    )


def _may_match(texts: list[str]) -> str:
    """SQL that is false for almost every row of data, at a fraction of the cost."""
    return "(" + " or ".join(f"regexp_matches({text}, {literal(SIEVE)})" for text in texts) + ")"


def _repeated_header(table: Table) -> str:
    """SQL that is true for a row of the header which stands once more, at a page break."""
    rows = table.grid.rows(table.header.rows.start, table.header.rows.stop)
    same = []
    for row in rows:
        filled = [(index, text) for index, text in enumerate(row) if text is not None]
        if len(filled) > 1:
            tests = [f"c{index} = {literal(text)}" for index, text in filled]
            same.append(f"(filled = {len(filled)} and {' and '.join(tests)})")
    return " or ".join(same) or "false"


def _titles(table: Table) -> str:
    """Texts of the rows above the header, as a list of SQL literals."""
    rows = table.grid.rows(table.place.start, table.header.rows.start)
    texts = [cell for row in rows for cell in row if cell is not None]
    return ", ".join(_continued(_bare(literal(text))) for text in texts) or "null"


def _continued(text: str) -> str:
    """SQL of a title without the word that it continues the page before."""
    return f"regexp_replace({text}, {literal(CONTINUED)}, '')"


def _last_row_of_several_cells(table: Table) -> int:
    """Below it stand only remarks, whatever their cells span."""
    if table.grid.scan:
        return table.place.stop
    for position in range(min(table.place.stop, table.grid.height) - 1, table.header.rows.stop, -1):
        row = table.grid.rows(position, position + 1)[0]
        if sum(cell is not None for cell in row) > 1:
            return position
    return table.header.rows.stop
