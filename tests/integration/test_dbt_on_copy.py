"""Developers run dbt on a copy: whatever they do there, what is published stays as it is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from example_dossier import Dossier

from pipeline.core.database import connect
from pipeline.core.inputs import checksum
from pipeline.core.workspace import PROJECT_ROOT, Workspace
from pipeline.dossier_files.sources_file import YAML

pytestmark = pytest.mark.integration


def dbt(workspace: Workspace, *command: str) -> tuple[int, str]:
    """Exit status, and what is shown, of a process of its own: dbt leaves its log file open."""
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "dbt", "--workspace", str(workspace.root), *command],
        cwd=PROJECT_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def towns_of_quota_progress(warehouse: Path) -> int:
    with connect(warehouse, read_only=True) as connection:
        return connection.execute("select count(*) from marts.quota_progress").fetchall()[0][0]


def test_the_copy_is_worked_on_and_made_anew_after_a_build(published: Dossier):
    workspace = published.workspace
    copy = workspace.development / "warehouse.duckdb"
    before = checksum(workspace.warehouse)
    # the headline is a variable of the project, which a developer may set
    other_headline = ("--vars", "{headline_population: latest}")
    status, shown = dbt(workspace, "build", "-s", "quota_progress+", *other_headline)
    assert status == 0, shown
    assert "OK created sql table model marts.quota_progress " in shown
    assert checksum(workspace.warehouse) == before

    with connect(copy) as connection:
        connection.execute("delete from marts.quota_progress")
    assert dbt(workspace, "compile", "-s", "regions")[0] == 0
    assert towns_of_quota_progress(copy) == 0  # a developer's work stays
    os.utime(workspace.warehouse)  # as a build would publish one
    assert dbt(workspace, "compile", "-s", "regions")[0] == 0
    assert towns_of_quota_progress(copy) == towns_of_quota_progress(workspace.warehouse) > 0


def test_what_dbt_finds_is_the_exit_status(published: Dossier):
    with connect(published.workspace.warehouse) as connection:
        connection.execute("update marts.quota_progress set added_quota_places = -1")
    test = "assert_quota_progress_added_quota_places_not_negative"
    status, shown = dbt(published.workspace, "test", "-s", test)
    assert status == 1
    assert re.search(rf"FAIL \d+ {test}", shown)


def test_a_command_that_dbt_does_not_know_is_an_error_of_usage(published: Dossier):
    status, shown = dbt(published.workspace, "biuld")
    assert status == 2
    assert "biuld" in shown


def test_before_the_first_build_it_says_what_to_do(dossier: Dossier):
    status, shown = dbt(dossier.workspace, "build")
    assert status == 2
    assert "do next:  build first (make)" in shown
    assert not dossier.workspace.development.exists()


def test_dbt_called_without_the_pipeline_works_on_a_copy_too():
    profile = YAML(typ="safe").load(PROJECT_ROOT / "dbt_project/profiles.yml")["childcare_capacity"]
    assert profile["target"] == "dev"
    (attached,) = profile["outputs"]["dev"]["attach"]
    default = re.search(r"var\('warehouse', '(.+)'\)", attached["path"])[1]
    assert (PROJECT_ROOT / "dbt_project" / default).resolve() == (
        Workspace().development / "warehouse.duckdb"
    )
