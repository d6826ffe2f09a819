"""Resolves the region of every row, each distinct way of naming one once."""

from __future__ import annotations

from collections import defaultdict

import duckdb
import pyarrow as pa

from pipeline.contracts.loader import REGION
from pipeline.reading import Table
from pipeline.shaping.parsing import text_of
from pipeline.shaping.region_index import Region, RegionIndex
from pipeline.sources import PARENT_REGION, Source

SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            *("code", "name", "section"),
            *("resolved_code", "column_name", "reason", "next_step", "found", "candidates"),
        )
    ]
)


def build_region_index(connection: duckdb.DuckDBPyConnection, source: Source) -> RegionIndex:
    """Index the regions that a source may speak about.

    Args:
        connection: Holds ``shaping.region_names`` and ``shaping.region_parents``.
        source: Real or fictional, perhaps with a parent region.
    """
    names = connection.execute(
        "select region_code, region_name, is_alias, is_fictional from shaping.region_names"
    ).fetchall()
    parents = dict(
        connection.execute("select region_code, parent_code from shaping.region_parents").fetchall()
    )
    ancestors: dict[str, list[str]] = defaultdict(list)
    for code in parents:
        above = parents[code]
        while above is not None and above not in (code, *ancestors[code]):
            ancestors[code].append(above)
            above = parents.get(above)
    return RegionIndex(
        (Region(*row) for row in names),
        ancestors,
        fictional=source.fictional,
        parent=source.entry.constants.get(PARENT_REGION),
    )


def resolve_regions(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, index: RegionIndex
) -> None:
    """Make the relation ``region_resolved``: one row per distinct code, name and section.

    Columns: ``code``, ``name`` and ``section`` as they stand in ``cells``; ``resolved_code``, or
    ``column_name``, ``reason``, ``next_step``, ``found`` and ``candidates`` that tell why none.
    """
    code, name = (text_of(source.contract.columns[column], source, table) for column in REGION)
    rows = connection.execute(
        f"select distinct {code}, {name}, section from cells where row_kind = 'data'"
    ).fetchall()
    records = []
    for code_text, name_text, section in rows:
        found = index.resolve(code_text, name_text, section)
        reason, next_step = found.reason or (None, None)
        records.append(
            {
                "code": code_text,
                "name": name_text,
                "section": section,
                "resolved_code": found.code,
                "column_name": found.column,
                "reason": reason,
                "next_step": next_step,
                "found": found.found,
                "candidates": found.candidates,
            }
        )
    connection.register("region_records", pa.Table.from_pylist(records, SCHEMA))
    connection.execute(
        "create or replace temp table region_resolved as select * from region_records"
    )
    connection.unregister("region_records")
