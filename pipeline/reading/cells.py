"""Writes the SQL that says what each row of a sheet is and hands on its loaded columns as text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

import duckdb
import pyarrow as pa

from pipeline.core.sql import literal, parquet_files, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading.grid import WIDTH, column_letter, column_names
from pipeline.reading.headings import FACILITY_NAME, NAMING, REGION_NAME
from pipeline.reading.kept_rows import is_kept
from pipeline.reading.layout import Table
from pipeline.reading.row_words import (
    CONTINUED,
    COUNTED,
    FACILITY,
    FOOTER,
    LONGEST_NAME,
    LONGEST_SECTION,
    MARKED,
    NO_FACILITY,
    NOTE,
    NUMBERED_NOTE,
    PART,
    PART_OF_A_TOWN,
    SIEVE,
    STATISTIC,
    SUBTOTAL,
    TOTAL,
)

NOTE_COLUMN = "note"
# Types of columns in which a word may say what a row is; in others it is a word out of place.
WORDED = ("text", "code", "term")
NO_NAME = "[^\\p{L}]*[年月日号第]?([^\\p{L}]*[年月日号])*[^\\p{L}]*"  # 2025年1月, 123
SHORTEST_PAIR = 8  # digits of two numbers without the delimiter between them
CHOSEN_KINDS = ("data", "total", "subtotal", "statistic", "part")  # that an entry may leave out
SEVERAL = 3  # short rows that end with a number that fits its column: blanks are left out here
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
    ragged = _is_ragged(connection, source, table)
    kind = _row_kind(source, table)
    if table.kept:
        # The cells of a ragged row may have moved, so they do not tell whether it is meant.
        kind = (
            f"case when not ({is_kept(table.kept)}) and not {ragged} and ({kind}) in"
            f" ({', '.join(map(literal, CHOSEN_KINDS))}) then 'where' else {kind} end"
        )
    kinds = f"""
select *, {kind} as row_kind
from (
    select
        *,
        coalesce({", ".join(texts)}) as first_text,
        {_first_label(source, table)} as first_label,
        {_has_number(source, table)} as has_number,
        {" + ".join(f"({name} is not null)::int" for name in texts)} as filled
    from sheet
)
"""
    doubtful, regular = _is_doubtful(source, table)
    return f"""
