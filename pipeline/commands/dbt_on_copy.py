"""dbt as a developer calls it: on a copy of the published warehouse, which it never touches."""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.settings import Settings
from pipeline.modelling.dbt import run_on_copy


def run_dbt_on_copy(settings: Settings, command: Sequence[str]) -> bool:
    """Run a command of dbt on the workspace's copy of its warehouse.

    The copy is made first where there is none, or where a newer warehouse was published since it
    was last worked on.

    Args:
        settings: The workspace, and what DuckDB may take of the machine.
        command: What follows ``dbt`` on a command line.

    Returns:
        Whether dbt succeeded; what it did it has said itself.

    Raises:
        UsageError: Nothing was built yet, or dbt does not know the command.
    """
    workspace = settings.workspace
    published, copy = workspace.warehouse, workspace.development / "warehouse.duckdb"
    if not published.is_file():
        raise UsageError(Message("error.nothing_published", folder=workspace.root))
    if not copy.is_file() or copy.stat().st_mtime < published.stat().st_mtime:
        workspace.development.mkdir(exist_ok=True)
        unfinished = copy.with_suffix(".unfinished")
        shutil.copyfile(published, unfinished)
        unfinished.replace(copy)
    outcome = run_on_copy(copy, workspace.development, command, settings.limits)
    if outcome.exception is not None:
        raise UsageError(Message("error.dbt_command", what=str(outcome.exception)))
    return bool(outcome.success)
