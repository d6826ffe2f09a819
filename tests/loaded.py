"""Loads the dossier of a test, and tells everything that was loaded."""

from __future__ import annotations

from pathlib import Path

import duckdb
from example_dossier import Dossier

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.warehouse.load import load_warehouse


def load(dossier: Dossier, rows: str = "raw_tables", limits: Limits = NO_LIMITS) -> Path:
    """Load a dossier as a build does; the new warehouse."""
    root = dossier.workspace.root
    contracts = load_contracts()
    dossiers, problems = load_dossiers(dossier.workspace.raw, contracts)
    assert problems == []
    path = root / "test.duckdb"
    path.unlink(missing_ok=True)
    load_warehouse(path, root / rows, dossiers, contracts, limits)
    return path


def everything_in(warehouse: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of all tables and views of a warehouse, in the order in which they are stored."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        connection.execute("set threads = 1")
        names = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in ('raw', 'audit', 'shaping') order by all"
        ).fetchall()
        return {
            f"{schema}.{name}": connection.execute(f'from {schema}."{name}"').fetchall()
            for schema, name in names
        }
