"""An invented nation, small here: hand-written scripts compute what the pipeline publishes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.agreement import find_differences
from benchmarks.nation import Size, write_nation
from pipeline.commands.build import build
from pipeline.core.settings import Settings
from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.integration

RIVALS = Path(__file__).parents[2] / "benchmarks" / "rivals"
SMALL = Size(towns=60, facilities=150, months=24, population_years=4, quota_years=2)


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("nation"))
    write_nation(workspace.root, SMALL)
    assert build(Settings(workspace), with_reports=False)
    return workspace


@pytest.mark.parametrize("rival", ["pandas", "polars", "duckdb"])
def test_a_hand_written_script_computes_the_same_figures(nation, tmp_path, rival):
    script, raw = RIVALS / f"with_{rival}.py", nation.raw / "nation"
    subprocess.run([sys.executable, script, raw, tmp_path], check=True)
    assert find_differences(nation.marts, tmp_path) == []
    # one digit in one cell is found, from both sides
    gaps = tmp_path / "target_gaps.parquet"
    other = "select * replace (gap_value + 1e-9 * (region_code = '99')::int as gap_value)"
    duckdb.sql(f"copy ({other} from '{gaps}') to '{tmp_path}/changed.parquet'")
    (tmp_path / "changed.parquet").replace(gaps)
    assert [line.split(",")[0] for line in find_differences(nation.marts, tmp_path)] == [
        "target_gaps: 1 rows only in ours",
        "target_gaps: 1 rows only in the rival",
    ]


def test_the_same_size_gives_the_same_files(nation, tmp_path):
    write_nation(tmp_path, SMALL)
    for path in sorted((tmp_path / "raw" / "nation").iterdir()):
        assert path.read_bytes() == (nation.raw / "nation" / path.name).read_bytes(), path.name
