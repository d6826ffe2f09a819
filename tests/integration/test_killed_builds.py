"""Whenever a build is killed, one whole set stays published, and the next build succeeds.

Two builds of a small county without pages, whose marts are copied, are killed; ``KILLED_BUILDS=30`` kills as many of the
demonstration city with all its pages.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import sys
import time

import pytest
from example_dossier import Dossier
from whole_sets import require_one_whole_set, run_build, start_build

from pipeline.core.workspace import DEFAULT_WORKSPACE, Workspace
from pipeline.publishing.swap import clear_build_folder

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


def change_an_input(workspace: Workspace, number: int) -> None:
    with next(iter(sorted(workspace.raw.glob("shili*/sources.yml")))).open("a") as file:
        file.write(f"# change {number}\n")


def test_a_build_that_is_killed_at_any_moment_leaves_one_whole_set(workspace, published_once):
    how = {"with_reports": True} if KILLS else {"marts_of": published_once.workspace}
    chance = random.Random(SEED)  # noqa: S311 - not for secrets
    begun = time.monotonic()
    assert run_build(workspace, **how)[0] == 0
    duration = time.monotonic() - begun
    published = {require_one_whole_set(workspace)}
    for number in range(int(KILLS or 2)):
        change_an_input(workspace, number)
        running = start_build(workspace, **how)
        time.sleep(chance.uniform(0, duration))
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
        if (workspace.build / "old_marts").exists():
            clear_build_folder(workspace)  # what the next build does before anything else
        published.add(require_one_whole_set(workspace))
    change_an_input(workspace, -1)
    assert run_build(workspace, **how)[0] == 0
    assert require_one_whole_set(workspace) not in published
    assert not workspace.build.exists()
