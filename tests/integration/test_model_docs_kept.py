"""dbt's documentation is made anew only where models or columns changed, and is the same either way."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from example_dossier import Dossier

from pipeline.core import kept_files
from pipeline.core.database import connect
from pipeline.modelling import dbt as modelling
from pipeline.modelling.dbt import checksum_of_description
from pipeline.reporting import model_docs
from pipeline.reporting.model_docs import write_model_docs

pytestmark = pytest.mark.integration


@pytest.fixture
def warehouse(published_once: Dossier, tmp_path: Path) -> Path:
    return Path(shutil.copy(published_once.workspace.warehouse, tmp_path))


def change_data(warehouse: Path) -> None:
    with connect(warehouse) as connection:
        connection.execute("delete from marts.regions where region_code = '990100003'")


def test_reused_and_made_anew_it_is_the_same(warehouse, tmp_path, monkeypatch):
    monkeypatch.setattr(kept_files, "KEPT", tmp_path / "kept")
    described, describe = [], model_docs.describe_models

    def noted(*arguments):
        described.append(arguments)
        return describe(*arguments)

    monkeypatch.setattr(model_docs, "describe_models", noted)
    pages = [tmp_path / f"{name}.html" for name in ("first", "reused", "anew")]
    write_model_docs(warehouse, tmp_path / "one", pages[0])
    elsewhere = tmp_path / "another folder" / "warehouse.duckdb"
    elsewhere.parent.mkdir()
    shutil.copy(warehouse, elsewhere)
    change_data(elsewhere)
    write_model_docs(elsewhere, tmp_path / "two", pages[1])
    assert len(described) == 1
    shutil.rmtree(tmp_path / "kept" / "model_docs")
    write_model_docs(elsewhere, tmp_path / "three", pages[2])
    assert len(described) == 2
    first, *others = [page.read_bytes() for page in pages]
    assert others == [first, first]
    assert str(tmp_path).encode() not in first
    assert "托位".encode() in first


def test_data_are_no_part_of_it_but_columns_and_models_are(warehouse, tmp_path, monkeypatch):
    before = checksum_of_description(warehouse)
    change_data(warehouse)
    assert checksum_of_description(warehouse) == before
    project = tmp_path / "dbt_project"
    shutil.copytree(modelling.DBT_PROJECT, project)
    with monkeypatch.context() as patch:
        patch.setattr(modelling, "DBT_PROJECT", project)
        assert checksum_of_description(warehouse) == before
        file = project / "models" / "marts" / "_marts.md"
        file.write_text(file.read_text("utf-8") + "\n", "utf-8")
        assert checksum_of_description(warehouse) != before
    with connect(warehouse) as connection:
        connection.execute("alter table marts.regions add column motto varchar")
    assert checksum_of_description(warehouse) != before
