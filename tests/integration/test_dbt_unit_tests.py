"""The logic of models: dbt's unit tests, which builds leave out."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipeline.core.database import connect
from pipeline.core.parsed_project import DBT_PROJECT, read_manifest
from pipeline.dossier_files.sources_file import YAML
from pipeline.modelling import dbt as modelling

pytestmark = pytest.mark.integration

NAMES = sorted(
    unit_test["name"]
    for file in DBT_PROJECT.glob("models/**/*.yml")
    for unit_test in YAML(typ="safe").load(file).get("unit_tests", ())
)


def run_unit_tests(warehouse: Path, scratch: Path, *options: str) -> dict[str, tuple[str, str]]:
    """Name of each unit test that ran -> its status and dbt's message."""
    select = ("test", "--select", "test_type:unit", *options)
    outcome = modelling.run_on_duckdb(warehouse, scratch, *select)
    assert outcome.exception is None
    return {run.node.name: (str(run.status), str(run.message)) for run in outcome.result}


@pytest.fixture(scope="module")
def found(published_once, tmp_path_factory) -> dict[str, tuple[str, str]]:
    folder = tmp_path_factory.mktemp("unit_tests")
    warehouse = Path(shutil.copy(published_once.workspace.warehouse, folder))
    return run_unit_tests(warehouse, folder / "dbt")


@pytest.mark.parametrize("name", NAMES)
def test_logic_of_a_model(found, name):
    status, message = found[name]
    assert status == "pass", message


def test_every_unit_test_ran(found):
    known = {unit_test["name"] for unit_test in read_manifest()["unit_tests"].values()}
    assert found.keys() == known == set(NAMES)


def test_builds_run_none(published_once):
    with connect(published_once.workspace.warehouse, read_only=True) as connection:
        kinds = connection.execute("select distinct kind from marts.check_results").fetchall()
    assert {kind for (kind,) in kinds} == {"expectation", "data_test"}


def test_a_rule_that_a_model_breaks_is_shown(published_once, tmp_path, monkeypatch):
    """Planted: the macro rounds required places up to one place more."""
    project = tmp_path / "dbt_project"
    shutil.copytree(DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    macros = project / "macros" / "measures.sql"
    rule = "+ 999999999\n"
    assert rule in macros.read_text("utf-8")
    macros.write_text(macros.read_text("utf-8").replace(rule, "+ 1999999999\n"), "utf-8")
    monkeypatch.setattr(modelling, "DBT_PROJECT", project)
    warehouse = Path(shutil.copy(published_once.workspace.warehouse, tmp_path))
    results = run_unit_tests(warehouse, tmp_path / "dbt")
    failed = {name: message for name, (status, message) in results.items() if status != "pass"}
    assert failed
    assert all("actual differs from expected" in message for message in failed.values())
