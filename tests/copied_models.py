"""Builds whose marts are copied from another build, for tests of what is done around the models.

Reading, checks, publishing and swapping are as ever; only the models are not run, which takes most
of the time of a build. As a script it is ``python -m pipeline`` with such models; the published
workspace whose marts are copied stands in ``COPIED_MARTS_OF``.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest

from pipeline.checking.results import CheckResult
from pipeline.cli import main
from pipeline.commands import build as building
from pipeline.core.settings import Settings
from pipeline.core.sql import literal
from pipeline.core.workspace import Workspace

PREPARED = "COPIED_MARTS_OF"


@contextmanager
def models_copied_from(prepared: Workspace) -> Iterator[None]:
    """Let builds in this process copy the marts of a published workspace."""

    def copy_marts(warehouse: Path, _scratch: Path) -> list[CheckResult]:
        with duckdb.connect(str(warehouse)) as connection:
            connection.execute(f"attach {literal(str(prepared.warehouse))} as prepared (read_only)")
            connection.execute("create schema marts")
            tables = connection.execute(
                "select table_name from duckdb_tables()"
                " where database_name = 'prepared' and schema_name = 'marts'"
            ).fetchall()
            for (table,) in tables:
                connection.execute(f"create table marts.{table} as from prepared.marts.{table}")
            views = connection.execute(
                "select sql from duckdb_views()"
                " where database_name = 'prepared' and schema_name = 'marts'"
            ).fetchall()
            for (view,) in views:
                connection.execute(view)
        return []

    def find_builder(engine: str, _: Settings) -> Callable[[Path, Path], list[CheckResult]]:
        assert engine == "duckdb"
        return copy_marts

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "_find_builder", find_builder)
        yield


if __name__ == "__main__":
    with models_copied_from(Workspace(Path(os.environ[PREPARED]))):
        sys.exit(main(sys.argv[1:]))
