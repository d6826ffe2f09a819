"""The one place that opens DuckDB: nothing is downloaded, and files are read as they are now."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipeline.core.errors import UsageError

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
# What a user may set in the environment, for a machine that others use too, and DuckDB's setting.
MEMORY_LIMIT = "CHILDCARE_MEMORY"
LIMITS = {"CHILDCARE_THREADS": "threads", MEMORY_LIMIT: "memory_limit"}


def connect(
    path: Path | None = None, *, read_only: bool = False, only: Iterable[Path] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a warehouse.

    Args:
        path: The file; None for one in memory.
        read_only: Whether nothing may be written to it.
        only: Folders outside of which no statement may read or write a file; None for all files.

    Raises:
        UsageError: A limit in the environment is none.
        duckdb.Error: The file is no warehouse, or another process writes to it.
    """
    limits = {name: os.environ[key] for key, name in LIMITS.items() if key in os.environ}
    try:
        connection = duckdb.connect(
            ":memory:" if path is None else str(path), read_only=read_only, config=CONFIG | limits
        )
    except duckdb.ProgrammingError as error:
        if not limits:
            raise
        said = ", ".join(f"{key}={os.environ[key]}" for key in LIMITS if key in os.environ)
        msg = (
            f"environment: {said}: {error}\n"
            "  expected: a whole number of threads, memory with its unit (2GB)\n"
            "  do next:  set another limit, or none"
        )
        raise UsageError(msg) from error
    if only is not None:
        folders = [str(folder.resolve()) for folder in only]
        connection.execute("set allowed_directories = ?", [folders])
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    return connection


def share_limits() -> None:
    """Say the limits in force in the environment, where dbt's profile looks for them."""
    names = ", ".join(f"current_setting({name!r})" for name in LIMITS.values())
    with connect() as connection:
        values = connection.execute(f"select {names}").fetchall()[0]
    os.environ |= dict(zip(LIMITS, map(str, values), strict=True))
