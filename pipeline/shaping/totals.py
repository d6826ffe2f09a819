"""Totals that a file states: recognised, never added, and held against the sum of their rows."""

from __future__ import annotations

from decimal import Decimal

import duckdb

from pipeline.contracts import Column
from pipeline.contracts.loader import REGION
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.source import Source
from pipeline.reading import Table
from pipeline.shaping.statement import Statement

RATES = ("ratio", "places_per_1000", "places_per_child")  # are never added
_TOLD_OF_REPORTED = ("indicator", "as_of", "kind")  # what each row of reported figures is about
MOST_NAMELESS_ROWS = 20  # a table with more of them is no table with a total


def set_unlabelled_totals_aside(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, statement: Statement
) -> int:
    """Mark rows that name nothing, and whose numbers are sums of the rows above, as totals.

    The sum is that of all rows above, of those since the last total or section, or of those of the
    same region; of the same year or day, where the row gives one.

    Args:
        connection: Holds ``laid_out`` and what ``statement`` reads.
        source: The source.
        table: Its columns; a table too large for memory is not searched.
        statement: Types the rows.

    Returns:
        How many rows were marked.
    """
    in_file = [heading.column for heading in table.header.loaded]
    columns = source.contract.columns
    counts = [c.name for c in _counts(source) if c.name in in_file]
    spoken = {n for n in in_file if not columns[n].is_number and n != "row_no"}
    periods = [n for n in in_file if columns[n].type in ("year", "date")]
    # The region of a row of a list is that of its facility, and does not name the facility.
    regions = [n for n in REGION if n in in_file and "facility_name" in in_file]
    named = [quoted(n) for n in in_file if n in spoken - {*periods, *regions}]
    if not counts or not named or table.header.unpivoted or table.grid.scan:
        return 0
    nameless = f"row_kind = 'data' and row_fault is null and coalesce({', '.join(named)}) is null"
    rows = connection.execute(f"select count(*) from cells where {nameless}").fetchall()[0][0]
    if not 0 < rows <= MOST_NAMELESS_ROWS:
        return 0
    numbers = ", ".join(quoted(name) for name in (*counts, *periods))
    region = "region_code" if regions else "null::varchar"
    groups = {"of_all": "true", "of_part": "above.source_row > since"}
    groups |= {"of_region": "above.region = total.region"} if regions else {}
    sums = ", ".join(
        f"sum(above.{quoted(n)}) filter ({condition}) as {quoted(f'{group} {n}')}"
        for group, condition in groups.items()
        for n in counts
    )
    added = ", ".join(
        f"count(*) filter ({condition}) as {quoted(f'{group} rows')}"
        for group, condition in groups.items()
    )
    equal = " or ".join(
        "("
        + " and ".join(
            [
                f"{quoted(f'{group} rows')} > 1",
                *(
                    f"(total.{quoted(n)} is null or total.{quoted(n)} ="
                    f" summed.{quoted(f'{group} {n}')})"
                    for n in counts
                ),
            ]
        )
        + ")"
        for group in groups
    )
    same = " and ".join(
        ["true", *(f"coalesce(total.{quoted(n)} = above.{quoted(n)}, true)" for n in periods)]
    )
    connection.execute(
        f"""
        create or replace temp table unlabelled_totals as
        with typed as (
            select source_row, {region} as region, {numbers}
            from ({statement.typed}) where row_kind = 'data' and source_row not in (
                select source_row from cells where row_fault is not null
            )
        ),
        nameless as (select source_row from cells where {nameless}),
        bounds as (
            from nameless union
            select source_row from cells where row_kind in ('total', 'subtotal', 'section')
        ),
        total as (
            select *, coalesce((select max(bounds.source_row) from bounds
                where bounds.source_row < typed.source_row), 0) as since
            from typed where source_row in (from nameless)
        ),
        summed as (
            select total.source_row, {sums}, {added}
            from total join typed as above on above.source_row < total.source_row
                and above.source_row not in (from nameless) and {same}
            group by total.source_row
        )
        select total.source_row
        from total join summed using (source_row)
        where coalesce({", ".join("total." + quoted(n) for n in counts)}) > 0 and ({equal})
        """
    )
    shown = ", ".join(quoted(name) for name in in_file)
    connection.execute(
        f"update laid_out set row_kind = 'total', row_text = concat_ws(' | ', {shown})"
        " where source_row in (from unlabelled_totals)"
    )
    found: int = connection.execute("select count(*) from unlabelled_totals").fetchall()[0][0]
    return found


