"""Building the same files twice publishes the same bytes, wherever and whenever it is done."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from example_dossier import Dossier
from small_rosters import ENTRY, Rosters
from whole_sets import run_build

from pipeline.core.workspace import PROJECT_ROOT

pytestmark = pytest.mark.integration

PLACES = {
    "here": {"TZ": "UTC", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1", "CHILDCARE_THREADS": "1"},
    "远 方": {
        "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "2", "CHILDCARE_THREADS": "8",
        # LC_ALL would decide on the language of messages, too
        "LC_ALL": "", "LC_CTYPE": "C", "LC_MESSAGES": "zh_CN.UTF-8",
    },
}  # fmt: skip
MARTS = sorted(path.stem for path in (PROJECT_ROOT / "dbt_project/models/marts").glob("*.sql"))
# whose rows come from rosters, from what contradicts them, and from inspections
MUST_HAVE_ROWS = {
    "facilities", "facility_findings", "facility_history", "facility_years", "figure_conflicts",
    "headline_variants", "indicator_values", "inspection_quarters", "region_years", "target_gaps",
}  # fmt: skip


# what changed since the set before is told where there was one
TELL_CHANGES = {Path("reports") / name for name in ("index.html", "en/index.html", "pages.json")}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Rosters:
    """A county that was never built."""
    made = Rosters(tmp_path_factory.mktemp("made"))
    made.add_headline_county()
    return made


def copied(made: Rosters, root: Path) -> Rosters:
    shutil.copytree(made.workspace.raw, root / "raw")
    return Rosters.at(root)


def require_build(made: Dossier, *, with_reports: bool, **environment: str) -> str:
    """Build, and return what the build wrote on the terminal."""
    status, said = run_build(made.workspace, with_reports=with_reports, **environment)
    assert status == 0, said
    return said


@pytest.fixture(scope="module")
def published(tmp_path_factory, made) -> dict[str, Path]:
    """The marts of one county, built in two places by two processes."""
    folders = {}
    for name, settings in PLACES.items():
        built = copied(made, tmp_path_factory.mktemp("places") / name)
        written = require_build(built, with_reports=True, **settings)
        assert ("步骤" in written) is ("LC_MESSAGES" in settings)
        folders[name] = built.workspace.marts
    return folders


@pytest.fixture(scope="module")
def grown(tmp_path_factory, made) -> Path:
    """The marts of the same county, built again after a file came in and another was corrected."""
    built = copied(made, tmp_path_factory.mktemp("grown"))
    inspections = ENTRY.format("inspections", "inspection", "")
    built.replace("sources.yml", inspections, "")
    built.replace("targets.csv", "4.5", "5.5")
    require_build(built, with_reports=False)
    built.append("sources.yml", inspections)
    built.replace("targets.csv", "5.5", "4.5")
    require_build(built, with_reports=True)
    return built.workspace.marts


def files_of(folder: Path) -> dict[Path, bytes]:
    """Contents by path below the folder."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder): path.read_bytes() for path in files}


def test_the_compared_build_has_rows_in_the_marts_of_rosters_conflicts_and_inspections(published):
    files = {mart: published["here"] / f"{mart}.parquet" for mart in MARTS}
    filled = {
        mart
        for mart, file in files.items()
        if duckdb.sql(f"select count(*) from read_parquet('{file}')").fetchall() != [(0,)]
    }
    assert filled >= MUST_HAVE_ROWS


def test_two_builds_in_other_places_settings_and_numbers_of_threads_publish_the_same_bytes(
    published,
):
    here, far = map(files_of, published.values())
    assert set(here) == set(far)
    assert {Path(f"{mart}.parquet") for mart in MARTS} <= set(here)
    assert [file for file, content in here.items() if content != far[file]] == []


def test_a_build_that_reads_only_what_changed_publishes_the_same_bytes_as_one_from_nothing(
    published, grown
):
    whole, in_steps = files_of(published["here"]), files_of(grown)
    assert set(whole) == set(in_steps)
    different = {file for file, content in whole.items() if content != in_steps[file]}
    assert different <= TELL_CHANGES
