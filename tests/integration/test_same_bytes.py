"""Building the same files twice publishes the same bytes, wherever and whenever it is done."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from small_rosters import Rosters

from pipeline.workspace import PROJECT_ROOT

pytestmark = pytest.mark.integration

PLACES = {
    "here": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1"},
    "far": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONHASHSEED": "2"},
}
MARTS = sorted(path.stem for path in (PROJECT_ROOT / "dbt_project/models/marts").glob("*.sql"))
# whose rows come from rosters, from what contradicts them, and from inspections
MUST_HAVE_ROWS = {
    "facilities", "facility_findings", "facility_history", "facility_years", "figure_conflicts",
    "headline_variants", "indicator_values", "inspection_quarters", "region_years", "target_gaps",
}  # fmt: skip


@pytest.fixture(scope="module")
def published(tmp_path_factory) -> dict[str, Path]:
    """The marts of one dossier, built in two places by two processes."""
    made = Rosters(tmp_path_factory.mktemp("made"))
    made.add_headline_county()
    folders = {}
    for name, settings in PLACES.items():
        root = tmp_path_factory.mktemp(name)
        shutil.copytree(made.workspace.raw, root / "raw")
        command = [sys.executable, "-m", "pipeline", "build", "--workspace", str(root)]
        subprocess.run(command, check=True, cwd=PROJECT_ROOT, env={**os.environ, **settings})
        folders[name] = root / "marts"
    return folders


def test_the_compared_build_has_rows_in_the_marts_of_rosters_conflicts_and_inspections(published):
    files = {mart: published["here"] / f"{mart}.parquet" for mart in MARTS}
    filled = {
        mart
        for mart, file in files.items()
        if duckdb.sql(f"select count(*) from read_parquet('{file}')").fetchall() != [(0,)]
    }
    assert filled >= MUST_HAVE_ROWS


def test_two_builds_in_other_time_zones_locales_and_hash_seeds_publish_the_same_bytes(published):
    contents = [
        {
            file.relative_to(folder): file.read_bytes()
            for file in folder.rglob("*")
            if file.is_file()
        }
        for folder in published.values()
    ]
    assert set(contents[0]) == set(contents[1])
    assert {Path(f"{mart}.parquet") for mart in MARTS} <= set(contents[0])
    assert [file for file, content in contents[0].items() if content != contents[1][file]] == []
