"""The models give the same marts on Spark as in DuckDB, on the shipped data."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
from parity import find_differences
from ruamel.yaml import YAML
from spark import require_spark

from pipeline.checking.results import CheckResult
from pipeline.core.parsed_project import read_manifest
from pipeline.core.settings import Settings
from pipeline.core.workspace import PROJECT_ROOT, Workspace

pytestmark = [
    pytest.mark.integration,
    # py4j leaves the sockets of threads that have ended to the garbage collector
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

GRAINS = {
    mart["name"]: mart["config"]["meta"]["grain"]
    for path in sorted(PROJECT_ROOT.glob("dbt_project/models/marts/*.yml"))
    for mart in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["models"]
}


@pytest.fixture(scope="module")
def on_spark(
    shipped: Workspace, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[duckdb.DuckDBPyConnection, list[CheckResult], list[Any]]]:
    """A copy of the warehouse whose marts Spark has made anew, what tests found, what dbt says."""
    require_spark()
    from pipeline.modelling.spark import run

    folder = tmp_path_factory.mktemp("spark")
    copy = folder / "warehouse.duckdb"
    shutil.copy(shipped.warehouse, copy)
    with duckdb.connect(str(copy)) as connection:
        connection.execute("drop schema marts cascade")
    outcomes = []
    with pytest.MonkeyPatch.context() as patch:
        # the unit tests as well, which builds leave out
        patch.setattr(run, "MODELS_AND_DATA_TESTS", ("build", "--exclude", "tag:make_test"))
        run_dbt = run.run_dbt
        patch.setattr(run, "run_dbt", lambda *a: outcomes.append(run_dbt(*a)) or outcomes[-1])
        results = run.build_models(copy, folder / "dbt", Settings())
    gc.collect()  # what is left there is told here, not in another module's test
    with duckdb.connect(str(copy), read_only=True) as connection:
        yield connection, results, list(outcomes[0].result)


@pytest.mark.long
@pytest.mark.parametrize("mart", sorted(GRAINS))
def test_a_mart_is_the_same_on_spark(warehouse, on_spark, mart):
    made, _, _ = on_spark
    assert find_differences(warehouse, made, mart, GRAINS[mart]) == []


def test_every_mart_is_compared(warehouse):
    tables = warehouse.execute(
        "select table_name from information_schema.tables where table_schema = 'marts'"
    ).fetchall()
    assert {name for (name,) in tables} == GRAINS.keys()


@pytest.mark.long
def test_dbts_tests_find_the_same_on_spark(warehouse, on_spark):
    _, results, _ = on_spark
    found = {(r.check_code, r.severity, r.passed, r.failures) for r in results}
    expected = warehouse.execute(
        "select check_code, severity, passed, failures from marts.check_results"
        " where kind = 'data_test'"
    ).fetchall()
    assert found == set(expected)


@pytest.mark.long
def test_the_logic_of_models_holds_on_spark(on_spark):
    _, _, runs = on_spark
    found = {
        run.node.name: (str(run.status), run.message)
        for run in runs
        if run.node.resource_type == "unit_test"
    }
    assert found.keys() == {test["name"] for test in read_manifest()["unit_tests"].values()}
    assert {name: said for name, said in found.items() if said[0] != "pass"} == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("update marts.town_gaps set actual_places = actual_places + 1", "town_gaps.actual_places"),
        ("delete from marts.town_gaps where region_code = '990103004'", "only in one"),
        ("alter table marts.town_gaps alter target_value type decimal(24, 6)", "columns"),
        ("update marts.town_gaps set required_places = null", "is None"),
    ],
)
def test_the_comparison_notices_a_planted_difference(warehouse, tmp_path, change, told):
    with duckdb.connect(str(tmp_path / "copy.duckdb")) as copy:
        rows = warehouse.execute("from marts.town_gaps").to_arrow_table()
        copy.execute("create schema marts; create table marts.town_gaps as from rows")
        grain = GRAINS["town_gaps"]
        assert find_differences(warehouse, copy, "town_gaps", grain) == []
        copy.execute(change)
        found = find_differences(warehouse, copy, "town_gaps", grain)
        assert any(told in line for line in found), (found, len(rows))
