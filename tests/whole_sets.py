"""Whether what is published is one whole set, and building one in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from typing import Any

import copied_models
import duckdb

from pipeline.core.workspace import PROJECT_ROOT, Workspace


def start_build(
    workspace: Workspace,
    *,
    with_reports: bool = False,
    marts_of: Workspace | None = None,
    **environment: str,
) -> subprocess.Popen[str]:
    """Begin a build; it may be killed with all its children as a group.

    Args:
        workspace: What to build.
        with_reports: Whether with pages and workbook.
        marts_of: A published workspace whose marts are copied instead of running the models.
        environment: Variables of the process.
    """
    pipeline = ["-m", "pipeline"]
    if marts_of is not None:
        pipeline = [copied_models.__file__]
        environment |= {copied_models.PREPARED: str(marts_of.root), "PYTHONPATH": str(PROJECT_ROOT)}
    without = [] if with_reports else ["--without-reports"]
    return subprocess.Popen(
        [sys.executable, *pipeline, "build", "--workspace", str(workspace.root), *without],
        cwd=PROJECT_ROOT,
        env=os.environ | environment,
        start_new_session=True,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_build(workspace: Workspace, **how: Any) -> tuple[int, str]:
    """Build as ``start_build`` does; the exit status and what was said on standard error."""
    running = start_build(workspace, **how)
    _, said = running.communicate()
    return running.returncode, said


def require_one_whole_set(workspace: Workspace) -> str:
    """Make sure that marts, manifest, warehouse and its rows are of one build; its name."""
    manifest = json.loads(workspace.manifest.read_text(encoding="utf-8"))
    assert [name for name in manifest["files"] if not (workspace.marts / name).is_file()] == []
    for mart in manifest["marts"].values():
        for name, sha256 in mart["sha256"].items():
            assert hashlib.sha256((workspace.marts / name).read_bytes()).hexdigest() == sha256, name
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        extracts = dict(
            connection.execute("select source_id, extract_name from raw.sources").fetchall()
        )
        assert extracts == manifest["extracts"]
        for mart, said in manifest["marts"].items():
            counted = connection.execute(f"select count(*) from marts.{mart}").fetchall()
            assert counted == [(said["rows"],)], mart
        views = connection.execute(
            "select view_name from duckdb_views() where schema_name = 'raw' and not internal"
        ).fetchall()
        for (view,) in views:
            connection.execute(f'select count(*) from raw."{view}"').fetchall()
    return manifest["build"]