with kinds as ({kinds}),
rows_of_data as (
    select max(position) as last_regular, {", ".join(regular) or "null as nothing"}
    from kinds
    where row_kind = 'data' and has_number and not {_is_marked("first_text")}
        and not {_is_nameless(table)}
),
judged as (
    select
        position,
        first_text,
        case
            when row_kind = 'data' and not has_number and position > last_regular
                and {_is_marked("first_text")} then 'note'
            when row_kind in ('total', 'subtotal') and {ragged} then 'torn_total'
            else row_kind
        end as row_kind,
        case
            when row_kind != 'data' then null
            when {ragged} then {literal(RAGGED)}
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
        other = _matches([_bare(facility)], TOTAL, SUBTOTAL, STATISTIC, PART)
        condition += f" and not coalesce({other}, false)"
    rows = connection.execute(
        f"select distinct {name} from special_rows join sheet using (position)"
        " where row_kind in ('total', 'subtotal', 'torn_total', 'statistic', 'part')"
        f" and {condition}"
    ).fetchall()
    kept = [text for (text,) in rows if is_region(text)]
    if kept:
        listed = ", ".join(map(literal, kept))
        connection.execute(
            "delete from special_rows where row_kind in"
            " ('total', 'subtotal', 'statistic', 'part') and position in"
            f" (select position from sheet where {name} in ({listed}) and {condition})"
        )
        connection.execute(
            f"update special_rows set row_kind = 'data', row_fault = {literal(RAGGED)}"
            " where row_kind = 'torn_total' and position in"
            f" (select position from sheet where {name} in ({listed}) and {condition})"
        )


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


def _number_cells(source: Source, table: Table) -> list[str]:
    columns = source.contract.columns
    return [
        *(
            f"c{index}"
            for index, heading in table.header.headings.items()
            if heading.column in columns and columns[heading.column].is_number
        ),
        *(f"c{index}" for index in table.header.unpivoted),
    ]


def _has_number(source: Source, table: Table) -> str:
    """SQL that is true for a row with a digit in a column of numbers; true where there is none."""
    cells = _number_cells(source, table)
    digit = literal("[0-9\uff10-\uff19〇零一二两三四五六七八九十百]")
    found = [f"coalesce(regexp_matches({cell}, {digit}), false)" for cell in cells]
    return f"({' or '.join(found) or 'true'})"


def _is_marked(text: str) -> str:
    return f"coalesce(regexp_full_match({_bare(text)}, {literal(MARKED)}), false)"


def _is_nameless(table: Table) -> str:
    """SQL that is true where the name of a facility is none: a number, a date, 无, a footer."""
    names = [f"c{i}" for i, h in table.header.headings.items() if h.column == FACILITY_NAME]
    none = f"{NO_NAME}|{NO_FACILITY}|{FOOTER}"
    found = [f"coalesce(regexp_full_match({_bare(n)}, {literal(none)}), false)" for n in names]
    return found[0] if found else "false"


def _names_no_facility(source: Source, table: Table) -> str:
    """SQL that is true for a row that says that there is none: 无 as a name, no number but 0."""
    names = [f"c{i}" for i, h in table.header.headings.items() if h.column == FACILITY_NAME]
    if not names:
        return "false"
    digit = literal("[1-9\uff11-\uff19一二两三四五六七八九十百]")
    counted = [
        f"coalesce(regexp_matches({c}, {digit}), false)" for c in _number_cells(source, table)
    ]
    found = f"coalesce(regexp_full_match({_bare(names[0])}, {literal(NO_FACILITY)}), false)"
    return f"({' and '.join([found, *(f'not {cell}' for cell in counted)])})"


def _is_doubtful(source: Source, table: Table) -> tuple[str, list[str]]:
    """SQL of whether a row of a list of facilities may be a line below the list.

    Below the last row with a number, a row that leaves blank what all rows with numbers fill, that
    counts something, or that fills one cell alone, may be a footer or a facility of which little
    is known. So may a row with a number whose name is like no other, and that leaves blank what
    the others fill: 未分类, 100. Such rows are neither loaded nor dropped. Where the file names a
    region in the row, the region decides.

    Returns:
        The condition, and the columns of the rows of data that it needs.
    """
    columns = {h.column: f"c{index}" for index, h in table.header.headings.items()}
    name = columns.get(FACILITY_NAME)
    numbers = _number_cells(source, table)
    if name is None:
        return "false", []
    nameless = _is_nameless(table)
    if not numbers:
        return nameless, []
    regions = [columns[c] for c in (REGION_NAME, "region_code") if c in columns]
    about = {name, *regions, *numbers, columns.get("row_no"), columns.get(NOTE_COLUMN)}
    others = [cell for cell in columns.values() if cell not in about]
    always = [f"bool_and({cell} is not null) as always_{cell}" for cell in others]
    always += [f"count(*) - count({cell}) as blank_{cell}" for cell in others]
    always += ["count(*) as regular_rows"] if others else []
    lacks = [f"(always_{cell} and {cell} is null)" for cell in others]
    loaded = [*columns.values(), *(f"c{index}" for index in table.header.unpivoted)]
    counts = " and ".join(
        f"coalesce(regexp_full_match({_bare(cell)}, {literal(COUNTED)}), true)" for cell in loaded
    )
    placeless = " and ".join(["true", *(f"{cell} is null" for cell in regions)])
    known = f"coalesce(regexp_matches({name}, {literal(FACILITY)}), false)"
    filled = " + ".join(f"({cell} is not null)::int" for cell in loaded)
    alone = f"({filled} <= 1)"
    bare = f"(not {known} and {filled} <= 2)"
    unlike = " or ".join(
        [
            *lacks,
            *([bare] if len(loaded) > 2 else []),
            f"({counts})",
            *([alone] if len(loaded) > 1 else []),
        ]
    )
    marked = _is_marked("first_text")
    below = (
        f"(position > last_regular and {placeless}"
        f" and (case when has_number then {marked} else {unlike} end))"
    )
    odd = " or ".join(
        f"({cell} is null and blank_{cell} <= 3 and blank_{cell} * 2 < regular_rows)"
        for cell in others
    )
    stray = f"(has_number and {placeless} and ({odd}) and not {known})"
    pointing = f"(not has_number and {marked} and {placeless})"
    judged = [nameless, below, pointing, *([stray] if others else [])]
    return f"({' or '.join(judged)})", always


def _is_ragged(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> str:
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
    joined = _joined_numbers(connection, source, table, usual)
    return found + [f"({WIDTH} < {usual} and {condition})" for condition in joined]


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
    numbers, labels = _number_cells(source, table), table.header.labels
    if not numbers:
        return []
    following = [f"c{int(cell[1:]) + 1}" for cell in numbers if int(cell[1:]) + 1 in labels]
    asked = sorted({*numbers, *following})
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
        beside = whole.get(f"c{int(cell[1:]) + 1}")
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
    numbers = set(_number_cells(source, table))
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
    first = _bare("first_text")
    named = [f"c{i}" for i, h in header.headings.items() if h.column in NAMING]
    texts = ["first_label", *named]
    labels = [_bare(text) for text in texts]
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
        when {_names_no_facility(source, table)} then 'note'
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
            when {_matches(labels, SUBTOTAL)} then 'subtotal'
            when {_matches(labels, TOTAL)} then 'total'
            when {_matches(labels, STATISTIC)} then 'statistic'
            when {_matches(labels, PART_OF_A_TOWN)} then 'data'
            when {_matches(labels, PART)} then 'part'{rest}
        end{rest}
    end"""


def _bare(text: str) -> str:
    return f"regexp_replace({text}, '[\\s\\x{{3000}}]', '', 'g')"


def _matches(texts: list[str], *patterns: str) -> str:
    found = [
        f"regexp_full_match({text}, {literal(pattern)})" for text in texts for pattern in patterns
    ]
    return f"({' or '.join(found)})"


def _may_match(texts: list[str]) -> str:
    """SQL that is false for almost every row of data, at a fraction of the cost."""
    return "(" + " or ".join(f"regexp_matches({text}, {literal(SIEVE)})" for text in texts) + ")"


def _repeated_header(table: Table) -> str:
    """SQL that is true for a row of the header which stands once more, at a page break."""
    rows = table.grid.rows(table.header.rows.start, table.header.rows.stop)
    same = []
    for row in rows:
        cells = [(index, row[index]) for index in table.place.columns]
        filled = [(index, text) for index, text in cells if text is not None]
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
        if sum(row[index] is not None for index in table.place.columns) > 1:
            return position
    return table.header.rows.stop
