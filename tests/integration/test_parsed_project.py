"""The parsed project is kept for a state of the code, and serves every workspace and machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core import kept_files, parsed_project
from pipeline.core.errors import CheckFailedError
from pipeline.core.parsed_project import (
    DBT_PROJECT,
    checksum_of_project,
    load_parsed_project,
    read_manifest,
)
from pipeline.core.workspace import PROJECT_ROOT

pytestmark = pytest.mark.integration
# What tells one run of dbt from another.
OF_THE_RUN = {"created_at", "generated_at", "invocation_id", "invocation_started_at"}
OF_THE_RUN |= {"run_started_at", "user_id"}


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Path:
    monkeypatch.setattr(kept_files, "KEPT", tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def project(tmp_path) -> Path:
    """A copy of the project in another folder."""
    copy = tmp_path / "elsewhere" / "dbt_project"
    shutil.copytree(DBT_PROJECT, copy, ignore=shutil.ignore_patterns("target", "logs"))
    return copy


@pytest.fixture
def parses(monkeypatch) -> list[str]:
    """Targets for which the project was parsed."""
    targets, parse = [], parsed_project._parse

    def noted(project, target):
        targets.append(target)
        return parse(project, target)

    monkeypatch.setattr(parsed_project, "_parse", noted)
    return targets


def without_run(content):
    if isinstance(content, dict):
        return {key: without_run(each) for key, each in content.items() if key not in OF_THE_RUN}
    return [without_run(each) for each in content] if isinstance(content, list) else content


def test_a_process_that_has_not_parsed_reads_the_manifest_beside_a_kept_project():
    """Pages are made by processes of their own, of which dbt has set up nothing."""
    read = "from pipeline.core.parsed_project import read_manifest; read_manifest()"
    load_parsed_project()
    shutil.rmtree(kept_files.KEPT / "manifests", ignore_errors=True)
    for _ in range(2):
        subprocess.run([sys.executable, "-c", read], cwd=PROJECT_ROOT, check=True)
    assert read_manifest()["nodes"]


def test_the_project_is_parsed_once_for_all_folders(kept, project, parses):
    first = read_manifest()
    assert parses == ["build"]
    assert read_manifest(project) == first
    assert load_parsed_project(project).nodes.keys() == first["nodes"].keys()
    assert parses == ["build"]
    assert len(first["nodes"]) > 200
    # nothing of the folder in which it was parsed
    shutil.rmtree(kept)
    assert without_run(read_manifest(project)) == without_run(first)
    assert str(project.parent) not in json.dumps(read_manifest(project))
    assert parses == ["build", "build"]


def test_a_process_that_parses_nothing_reads_the_manifest_of_one_that_did(kept):
    """dbt's flags are set where it parses; a build may have parsed before a notebook asks."""
    program = (
        "import sys; from pathlib import Path; from pipeline.core import kept_files, parsed_project;"
        " kept_files.KEPT = Path(sys.argv[1]);"
        " parsed_project.load_parsed_project();"
        " assert len(parsed_project.read_manifest()['nodes']) > 200"
    )
    command = [sys.executable, "-c", program, str(kept)]
    subprocess.run(command, cwd=PROJECT_ROOT, check=True)
    shutil.rmtree(kept / "manifests")
    subprocess.run(command, cwd=PROJECT_ROOT, check=True)


def test_what_was_kept_says_what_dbt_parses(kept, parses):
    load_parsed_project()
    again = load_parsed_project()
    assert parses == ["build"]
    fresh = parsed_project._parse(DBT_PROJECT, "build")
    assert without_run(again.writable_manifest().to_dict()) == without_run(
        fresh.writable_manifest().to_dict()
    )


@pytest.mark.parametrize(
    "change",
    [
        "dbt_project.yml",
        "macros/measures.sql",
        "models/marts/regions.sql",
        "models/marts/_marts.yml",
        "profiles.yml",
        "tests/assert_counting_scopes_nest.sql",
    ],
)
def test_a_changed_file_is_another_project(project, change):
    before = checksum_of_project(project, "build")
    file = project / change
    file.write_text(file.read_text("utf-8") + "\n", "utf-8")
    assert checksum_of_project(project, "build") != before


def test_another_version_of_dbt_or_another_target_is_another_project(monkeypatch):
    before = checksum_of_project(DBT_PROJECT, "build")
    assert checksum_of_project(DBT_PROJECT, "spark") != before
    monkeypatch.setattr(parsed_project, "_version", lambda package: "0")
    assert checksum_of_project(DBT_PROJECT, "build") != before


def test_what_dbt_writes_beside_the_models_is_not_the_project(project):
    before = checksum_of_project(project, "build")
    (project / "target").mkdir()
    (project / "target" / "manifest.json").write_text("{}")
    assert checksum_of_project(project, "build") == before


def test_a_damaged_file_is_parsed_again(kept, parses):
    load_parsed_project()
    (file,) = (kept / "parsed_projects").iterdir()
    file.write_bytes(file.read_bytes()[:-100])
    assert load_parsed_project().nodes
    assert parses == ["build", "build"]


def test_a_project_that_cannot_be_parsed_says_why(kept, project):
    (project / "models" / "marts" / "regions.sql").write_text("select {{ ref('no_such_model') }}")
    with pytest.raises(CheckFailedError, match="no_such_model"):
        load_parsed_project(project)
    assert not kept.exists()
