"""Finds rows of one source that have the same key."""

from __future__ import annotations

import duckdb

from pipeline.contracts import Contract
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.source import Source
from pipeline.shaping.findings import REPEATED_ROW, ROWS_WITH_ONE_KEY_DIFFER

# Say nothing about the thing that the row is about.
ASIDE = ("row_no", "note", "locator")


def refuse_repeated_keys(connection: duckdb.DuckDBPyConnection, source: Source) -> bool:
    """Refuse rows with one key.

    Rows whose values differ are refused all, each with the others as candidates: which of them is
    right is not ours to guess. Of rows that say the same the first stays. Rows that fill different
    columns complement each other and stay.

    Args:
        connection: Holds the view ``loaded``.
        source: The source.

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
    values = [c for c in contract.value_columns if c.name not in (*contract.key, *ASIDE)]
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
    named = "region_name" if contract.has_region else contract.key[0]
    refused = connection.execute(
        f"""
        insert into audit.rejected_rows by name
        select distinct
            {literal(source.id)} as source_id, source_sheet, source_row,
            region_code, as_of_date, not differs as is_repetition, null::varchar as source_cell,
            {literal(named)} as column_name, shown as found,
            case when differs then {literal(ROWS_WITH_ONE_KEY_DIFFER.code)}
                else {literal(REPEATED_ROW.code)} end as reason_code,
            '{{}}' as parameters, others as candidates
        from repeated
        """
    ).fetchall()[0][0]
    return bool(refused)


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