def keep_stated_totals(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    table: Table,
    statement: Statement,
    origin: str,
) -> None:
    """Keep the numbers of total rows, each with the sum of the loaded rows that it is about.

    A total is about all rows, or about those since the total or section above it (a subtotal also
    about those since the subtotal above): whichever adds up; where neither does, about all rows
    for the last total and about those since the one above for any other. Rows of another year, day
    or category than the total's own are left out; where the total names no year or category and the
    rows are of several, nothing is held against it. Reported figures are of one indicator, day and
    kind besides, and are added only where each is a plain count of a region that stands once, all
    of one level.

    Args:
        connection: Holds ``cells``, the view ``loaded`` and what ``statement`` reads.
        source: The source.
        table: Its columns.
        statement: Types the rows.
        origin: SQL of source and sheet.
    """
    in_file = {heading.column: heading for heading in table.header.loaded}
    kept = [c for c in source.contract.columns.values() if c.is_number and c.name in in_file]
    shared = [n for n in ("year", "category") if n in source.contract.columns]
    days = [source.contract.as_of] if source.contract.as_of in source.contract.columns else []
    about = [
        f"typed.{n}" if n in shared else f"null::{kind} as {n}"
        for n, kind in (("year", "integer"), ("category", "varchar"))
    ]
    connection.execute(
        f"create or replace temp table typed_totals as select * from ({statement.typed})"
        " where row_kind in ('total', 'subtotal')"
    )
    for column in kept:
        number = quoted(column.name)
        is_reported = column.qualifier_in is not None
        told = [*shared, *(_TOLD_OF_REPORTED if is_reported else ())]
        named = dict.fromkeys([*told, *days])
        same = " and ".join(f"coalesce(stated.{n} = loaded.{n}, true)" for n in named) or "true"
        unclear = [
            f"(any_value(stated.{n}) is null and count(distinct loaded.{n}) > 1)" for n in told
        ]
        is_count = is_reported or column in _counts(source)
        added = f"loaded.{number}" if is_count else "null::bigint"
        unit = table.units.get(column.name)
        step = unit.factor if unit else 0
        # a number merged over several rows counts once
        loaded = (
            "(from loaded where source_row not in"
            " (select source_row from raw.merged_cells where source_id ="
            f" {literal(source.id)} and column_name = {literal(column.name)}))"
        )
        plain = "true"
        if is_reported:
            factor = unit.factor if unit else Decimal(1)
            plain = _is_plain_count(column, "typed", factor)
            unclear += ["not any_value(stated.is_plain)", "not bool_and(loaded.is_plain)"]
            unclear += [
                "count(distinct loaded.level) > 1",
                f"bool_or(loaded.indicator_unit in {RATES})",
            ]
            unclear += ["count(*) > count(distinct loaded.region_code)"]
            loaded = (
                f"(select loaded.*, {_is_plain_count(column, 'loaded', factor)} as is_plain,"
                " listed.level, indicators.indicator_unit"
                f" from {loaded} as loaded join cells on cells.source_row = loaded.source_row"
                " and cells.source_letter is not distinct from loaded.source_letter"
                " left join shaping.region_parents as listed"
                " on listed.region_code = loaded.region_code"
                f" left join ({_units_of_indicators(source)}) as indicators"
                " on indicators.indicator = loaded.indicator)"
            )
        connection.execute(
            f"""
            insert into raw.stated_totals by name
            with bounds as (
                select distinct source_row, row_kind from cells
                where row_kind in ('total', 'subtotal', 'section')
            ),
            stated as (
                select
                    typed.source_row, typed.source_letter, typed.row_kind, typed.{number} as value,
                    shaping.clean(cells.{number}) as found,
                    {", ".join([*about, *(f"typed.{n}" for n in named if n not in shared)])},
                    {plain} as is_plain,
                    coalesce((select max(above.source_row) from bounds as above
                        where above.source_row < typed.source_row
                            and (typed.row_kind = 'subtotal' or above.row_kind != 'subtotal')),
                        0) as since,
                    typed.source_row = (select max(other.source_row) from bounds as other
                        where other.row_kind = 'total') as is_last
                from typed_totals as typed
                join cells on cells.source_row = typed.source_row
                    and cells.source_letter is not distinct from typed.source_letter
                where shaping.clean(cells.{number}) is not null
            ),
            summed as (
                select
                    stated.*,
                    sum({added}) as of_all,
                    count({added}) as rows_of_all,
                    sum({added}) filter (loaded.source_row > since
                        and loaded.source_row < stated.source_row) as of_part,
                    count({added}) filter (loaded.source_row > since
                        and loaded.source_row < stated.source_row) as rows_of_part,
                    coalesce({" or ".join(unclear) or "false"}, false) as is_unclear
                from stated left join {loaded} as loaded on {same}
                group by all
            ),
            chosen as (
                select *, row_kind = 'total' and (coalesce(value = of_all, false)
                    or (is_last and value is distinct from of_part)) as is_of_all
                from summed
            )
            select
                {origin}, source_row, source_letter, row_kind,
                {literal(column.name)} as column_name,
                value, found, year, category,
                case when is_unclear then null when is_of_all then of_all else of_part end
                    as sum_of_rows,
                case when is_of_all then rows_of_all else rows_of_part end as added_rows,
                {step} * added_rows / 2 as tolerance
            from chosen
            """
        )


