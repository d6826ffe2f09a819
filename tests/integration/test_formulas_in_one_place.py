"""A formula stands in dbt alone: changed there, it changes the page; notebooks are left as they are."""

from __future__ import annotations

import re
import shutil

import pytest

from pipeline.modelling import dbt as modelling

pytestmark = pytest.mark.integration


def required_places(dossier) -> str:
    page = (dossier.workspace.marts / "reports" / "regions" / "990100.html").read_text("utf-8")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    return re.search(r"需要 ([\d,]+) 个托位", text).group(1)


def test_a_formula_changed_in_dbt_changes_the_page(published, tmp_path, monkeypatch):
    dossier = published
    before = required_places(dossier)

    project = tmp_path / "dbt_project"
    shutil.copytree(modelling.DBT_PROJECT, project)
    macros = project / "macros" / "measures.sql"
    rule = "+ 999999999\n"  # rounds up; now to one place more
    assert rule in macros.read_text("utf-8")
    macros.write_text(macros.read_text("utf-8").replace(rule, "+ 1999999999\n"), "utf-8")
    monkeypatch.setattr(modelling, "DBT_PROJECT", project)
    shutil.rmtree(dossier.workspace.marts)
    # Unit tests of models hold the formula as it is.
    for unit_tests in (project / "models" / "intermediate").rglob("_unit_tests.yml"):
        unit_tests.unlink()

    assert dossier.build_with_pages("reports/regions/990100.html")
    after = required_places(dossier)
    assert int(after.replace(",", "")) == int(before.replace(",", "")) + 1
