"""Writes the SQL that says what each row of a sheet is and hands on its loaded columns as text."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb
import pyarrow as pa

from pipeline.core.sql import literal, parquet_files, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading.cell_tests import bare, has_number, is_marked, matches
from pipeline.reading.doubtful_rows import is_doubtful, is_nameless, names_no_facility
from pipeline.reading.grid import WIDTH, column_names
from pipeline.reading.headings import FACILITY_NAME, NAMING, REGION_NAME
from pipeline.reading.kept_rows import is_kept
from pipeline.reading.layout import Table
from pipeline.reading.ragged_rows import is_ragged
from pipeline.reading.row_words import (
    CONTINUED,
    LONGEST_NAME,
    LONGEST_SECTION,
    NAMED_TOTAL,
    NOTE,
    NUMBERED_NOTE,
    PART,
    PART_OF_A_TOWN,
    SIEVE,
    STATISTIC,
    SUBTOTAL,
    TOTAL,
)

# Types of columns in which a word may say what a row is; in others it is a word out of place.
WORDED = ("text", "code", "term")
CHOSEN_KINDS = ("data", "total", "subtotal", "statistic", "part")  # that an entry may leave out
RAGGED, DOUBTFUL = "ragged_row", "doubtful_row"  # why rows of data are refused


def relate_cells(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: Table,
    is_region: Callable[[str], bool],
) -> None:
    """Make the relation ``cells``: one row per row of the sheet, more where columns are unpivoted.

    Columns: ``source_row`` (as a reader of the file counts, from 1), ``row_kind`` (``data``, or why
    the row is set aside: title, header, total, subtotal, torn_total, statistic, part, section,
    note, where, blank, other_table), ``row_fault`` (why a row of data cannot be taken as it stands:
    ``ragged_row``, ``doubtful_row``, else null), ``row_text`` (all its cells, for rows set aside),
    ``section`` (text of the nearest row above that spans the table), ``source_letter`` (column of
    an unpivoted cell, else null) and one text column per loaded column; null where the cell is
    blank.

    Args:
        connection: Where to make it.
        source: Says what sections and unpivoted columns stand for.
        table: The table.
        is_region: Whether a name means a region that the source may speak about. A row with such a
            name is data, whatever words the name holds.
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
        if grid.widths is not None:
            sheet = sheet.append_column(WIDTH, pa.array(grid.widths, pa.int64()))
        connection.register("sheet_cells", sheet)
        connection.execute("create or replace temp table sheet_rows as from sheet_cells")
        connection.execute("create or replace temp view sheet as from sheet_rows")
        connection.unregister("sheet_cells")
    # Few rows are no data; to know them once is cheaper than to ask it of every row again.
    connection.execute(
        f"create or replace temp table special_rows as {_special_rows(connection, source, table)}"
    )
    _keep_regions(connection, table, is_region)
    statement = _cells(source, table)
    if grid.scan:
        connection.execute(f"create or replace temp view cells as {statement}")
    else:
        connection.execute(f"create or replace temp table laid_out as {statement}")
        connection.execute("create or replace temp view cells as from laid_out")


