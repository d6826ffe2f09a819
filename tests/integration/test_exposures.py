"""What dbt says reads a mart is what reads it."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pipeline import marts as analysts_api
from pipeline.core.workspace import PROJECT_ROOT, Workspace
from pipeline.published.read_marts import collect_mart_queries
from pipeline.reporting.rendering import RECORDS
from pipeline.workbook import write_workbook

pytestmark = pytest.mark.integration

EXPOSURES = {
    exposure["name"]: {re.fullmatch(r"ref\('(\w+)'\)", ref)[1] for ref in exposure["depends_on"]}
    for exposure in YAML(typ="safe").load(
        PROJECT_ROOT / "dbt_project" / "models" / "_exposures.yml"
    )["exposures"]
}
PAGES = {
    "index": "overview_page",
    "quality": "quality_page",
    "contradictions": "contradictions_page",
    "methods": "methods_page",
}


def test_each_page_reads_the_marts_of_its_exposure(shipped: Workspace) -> None:
    records = json.loads((shipped.marts / RECORDS).read_text(encoding="utf-8"))
    read = defaultdict(set)
    for page, record in records.items():
        name = PAGES.get(Path(page).stem, "region_page")
        read[name] |= {mart for mart, *_ in record["answers"]}
    assert read == {name: EXPOSURES[name] for name in [*PAGES.values(), "region_page"]}


def test_the_workbook_reads_the_marts_of_its_exposure(shipped: Workspace, tmp_path: Path) -> None:
    for mart in shipped.marts.glob("*.parquet"):
        shutil.copy(mart, tmp_path)
    collect_mart_queries()
    write_workbook(tmp_path, "0123456789abcdef")
    assert {mart for mart, *_ in collect_mart_queries()} == EXPOSURES["workbook"]


def test_analysts_have_the_marts_of_their_exposure() -> None:
    assert set(analysts_api.describe()["mart"]) == EXPOSURES["analysts_api"]


@pytest.mark.parametrize("exposure", EXPOSURES)
def test_exposures_are_no_empty_lists(exposure: str) -> None:
    assert EXPOSURES[exposure]
