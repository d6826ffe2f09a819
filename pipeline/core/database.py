"""The one place that opens DuckDB: nothing is downloaded, and files are read as they are now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.settings import NO_LIMITS, Limits

# What is needed is built in. All connections to one file must have the same; dbt's are in
# dbt_project/profiles.yml.
CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    # It mixes old and new bytes of a file that was replaced a moment ago: rows of a source after
    # its refused ones were left out, marts of a new build while a notebook is open.
    "enable_external_file_cache": False,
}


def connect(
    path: Path | None = None,
    limits: Limits = NO_LIMITS,
    *,
    read_only: bool = False,
    only: Iterable[Path] | None = None,
) -> duckdb.DuckDBPyConnection:
    """Open a warehouse.

    Args:
        path: The file; None for one in memory.
        limits: What it may take of the machine.
        read_only: Whether nothing may be written to it.
        only: Folders outside of which no statement may read or write a file; None for all files.

    Raises:
        UsageError: A limit is none.
        duckdb.Error: The file is no warehouse, or another process writes to it.
    """
    try:
        connection = duckdb.connect(
            ":memory:" if path is None else str(path),
            read_only=read_only,
            config=CONFIG | limits.of_duckdb,
        )
    except duckdb.ProgrammingError as error:
        if limits == NO_LIMITS:
            raise
        message = Message("error.limits", limits=str(limits), what=str(error))
        raise UsageError(message) from error
    if only is not None:
        folders = [str(folder.resolve()) for folder in only]
        connection.execute("set allowed_directories = ?", [folders])
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    return connection


def limits_in_force(limits: Limits) -> Limits:
    """The limits with what DuckDB takes where a user set none."""
    with connect(limits=limits) as connection:
        threads, memory = connection.execute(
            "select current_setting('threads')::varchar, current_setting('memory_limit')"
        ).fetchall()[0]
    return Limits(threads, memory)