def _special_rows(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> str:
    """SQL of ``position``, ``row_kind``, ``row_fault`` and ``first_text`` of rows that need them.

    These are the rows that are no data, and those that look like data and are refused.
    """
    texts = _own_cells(table)
    kind = _row_kind(source, table)
    if table.kept:
        # The cells of a ragged row may have moved, so they do not tell whether it is meant.
        kind = (
            f"case when not ({is_kept(table.kept)}) and not is_ragged and ({kind}) in"
            f" ({', '.join(map(literal, CHOSEN_KINDS))}) then 'where' else {kind} end"
        )
    kinds = f"""
select *, {kind} as row_kind
from (
    select
        *,
        coalesce({", ".join(texts)}) as first_text,
        {_first_label(source, table)} as first_label,
        {has_number(source, table)} as has_number,
        {is_ragged(connection, source, table)} as is_ragged,
        {" + ".join(f"({name} is not null)::int" for name in texts)} as filled
    from sheet
)
"""
    doubtful, regular = is_doubtful(source, table)
    return f"""
with kinds as ({kinds}),
rows_of_data as (
    select max(position) as last_regular, {", ".join(regular) or "null as nothing"}
    from kinds
    where row_kind = 'data' and has_number and not {is_marked("first_text")}
        and not {is_nameless(table)}
),
judged as (
    select
        position,
        first_text,
        is_ragged,
        case
            when row_kind = 'data' and not has_number and position > last_regular
                and {is_marked("first_text")} then 'note'
            when row_kind in ('total', 'subtotal') and is_ragged then 'torn_total'
            else row_kind
        end as row_kind,
        case
            when row_kind != 'data' then null
            when is_ragged then {literal(RAGGED)}
            when {doubtful} then {literal(DOUBTFUL)}
        end as row_fault
    from kinds, rows_of_data
)
select * from judged where row_kind != 'data' or row_fault is not null
"""


def _own_cells(table: Table) -> list[str]:
    """Names of the cells of the table; those beside it may belong to another one."""
    return [f"c{index}" for index in table.place.columns]


def _keep_regions(
    connection: duckdb.DuckDBPyConnection, table: Table, is_region: Callable[[str], bool]
) -> None:
    """Take rows for data whose own name, though it holds the word for a total, is that of a region.

    Of a part, 其中:某镇, the rest of the name decides.
    """
    columns = {heading.column: f"c{index}" for index, heading in table.header.headings.items()}
    name = columns.get(REGION_NAME)
    if name is None:
        return
    facility = columns.get(FACILITY_NAME)
    condition = f"{name} is not null"
    if facility:
        other = matches([bare(facility)], TOTAL, SUBTOTAL, STATISTIC, PART)
        condition += f" and not coalesce({other}, false)"
    kinds = "'total', 'subtotal', 'torn_total', 'statistic', 'part'"
    rows = connection.execute(
        f"select distinct {name} from special_rows join sheet using (position)"
        f" where row_kind in ({kinds}) and {condition}"
    ).fetchall()
    kept = [text for (text,) in rows if is_region(text)]
    if kept:
        listed = ", ".join(map(literal, kept))
        connection.execute(
            "update special_rows set row_kind = 'data',"
            f" row_fault = case when is_ragged then {literal(RAGGED)} end"
            f" where row_kind in ({kinds}) and position in"
            f" (select position from sheet where {name} in ({listed}) and {condition})"
        )
        connection.execute("delete from special_rows where row_kind = 'data' and row_fault is null")


def _first_label(source: Source, table: Table) -> str:
    """SQL of the first text of a row that may say what the row is.

    A column that the entry ignores has no say over a row that names something, nor has one whose
    closed list knows a word for the total, nor one by which the entry says which rows are meant.
    """
    columns, headings = source.contract.columns, table.header.headings
    worded = [
        f"c{index}"
        for index, heading in sorted(headings.items())
        if heading.column in NAMING
        or (
            heading.column in columns
            and index not in table.kept
            and _may_be_worded(source, heading.column)
        )
    ]
    naming = [f"c{index}" for index, heading in headings.items() if heading.column in NAMING]
    numbers = {
        *table.header.unpivoted,
        *table.kept,
        *(i for i, h in headings.items() if h.column in columns and columns[h.column].is_number),
    }
    others = [f"c{i}" for i in table.place.columns if i not in numbers]
    nameless = f"case when {' and '.join(f'{c} is null' for c in naming)} then {_first(others)} end"
    return _first([*worded, nameless] if naming and others else worded)


def _may_be_worded(source: Source, name: str) -> bool:
    column = source.contract.columns[name]
    if column.type != "term":
        return column.type in WORDED
    return not any(re.fullmatch(TOTAL, "".join(word.split())) for word in source.words_of(column))


def _first(texts: list[str]) -> str:
    return f"coalesce({', '.join([*texts, 'null'])})"


def _cells(source: Source, table: Table) -> str:
    """SQL of ``cells`` from the relations ``sheet`` and ``special_rows``."""
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
    select sheet.*, coalesce(special.row_kind, 'data') as row_kind,
        special.row_fault, special.first_text
    from sheet left join special_rows as special using (position)
),
sections as (select *, {section} as section from kinds)
select
    source_row,
    row_kind,
    row_fault,
    case when row_kind != 'data' then concat_ws(' | ', {texts}) end as row_text,
    section,
    {", ".join(columns)}
