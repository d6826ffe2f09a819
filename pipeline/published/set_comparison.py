"""Which published figures moved since the build before, and because of which source."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import duckdb

from pipeline.core.database import connect
from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.core.sql import parquet_files, quoted
from pipeline.core.workspace import Workspace
from pipeline.published.figure_marts import FigureMart, figure_marts
from pipeline.values.shown import Figure

Change = Literal["file", "entry", "added", "removed"]
DATES = ("as_of_date", "year", "target_year")


@dataclass(frozen=True)
class Move:
    """One figure that differs between two published sets.

    Attributes:
        mart: Mart that holds it.
        column: Its column.
        grain: Columns of the grain of the mart and their values, blank for null.
        old: Value before; None where there was none.
        new: Value now; None where there is none.
        causes: Sources that changed and that it is or was made from; else ``definition`` where
            code changed, else ``elsewhere``.
    """

    mart: str
    column: str
    grain: dict[str, str]
    old: Figure | None
    new: Figure | None
    causes: tuple[str, ...]

    @property
    def when(self) -> str:
        """Its date or year; blank where no value is known at all."""
        return next((self.grain[name] for name in DATES if self.grain.get(name)), "")

    @property
    def difference(self) -> float | None:
        """New less old; None where the figure appeared or vanished."""
        return None if self.old is None or self.new is None else self.new - self.old


@dataclass(frozen=True)
class Comparison:
    """What differs between two published sets.

    Attributes:
        sources: Source that changed -> what of it: file, entry, added or removed.
        code_changed: Whether anything but raw files changed.
        moves: The figures, in the order of marts and regions.
        incomparable: Marts that one of the two sets lacks, or has with another grain.
    """

    sources: dict[str, tuple[Change, ...]]
    code_changed: bool
    moves: list[Move]
    incomparable: list[str] = field(default_factory=list)


def compare_with_previous(workspace: Workspace, limits: Limits = NO_LIMITS) -> Comparison | None:
    """Compare the published set with the one before it.

    Returns:
        What differs; None where there is no set before.

    Raises:
        UsageError: Nothing is published.
    """
    return compare_sets(workspace.previous_marts, workspace.marts, limits)


def compare_sets(before: Path, now: Path, limits: Limits = NO_LIMITS) -> Comparison | None:
    """Compare two sets of marts.

    Args:
        before: Folder of the older set with its manifest.
        now: Folder of the newer one.
        limits: What DuckDB may take of the machine.

    Returns:
        What differs; None where there is no older set.

    Raises:
        UsageError: There is no newer set.
    """
    old, new = _read_manifest(before), _read_manifest(now)
    if new is None:
        raise UsageError(Message("error.nothing_published", folder=str(now)))
    if old is None:
        return None
    with connect(limits=limits, only=[before, now]) as connection:
        for schema, folder in (("old", before), ("new", now)):
            _attach(connection, schema, folder)
        sources = _changed_sources(connection, old, new)
        code_changed = _code(old) != _code(new)
        moves: list[Move] = []
        incomparable = []
        for mart in figure_marts().values():
            found = _moves_of(connection, mart, sources, code_changed)
            if found is None:
                incomparable.append(mart.name)
            moves += found or []
    return Comparison(sources, code_changed, moves, incomparable)


def _read_manifest(folder: Path) -> dict[str, Any] | None:
    try:
        manifest: dict[str, Any] = json.loads(
            (folder / "manifest.json").read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        return None
    return manifest


def _attach(connection: duckdb.DuckDBPyConnection, schema: str, folder: Path) -> None:
    connection.execute(f"create schema {schema}")
    for mart in (*figure_marts(), "figure_lineage", "load_audit"):
        path = folder / f"{mart}.parquet"
        if path.is_file():
            connection.execute(f"create view {schema}.{mart} as from {parquet_files([path])}")


def _code(manifest: dict[str, Any]) -> dict[str, str]:
    inputs: dict[str, str] = manifest["inputs"]
    return {path: sha for path, sha in inputs.items() if not path.startswith("raw/")}


def _changed_sources(
    connection: duckdb.DuckDBPyConnection, old: dict[str, Any], new: dict[str, Any]
) -> dict[str, tuple[Change, ...]]:
    """Source -> what of it changed: its file, or what is said about it."""

    def checksums(schema: str) -> dict[str, str]:
        return dict(
            connection.execute(f"select source_id, sha256 from {schema}.load_audit").fetchall()
        )

    files = checksums("old"), checksums("new")
    # sets of before there were checksums of entries are compared by their files alone
    known = "entries" in old and "entries" in new
    entries = (old["entries"], new["entries"]) if known else ({}, {})
    changed = {}
    for source in sorted(files[0].keys() | files[1].keys()):
        parts: list[Change] = []
        if files[0].get(source) != files[1].get(source):
            parts.append("file")
        if entries[0].get(source) != entries[1].get(source):
            parts.append("entry")
        if source not in files[0]:
            parts = ["added"]
        elif source not in files[1]:
            parts = ["removed"]
        if parts:
            changed[source] = tuple(parts)
    return changed


def _moves_of(
    connection: duckdb.DuckDBPyConnection,
    mart: FigureMart,
    sources: Iterable[str],
    code_changed: bool,
) -> list[Move] | None:
    """Figures of one mart that differ; None where the two sets cannot be compared."""
    sets = {schema: _columns_of(connection, schema, mart.name) for schema in ("old", "new")}
    if any(not set(mart.grain) <= known for known in sets.values()):
        return None
    for schema, known in sets.items():
        figures = [quoted(name) for name in mart.columns if name in known]
        key = ", ".join(f"coalesce(cast({quoted(name)} as varchar), '')" for name in mart.grain)
        doubles = ", ".join(f"cast({name} as double) as {name}" for name in figures)
        connection.execute(
            f"create or replace temp table {schema}_figures as"
            f" unpivot (select concat_ws('|', {key}) as figure_key, {doubles}"
            f" from {schema}.{mart.name})"
            f" on {', '.join(figures)} into name figure_column value figure_value"
        )
    moved = connection.execute(MOVED, [mart.name, mart.name, sorted(sources)]).fetchall()
    otherwise = ["definition"] if code_changed else ["elsewhere"]
    return [
        Move(
            mart.name,
            column,
            dict(zip(mart.grain, key.split("|"), strict=True)),
            old,
            new,
            tuple(causes or otherwise),
        )
        for key, column, old, new, causes in moved
    ]


def _columns_of(connection: duckdb.DuckDBPyConnection, schema: str, mart: str) -> set[str]:
    found = connection.execute(
        "select column_name from information_schema.columns"
        " where table_schema = ? and table_name = ?",
        [schema, mart],
    ).fetchall()
    return {name for (name,) in found}


# A count rests on several sources, which its lineage lists in one text.
MOVED = """
with lineage as (
    select figure_key, figure_column, unnest(string_split(source_id, '; ')) as source_id
    from old.figure_lineage where mart = ?
    union
    select figure_key, figure_column, unnest(string_split(source_id, '; '))
    from new.figure_lineage where mart = ?
),

causes as (
    select figure_key, figure_column, list(distinct source_id order by source_id) as causes
    from lineage
    where list_contains(?, source_id)
    group by figure_key, figure_column
)

select
    figure_key,
    figure_column,
    old_figures.figure_value,
    new_figures.figure_value,
    causes
from old_figures
full join new_figures using (figure_key, figure_column)
left join causes using (figure_key, figure_column)
where old_figures.figure_value is distinct from new_figures.figure_value
order by figure_key, figure_column
"""
