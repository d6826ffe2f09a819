"""The shipped dossiers, built once for all tests that read the result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from made_once import made_once

from pipeline.commands.build import build
from pipeline.core.settings import Settings
from pipeline.core.workspace import DEFAULT_WORKSPACE, Workspace


def build_shipped(root: Path) -> None:
    shutil.copytree(DEFAULT_WORKSPACE / "raw", root / "raw")
    assert build(Settings(Workspace(root)))


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Workspace:
    """Read only: the processes of a run share it."""
    return Workspace(made_once(tmp_path_factory, worker_id, "shipped", build_shipped))


@pytest.fixture(scope="session")
def warehouse(shipped: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(shipped.warehouse), read_only=True) as connection:
        yield connection
