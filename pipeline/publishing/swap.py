"""Puts a finished set in the place of the published one, and keeps that one for a comparison."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from pipeline.core.errors import PublishError, reason_of_system
from pipeline.core.inputs import Inputs
from pipeline.core.messages import Message
from pipeline.core.workspace import Workspace


def swap_in(workspace: Workspace, marts: Path, warehouse: Path, inputs: Inputs) -> None:
    """Put a finished set in the place of the published one, whole or not at all.

    Args:
        workspace: Where the published set lives; its marts become the previous ones.
        marts: The finished folder; moved.
        warehouse: The finished warehouse; moved.
        inputs: What the set was made from.

    Raises:
        PublishError: Something held the old set; it is still published.
    """
    (marts / ".gitkeep").touch()  # the folder is tracked, its contents are not
    old_marts, old_warehouse, older_marts = _set_aside(workspace)
    was_published = workspace.manifest.is_file()
    try:
        # first aside, last gone: as long as it is there, an interruption gives back the old set
        if workspace.marts.exists():
            workspace.marts.rename(old_marts)
        else:
            old_marts.mkdir()
        if workspace.warehouse.exists():
            workspace.warehouse.rename(old_warehouse)
        warehouse.rename(workspace.warehouse)
        marts.rename(workspace.marts)
        # is_up_to_date compares the age of the inputs with that of the manifest
        now = max(time.time(), inputs.newest)
        os.utime(workspace.manifest, (now, now))
        if was_published:
            if workspace.previous_marts.exists():
                workspace.previous_marts.rename(older_marts)
            old_marts.rename(workspace.previous_marts)
        else:
            shutil.rmtree(old_marts)
    except OSError as error:
        _give_back(workspace)
        file = str(error.filename or workspace.root)
        message = Message("error.not_replaced", file=file, reason=reason_of_system(error))
        raise PublishError(message) from error
    # From here on the new set is the published one; what is left goes with the build folder.
    old_warehouse.unlink(missing_ok=True)


def clear_build_folder(workspace: Workspace) -> None:
    """Remove what an earlier build left; give back the published set if it was interrupted."""
    _give_back(workspace)
    shutil.rmtree(workspace.build, ignore_errors=True)


def _set_aside(workspace: Workspace) -> tuple[Path, Path, Path]:
    """Where sets stand while the new one is moved in: old marts, old warehouse, older marts."""
    names = ("old_marts", "old.duckdb", "older_marts")
    old_marts, old_warehouse, older_marts = (workspace.build / name for name in names)
    return old_marts, old_warehouse, older_marts


def _give_back(workspace: Workspace) -> None:
    """Undo a swap that did not come to its end; itself it may be interrupted and run again."""
    old_marts, old_warehouse, older_marts = _set_aside(workspace)
    if not old_marts.exists():
        return
    if older_marts.exists():
        older_marts.rename(workspace.previous_marts)
    if old_warehouse.exists():
        old_warehouse.replace(workspace.warehouse)
    shutil.rmtree(workspace.marts, ignore_errors=True)
    old_marts.rename(workspace.marts)
