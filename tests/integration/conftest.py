"""The shipped dossiers, built once for all tests that read the result."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import duckdb
import pytest
from filelock import FileLock

from pipeline.commands.build import build
from pipeline.core.workspace import DEFAULT_WORKSPACE, Workspace


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Workspace:
    """Read only: the processes of a run share it."""
    folder = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        folder = folder.parent
    workspace = Workspace(folder / "shipped")
    with FileLock(folder / "shipped.lock"):
        if not workspace.manifest.is_file():
            shutil.rmtree(workspace.root, ignore_errors=True)
            shutil.copytree(DEFAULT_WORKSPACE / "raw", workspace.raw)
            assert build(workspace)
    return workspace


@pytest.fixture(scope="session")
def warehouse(shipped: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(shipped.warehouse), read_only=True) as connection:
        yield connection