def _is_plain_count(column: Column, row: str, factor: Decimal) -> str:
    """Whether a number of a row is exact and stands in its cell as digits."""
    digits = f"replace(shaping.clean(cells.{quoted(column.name)}), ',', '')"
    written = f"try_cast({digits} as decimal(24, 6)) * {factor}"
    return (
        f"coalesce({row}.{quoted(column.qualifier_in or '')} is null"
        f" and {written} = {row}.{quoted(column.name)}, false)"
    )


def _units_of_indicators(source: Source) -> str:
    units = ", ".join(
        f"({literal(code)}, {literal(spec['unit'])})"
        for code, spec in source.contracts.indicators.items()
    )
    return f"select * from (values {units}) as units (indicator, indicator_unit)"


def _counts(source: Source) -> list[Column]:
    """Columns whose numbers may be added."""
    columns = source.contract.columns.values()
    return [c for c in columns if c.is_number and c.unit and c.unit not in RATES]


def find_rows_like_totals(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table
) -> list[int]:
    """Rows with a name of their own whose numbers are the sums of all rows above.

    They are loaded, because a name is better evidence than a sum; a person should look at them.

    Args:
        connection: Holds the view ``loaded``.
        source: The source.
        table: Its columns; a table too large for memory is not searched.

    Returns:
        Their numbers in the file, at most ten.
    """
    in_file = [heading.column for heading in table.header.loaded]
    counts = [c.name for c in _counts(source) if c.name in in_file]
    if not counts or table.header.unpivoted or table.grid.scan:
        return []
    columns = source.contract.columns
    periods = [n for n in in_file if columns[n].type in ("year", "date", "term")]
    parts = ", ".join(quoted(n) for n in periods)
    above = (
        f"over ({f'partition by {parts} ' if parts else ''}order by source_row"
        " rows between unbounded preceding and 1 preceding)"
    )
    sums = ", ".join(f"sum({quoted(n)}) {above} as {quoted(f'sum {n}')}" for n in counts)
    equal = " and ".join(
        f"({quoted(n)} is null or {quoted(n)} = {quoted(f'sum {n}')})" for n in counts
    )
    some = " or ".join(f"{quoted(n)} > 0" for n in counts)
    rows = connection.execute(
        f"select source_row from (select *, {sums}, count(*) {above} as rows_above from loaded)"
        f" where rows_above > 1 and {equal} and ({some}) order by source_row limit 10"
    ).fetchall()
    return [row for (row,) in rows]
