"""Finds rows of one source that have the same key."""

from __future__ import annotations

import duckdb

from pipeline.contracts import Contract
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading import NO_FIGURE, Table
from pipeline.shaping.findings import (
    REPEATED_ROW,
    ROWS_WITH_ONE_KEY_DIFFER,
    Refusal,
    rows_differ_in_ignored_columns,
)

# Say nothing about the thing that the row is about.


def refuse_repeated_keys(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table
) -> bool:
    """Refuse rows with one key.

    Rows whose values differ are refused all, each with the others as candidates: which of them is
    right is not ours to guess. Where columns that the entry ignores tell them apart, such as sex or
    age, other rows that say the same there are refused, too: they may be parts of what is meant. Of
    rows that say the same the first stays. Rows that fill different columns complement each other
    and stay.

    Args:
        connection: Holds the views ``loaded`` and ``sheet``.
        source: The source.
        table: Which columns of its file are ignored.

    Returns:
        Whether any row is refused; they still stand in ``loaded``.
    """
    contract = source.contract
    if not contract.key:
        return False
    key = ", ".join(_key_columns(contract))
    # Of six million rows, hashes are counted twice as fast as keys; what they take for alike is
    # looked at below.
    repeated = connection.execute(
        f"select count(*) from (select 1 from loaded group by hash({key}) having count(*) > 1)"
    ).fetchall()[0][0]
    if not repeated:
        return False
    values = [c for c in contract.value_columns if c.name not in (*contract.key, *NO_FIGURE)]
    same_key = f"over (partition by {key})"
    differing = [f"count(distinct {quoted(c.name)}) {same_key} > 1" for c in values]
    shown = (
        "concat_ws(', ', "
        + ", ".join(
            f"{literal(c.name)} || ' ' || cast({quoted(c.name)} as varchar)"
            for c in values
            if not c.personal  # refusals are published
        )
        + ")"
    )
    alike = ", ".join([key, *(quoted(c.name) for c in values)])
    connection.execute(
        f"""
        create or replace temp table repeated as
        select *, array_to_string(list_filter(all_rows, lambda r: r != own_row), '; ') as others
        from (
            select
                source_row, source_sheet, source_letter,
                {"region_code" if contract.has_region else "null::varchar"} as region_code,
                {quoted(contract.as_of) if contract.as_of else "null::date"} as as_of_date,
                {" or ".join(differing) or "false"} as differs,
                row_number() over (partition by {alike} order by source_row) > 1 as is_repetition,
                {shown} as shown,
                'row ' || source_row || ': ' || {shown} as own_row,
                list('row ' || source_row || ': ' || {shown}) {same_key} as all_rows,
                count(*) {same_key} as found_rows
            from loaded
        )
        where found_rows > 1 and (differs or is_repetition)
        """
    )
    apart = _ignored_columns_that_differ(connection, table, key)
    reason = rows_differ_in_ignored_columns(apart) if apart else ROWS_WITH_ONE_KEY_DIFFER
    named = "region_name" if contract.has_region else contract.key[0]
    refused = connection.execute(
        f"""
        insert into audit.rejected_rows by name
        select distinct
            {literal(source.id)} as source_id, source_sheet, source_row,
            region_code, as_of_date, not differs as is_repetition, null::varchar as source_cell,
            {literal(named)} as column_name, shown as found,
            case when differs then {literal(reason.code)}
                else {literal(REPEATED_ROW.code)} end as reason_code,
            case when differs then {literal(reason.parameters)} else '{{}}' end as parameters,
            others as candidates
        from repeated
        """
    ).fetchall()[0][0]
    if apart:
        _refuse_parts(connection, source, named, apart, reason)
    return bool(refused)


def _ignored_columns_that_differ(
    connection: duckdb.DuckDBPyConnection, table: Table, key: str
) -> list[str]:
    """Labels of ignored columns that tell apart all rows of one key with different values.

    A running number tells every row apart, and says nothing of what the row is about. Makes the
    relation ``ignored_cells``: ``source_row`` and ``told_apart``, the texts of those columns.
    """
    header = table.header
    known = header.headings.keys() | header.unpivoted.keys()
    ignored = {i: label for i, label in header.labels.items() if i not in known}
    if not ignored:
        return []
    cells = ", ".join(f"coalesce(c{index}, '') as c{index}" for index in ignored)
    connection.execute(
        f"create or replace temp view ignored_cells as select source_row, {cells} from sheet"
    )
    connection.execute(
        "create or replace temp table differing as"
        f" select source_row, dense_rank() over (order by {key}) as key_number, cells.*"
        " exclude (source_row) from loaded join ignored_cells as cells using (source_row)"
        " where source_row in (select source_row from repeated where differs)"
    )
    tests = ", ".join(
        f"(select coalesce(max(found), 0) > 1 from (select count(distinct c{index}) as found"
        f" from differing group by key_number)), (select not bool_and(regexp_full_match(c{index},"
        f" '[0-9]+')) or count(distinct c{index}) < count(*) from ignored_cells"
        " where source_row in (select source_row from loaded))"
        for index in ignored
    )
    found = connection.execute(f"select {tests}").fetchall()[0]
    varying = [
        index for number, index in enumerate(ignored) if found[2 * number] and found[2 * number + 1]
    ]
    if not varying:
        return []
    texts = ", ".join(f"c{index}" for index in varying)
    are_apart = connection.execute(
        f"select bool_and(told_apart) from (select count(distinct ({texts})) = count(distinct"
        " source_row) as told_apart from differing group by key_number)"
    ).fetchall()[0][0]
    if not are_apart:
        return []
    connection.execute(
        "create or replace temp view told_apart as"
        f" select source_row, concat_ws(chr(31), {texts}) as said from ignored_cells"
    )
    return [ignored[index] for index in varying]


def _refuse_parts(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    named: str,
    labels: list[str],
    reason: Refusal,
) -> None:
    """Refuse rows that say in ignored columns what rows of one key with different values say there.

    One key alone may be a slip; of several, or of half of the rows, the columns part the table.
    """
    contract = source.contract
    connection.execute(
        f"""
        insert into audit.rejected_rows by name
        with parts as (
            select distinct said from told_apart
            where source_row in (select source_row from differing)
        )
        select distinct
            {literal(source.id)} as source_id, source_sheet, source_row,
            {"region_code" if contract.has_region else "null::varchar"} as region_code,
            {quoted(contract.as_of) if contract.as_of else "null::date"} as as_of_date,
            false as is_repetition, null::varchar as source_cell, {literal(named)} as column_name,
            {literal("; ".join(labels))} as found, {literal(reason.code)} as reason_code,
            {literal(reason.parameters)} as parameters, null::varchar as candidates
        from loaded join told_apart using (source_row)
        where said in (from parts) and source_row not in (select source_row from repeated)
            and (select count(distinct key_number) > 1 or count(*) * 2 >=
                (select count(*) from loaded) from differing)
        """
    )


def _key_columns(contract: Contract) -> list[str]:
    named = ["region_code" if name == "region" else quoted(name) for name in contract.key]
    for name, others in contract.key_without.items():
        columns = [
            c for other in others for c in (contract.numbers if other == "numbers" else [other])
        ]
        named += [
            f"case when shaping.identifier({quoted(name)}) is null then {quoted(column)} end"
            for column in columns
        ]
    return named