from sections{join}
"""


def _columns(source: Source, table: Table) -> tuple[list[str], str]:
    """SQL of the loaded columns, and of the join that makes a row of every unpivoted cell."""
    header = table.header
    columns = [f"c{i} as {quoted(heading.column)}" for i, heading in header.headings.items()]
    if source.entry.read.sections:
        columns.append(f"section as {quoted(source.entry.read.sections)}")
    if not header.unpivoted:
        return ["null::varchar as source_letter", *columns], ""
    cells = ", ".join(
        _struct(
            {f"name_{number}": literal(name) for number, name in enumerate(heading.names)}
            | {"value": f"c{i}", "letter": literal(heading.letter)}
            | {"measure": literal(heading.column)}
        )
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
        *(
            f"wide.cell.name_{number} as {quoted(name)}"
            for number, name in enumerate(header.names_to)
        ),
        *(
            f"case when wide.cell.measure = {literal(name)} then wide.cell.value end"
            f" as {quoted(name)}"
            for name in dict.fromkeys(heading.column for heading in header.unpivoted.values())
        ),
    ], f", lateral (select unnest({wide}) as cell) as wide"


def _struct(fields: dict[str, str]) -> str:
    """SQL of a struct."""
    return "{" + ", ".join(f"'{name}': {value}" for name, value in fields.items()) + "}"


def _row_kind(source: Source, table: Table) -> str:
    """SQL of what a row is."""
    place, header = table.place, table.header
    first = bare("first_text")
    named = [f"c{i}" for i, h in header.headings.items() if h.column in NAMING]
    texts = ["first_label", *named]
    labels = [bare(text) for text in texts]
    alone = "filled = 1"
    spans_table = f"position in ({', '.join(map(str, sorted(table.wide_rows)))})"
    if source.entry.read.sections:
        spans_table = "true"
    elif not table.wide_rows:
        spans_table = "false"
    last = _last_row_of_several_cells(table)
    strangers = set(range(table.grid.width)) - set(place.columns)
    beside = " or ".join(["false", *(f"c{index} is not null" for index in sorted(strangers))])
    rest = f"""
        when {names_no_facility(source, table)} then 'note'
        when ({alone} or position >= {last} or not has_number)
            and regexp_full_match({first}, {literal(NOTE)}) then 'note'
        when {alone} and position > {last} and (length(first_text) > {LONGEST_NAME}
            or regexp_full_match({first}, {literal(NUMBERED_NOTE)})) then 'note'
        when {alone} and {spans_table} and length(first_text) <= {LONGEST_SECTION}
            and position < {last} then 'section'
        when {alone} and {spans_table} then 'note'
        else 'data'"""
    return f"""case
        when position between {header.rows.start} and {header.rows.stop - 1} then 'header'
        when filled = 0 then case when {beside} then 'other_table' else 'blank' end
        when position < {place.start} or position >= {place.stop} then 'other_table'
        when position < {header.rows.start} then 'title'
        when {_repeated_header(table)} then 'header'
        when {alone} and {_continued(first)} in ({_titles(table)}) then 'title'
        when position = {header.rows.stop} and regexp_full_match({first}, '[|:=-]*-{{2,}}[|:=-]*')
            then 'header'
        when {_may_match(texts)} then case
            when {matches(labels, SUBTOTAL)} then 'subtotal'
            when {matches(labels, TOTAL)} then 'total'
            when {matches([bare(text) for text in named], NAMED_TOTAL)} then 'total'
            when {matches(labels, STATISTIC)} then 'statistic'
            when {matches(labels, PART_OF_A_TOWN)} then 'data'
            when {matches(labels, PART)} then 'part'{rest}
        end{rest}
    end"""


def _may_match(texts: list[str]) -> str:
    """SQL that is false for almost every row of data, at a fraction of the cost."""
    return "(" + " or ".join(f"regexp_matches({text}, {literal(SIEVE)})" for text in texts) + ")"


def _repeated_header(table: Table) -> str:
    """SQL that is true for a row of the header which stands once more, at a page break.

    Whatever it holds stands in its column of the header, too; of a header of several rows it may
    join two, or repeat what a merged cell holds.
    """
    grid, header = table.grid, table.header.rows
    ends = {(span.top, span.left): span.right for span in grid.spans if span.top in header}
    texts: dict[int, set[str]] = {index: set() for index in table.place.columns}
    for number, row in enumerate(grid.rows(header.start, header.stop), header.start):
        for index in table.place.columns:
            if (text := row[index]) is not None:
                for covered in range(index, ends.get((number, index), index) + 1):
                    texts.setdefault(covered, set()).add(text)
    same = [
        f"(c{index} is null or c{index} in ({', '.join(map(literal, sorted(known)))}))"
        if known
        else f"c{index} is null"
        for index, known in texts.items()
        if index in table.place.columns
    ]
    return f"(filled > 1 and {' and '.join(same)})"


def _titles(table: Table) -> str:
    """Texts of the rows above the header, as a list of SQL literals."""
    rows = table.grid.rows(table.place.start, table.header.rows.start)
    texts = [cell for row in rows for cell in row if cell is not None]
    return ", ".join(_continued(bare(literal(text))) for text in texts) or "null"


def _continued(text: str) -> str:
    """SQL of a title without the word that it continues the page before."""
    return f"regexp_replace({text}, {literal(CONTINUED)}, '')"


def _last_row_of_several_cells(table: Table) -> int:
    """Below it stand only remarks, whatever their cells span."""
    if table.grid.scan:
        return table.place.stop
    for position in range(min(table.place.stop, table.grid.height) - 1, table.header.rows.stop, -1):
        row = table.grid.rows(position, position + 1)[0]
        if sum(row[index] is not None for index in table.place.columns) > 1:
            return position
    return table.header.rows.stop
