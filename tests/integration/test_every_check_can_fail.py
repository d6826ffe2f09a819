"""Every check of the project notices a fault that was planted for it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from planted_faults import (
    copy_without_constraints,
    faults_of_expectation,
    plant,
    read_data_tests,
    read_expectations,
)

from pipeline.checking import expectations as checking
from pipeline.checking import personal_data as privacy
from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.integration

EXPECTATIONS = list(read_expectations())
DATA_TESTS = read_data_tests()


def expectation_cases():
    for table, expectation in EXPECTATIONS:
        for fault in faults_of_expectation(table, expectation):
            given = expectation["kwargs"]
            pair = [given[key] for key in ("column_A", "column_B") if key in given]
            columns = [given["column"]] if "column" in given else given.get("column_list", pair)
            name = ".".join(
                part for part in (table, "+".join(columns), expectation["type"]) if part
            )
            what = fault.what if fault else ""
            if "unexpected_rows_query" in given:
                what = expectation["meta"]["code"]
            yield pytest.param(table, expectation, fault, id=f"{name} {what}".strip())


def data_test_cases():
    for test in DATA_TESTS:
        for fault in test.faults:
            yield pytest.param(test, fault, id=f"{test.name} {fault.what if fault else ''}".strip())


@pytest.fixture(scope="module")
def unspoilt(shipped: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped warehouse without constraints, for copies that a test may spoil."""
    copied = tmp_path_factory.mktemp("unspoilt") / "unspoilt.duckdb"
    copy_without_constraints(shipped.warehouse, copied)
    return copied


@pytest.fixture(scope="module")
def found_by_the_build(unspoilt: Path) -> Counter[tuple[str, str | None, str]]:
    """What each expectation found in the data as shipped, by table, column and name."""
    with duckdb.connect(str(unspoilt), read_only=True) as connection:
        failed = connection.execute(
            "select subject, column_name, check_code, coalesce(nullif(failures, 0), 1)"
            " from marts.check_results where not passed"
        ).fetchall()
    return Counter({(table, column, name): count for table, column, name, count in failed})


@pytest.fixture(scope="module")
def own_copy(
    unspoilt: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[duckdb.DuckDBPyConnection]:
    copied = shutil.copy(unspoilt, tmp_path_factory.mktemp("own_copy"))
    with duckdb.connect(str(copied)) as connection:
        yield connection


@pytest.fixture
def spoilable(own_copy: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse in a transaction that is taken back after the test."""
    own_copy.execute("begin")
    yield own_copy
    own_copy.execute("rollback")


@pytest.fixture
def warehouse_copy(unspoilt: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(unspoilt, tmp_path))


def refuse_to_guess(name):
    pytest.fail(f"{name}: write down in tests/planted_faults.py a fault that this check notices")


@pytest.mark.parametrize(("table", "expectation", "fault"), list(expectation_cases()))
def test_an_expectation_notices_its_planted_fault(
    warehouse_copy, found_by_the_build, tmp_path, monkeypatch, table, expectation, fault
):
    if fault is None:
        refuse_to_guess(f"{table}, {expectation['type']}, {expectation['meta']['code']}")
    schema, name = table.split(".")
    suite = tmp_path / "expectations" / schema / f"{name}.json"
    suite.parent.mkdir(parents=True)
    suite.write_text(json.dumps({"name": table, "expectations": [expectation]}), encoding="utf-8")
    monkeypatch.setattr(checking, "SUITES", tmp_path / "expectations")

    with duckdb.connect(str(warehouse_copy)) as connection:
        plant(connection, table, fault)
    (result,) = checking.check_tables(warehouse_copy, schema, tmp_path / "outcomes")

    assert not result.passed
    assert result.detail.code == "checks.found", "it found the fault, and did not merely break"
    before = found_by_the_build[result.subject, result.column_name, result.check_code]
    assert (result.failures or 1) > before


@pytest.mark.parametrize(("test", "fault"), list(data_test_cases()))
def test_a_data_test_notices_its_planted_fault(spoilable, test, fault):
    if fault is None:
        refuse_to_guess(test.name)
    before = spoilable.execute(test.sql).fetchall()
    plant(spoilable, test.table, fault)
    after = spoilable.execute(test.sql).fetchall()
    assert len(after) > len(before)


@pytest.mark.parametrize(
    "test", [test for test in DATA_TESTS if not test.runs_in_builds], ids=lambda test: test.name
)
def test_what_builds_do_not_test_holds_on_the_shipped_data(unspoilt, test):
    with duckdb.connect(str(unspoilt), read_only=True) as connection:
        (rows,) = connection.execute(f"select count(*) from {test.table}").fetchone()
        # No shipped correction is of a row of a roster, no shipped facilities may be one, no shipped
        # figure is impossible, and none is refuted by those of the regions below alone.
        assert rows or test.table in (
            "intermediate.int_claims_out_of_bounds",
            "intermediate.int_corrected_counts",
            "intermediate.int_doubtful_counts",
            "intermediate.int_implausible_claims",
            "intermediate.int_region_conflicts",
        )
        assert connection.execute(test.sql).fetchall() == []


def test_no_check_of_a_build_goes_without_a_planted_fault(unspoilt):
    """A check may be written down where this module does not look."""
    with duckdb.connect(str(unspoilt), read_only=True) as connection:
        ran = connection.execute(
            "select subject, coalesce(column_name, ''), check_code"
            " from marts.check_results where kind = 'expectation'"
        ).fetchall()
        data_tests = connection.execute(
            "select check_code from marts.check_results"
            " where kind = 'data_test' and check_code not like 'selftest_%'"
        ).fetchall()
        # contracts of which nothing was shipped have nothing to check
        used = {
            table
            for table in {table for table, _ in EXPECTATIONS}
            if table.startswith("marts.") or connection.execute(f"from {table} limit 1").fetchall()
        }
    planted = Counter(
        (table, expectation["kwargs"].get("column", ""), expectation["meta"]["code"])
        for table, expectation in EXPECTATIONS
        if table in used
    )
    planted["marts", "", privacy.CHECK] = 1  # tests/unit/test_privacy.py plants numbers of persons
    assert Counter(ran) == planted
    assert {name for (name,) in data_tests} == {
        test.name for test in DATA_TESTS if test.runs_in_builds
    }
