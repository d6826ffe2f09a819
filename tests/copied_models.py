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
from pipeline.core.sql import literal
from pipeline.core.workspace import Workspace

PREPARED = "COPIED_MARTS_OF"


@contextmanager
def models_copied_from(prepared: Workspace) -> Iterator[None]:
    """Let builds in this process copy the marts of a published workspace."""

    def build_models(warehouse: Path, scratch: Path, *, with_docs: bool) -> list[CheckResult]:
        assert not with_docs, f"a build with pages needs dbt's documentation in {scratch}"
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

    def find_models(engine: str) -> Callable[..., list[CheckResult]]:
        assert engine == "duckdb"
        return build_models

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(building, "_models_of", find_models)
        yield


if __name__ == "__main__":
    with models_copied_from(Workspace(Path(os.environ[PREPARED]))):
        sys.exit(main(sys.argv[1:]))
