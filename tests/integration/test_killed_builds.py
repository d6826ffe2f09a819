"""Whenever a build is killed, one whole set stays published, and the next build succeeds.

Two builds of a small county without pages are killed; ``KILLED_BUILDS=30`` kills as many of the
demonstration city with all its pages.
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

import duckdb
import pytest
from example_dossier import Dossier

from pipeline.swapping import clear_build_folder
from pipeline.workspace import DEFAULT_WORKSPACE, PROJECT_ROOT, Workspace

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform == "win32", reason="kills the processes of a group"),
]

KILLS = os.environ.get("KILLED_BUILDS")
SEED = 20251125


@pytest.fixture
def workspace(tmp_path) -> Workspace:
    if not KILLS:
        return Dossier(tmp_path / "county").workspace
    made = Workspace(tmp_path / "city")
    for dossier in ("shili-city", "divisions"):
        shutil.copytree(DEFAULT_WORKSPACE / "raw" / dossier, made.raw / dossier)
    return made


def start(workspace: Workspace) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "pipeline", "build", "--workspace", str(workspace.root)]
    without = [] if KILLS else ["--without-reports"]
    return subprocess.Popen([*command, *without], cwd=PROJECT_ROOT, start_new_session=True)


def build(workspace: Workspace) -> None:
    assert start(workspace).wait() == 0


def change_an_input(workspace: Workspace, number: int) -> None:
    with next(iter(sorted(workspace.raw.glob("shili*/sources.yml")))).open("a") as file:
        file.write(f"# change {number}\n")


def require_one_whole_set(workspace: Workspace) -> str:
    """Make sure that marts, manifest, warehouse and its rows are of one build; its name."""
    manifest = json.loads(workspace.manifest.read_text(encoding="utf-8"))
    assert [name for name in manifest["files"] if not (workspace.marts / name).is_file()] == []
    for mart in manifest["marts"].values():
        for name, sha256 in mart["sha256"].items():
            assert hashlib.sha256((workspace.marts / name).read_bytes()).hexdigest() == sha256, name
    with duckdb.connect(str(workspace.warehouse), read_only=True) as connection:
        readings = dict(connection.execute("select source_id, reading from raw.sources").fetchall())
        assert readings == manifest["readings"]
        for mart, said in manifest["marts"].items():
            counted = connection.execute(f"select count(*) from marts.{mart}").fetchall()
            assert counted == [(said["rows"],)], mart
        views = connection.execute(
            "select view_name from duckdb_views() where schema_name = 'raw' and not internal"
        ).fetchall()
        for (view,) in views:
            connection.execute(f'select count(*) from raw."{view}"').fetchall()
    return manifest["build"]


def test_a_build_that_is_killed_at_any_moment_leaves_one_whole_set(workspace):
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    begun = time.monotonic()
    build(workspace)
    duration = time.monotonic() - begun
    published = {require_one_whole_set(workspace)}
    for number in range(int(KILLS or 2)):
        change_an_input(workspace, number)
        running = start(workspace)
        time.sleep(chance.uniform(0, duration))
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        if (workspace.build / "old_marts").exists():
            clear_build_folder(workspace)  # what the next build does before anything else
        published.add(require_one_whole_set(workspace))
    change_an_input(workspace, -1)
    build(workspace)
    assert require_one_whole_set(workspace) not in published
    assert not workspace.build.exists()
