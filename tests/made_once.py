"""Makes a folder once a run, whichever of its processes asks for it first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock


def made_once(
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
    name: str,
    make: Callable[[Path], object],
) -> Path:
    """A folder that the processes of a run share, so a test may only read it.

    Args:
        tmp_path_factory, worker_id: Fixtures of pytest and of its plugin for several processes.
        name: Of the folder, the same in every process.
        make: Fills it. If it fails, the next test that asks tries again.
    """
    run = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        run = run.parent
    folder, done = run / name, run / f"{name}.made"
    with FileLock(run / f"{name}.lock"):
        if not done.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            make(folder)
            done.touch()
    return folder
