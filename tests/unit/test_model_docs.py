"""dbt's documentation as one page: offline, and the same in every run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.reporting.model_docs import join_site

SITE = """<head><title>dbt</title></head><script>
n=["MANIFEST.JSON INLINE DATA","CATALOG.JSON INLINE DATA"]</script>"""


@pytest.fixture
def target(tmp_path: Path) -> Path:
    (tmp_path / "index.html").write_text(SITE, encoding="utf-8")
    return tmp_path


def write_run(target: Path, *, second: str) -> None:
    run = {"generated_at": f"2026-01-01T00:00:{second}", "invocation_id": second}
    nodes = {"model.x": {"created_at": int(second), "description": "ends </script> here"}}
    (target / "manifest.json").write_text(json.dumps({"metadata": run, "nodes": nodes}))
    (target / "catalog.json").write_text(json.dumps({"metadata": run, "errors": None}))


def test_two_runs_over_the_same_models_give_the_same_page(target: Path) -> None:
    pages = []
    for second in ("01", "02"):
        write_run(target, second=second)
        pages.append(join_site(target))
    assert pages[0] == pages[1]
    assert "INLINE DATA" not in pages[0]


def test_a_description_cannot_end_the_script(target: Path) -> None:
    write_run(target, second="01")
    page = join_site(target)
    assert page.count("</script>") == 1
    assert "ends <\\/script> here" in page


def test_the_page_may_ask_no_host(target: Path) -> None:
    write_run(target, second="01")
    page = join_site(target)
    assert '<head><meta http-equiv="Content-Security-Policy" content="default-src \'none\';' in page
