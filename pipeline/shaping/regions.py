"""Resolves the region of every row, each distinct way of naming one once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import duckdb
import pyarrow as pa

from pipeline.contracts.loader import REGION
from pipeline.core.messages import Message
from pipeline.dossier_files.source import PARENT_REGION, Source
from pipeline.reading import Table
from pipeline.shaping.findings import AMBIGUOUS_REGION_NAME, UNKNOWN_REGION_NAME
from pipeline.shaping.parsing import text_of
from pipeline.shaping.region_index import ListedRegion, RegionIndex, Resolution

SCHEMA = pa.schema(
    [
        (name, pa.string())
        for name in (
            *("code", "name", "section"),
            *("resolved_code", "column_name", "reason_code", "parameters", "found", "candidates"),
        )
    ]
)

MOST_INDEXES = 8  # of a nation one takes 50 MB
_indexes: dict[tuple[object, ...], RegionIndex] = {}


def build_region_index(connection: duckdb.DuckDBPyConnection, source: Source) -> RegionIndex:
    """Index the regions that a source may speak about; sources that may of the same share one.

    Args:
        connection: Holds what ``pipeline.warehouse.load.index_regions`` collects.
        source: Real or fictional, perhaps with a parent region.
    """
    parent = source.entry.constants.get(PARENT_REGION)
    lists = connection.execute("select checksum from shaping.region_lists").fetchall()
    key = (*lists[0], source.fictional, parent)
    if key not in _indexes:
        while len(_indexes) >= MOST_INDEXES:
            del _indexes[next(iter(_indexes))]
        _indexes[key] = _index_regions(connection, fictional=source.fictional, parent=parent)
    return _indexes[key]


def _index_regions(
    connection: duckdb.DuckDBPyConnection, *, fictional: bool, parent: str | None
) -> RegionIndex:
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
        (ListedRegion(*row) for row in names), ancestors, fictional=fictional, parent=parent
    )


def resolve_regions(
    connection: duckdb.DuckDBPyConnection, source: Source, table: Table, index: RegionIndex
) -> list[Message]:
    """Make the relation ``region_resolved``: one row per distinct code, name and section.

    Columns: ``code``, ``name`` and ``section`` as they stand in ``cells``; ``resolved_code``, or
    ``column_name``, ``reason_code``, ``parameters``, ``found`` and ``candidates`` that tell why
    there is none.

    Returns:
        What a person should know of the codes.
    """
    code, name = (text_of(source.contract.columns[column], source, table) for column in REGION)
    rows = connection.execute(
        f"select distinct {code}, {name}, section from cells where row_kind = 'data'"
    ).fetchall()
    found = _with_suggestions(rows, [index.resolve(*row) for row in rows], index)
    refusals = [resolution.refusal for resolution in found]
    columns = [
        *(zip(*rows, strict=True) if rows else ((), (), ())),
        [resolution.code for resolution in found],
        [resolution.column for resolution in found],
        [refusal and refusal.code for refusal in refusals],
        [refusal and refusal.parameters for refusal in refusals],
        [resolution.found for resolution in found],
        [resolution.candidates for resolution in found],
    ]
    connection.register("region_records", pa.table(columns, SCHEMA))
    connection.execute(
        "create or replace temp table region_resolved as select * from region_records"
    )
    connection.unregister("region_records")
    reduced = sorted({(r.written, r.code) for r in found if r.written and r.code})
    if not reduced:
        return []
    written, shown = reduced[0]
    return [Message("note.reduced_codes", number=len(reduced), written=written, code=shown)]


def _with_suggestions(
    rows: list[tuple[str | None, str | None, str | None]],
    found: list[Resolution],
    index: RegionIndex,
) -> list[Resolution]:
    """Resolutions of code, name and section, with what names without a region may mean."""
    parents = [index.parent_of(resolution.code) for resolution in found if resolution.code]
    beside = {code for code in parents if code is not None}
    return [
        replace(resolution, candidates=index.suggest(name, section, beside))
        if name is not None and resolution.refusal in (UNKNOWN_REGION_NAME, AMBIGUOUS_REGION_NAME)
        else resolution
        for (_, name, section), resolution in zip(rows, found, strict=True)
    ]
