"""No model compares each row of one table with each row of another to find what it joins.

DuckDB does so for an outer join whose condition is more than equalities: of a county nobody
notices, of a nation it takes hours. A condition on one side alone belongs into that side, or
into what is selected.
"""

from __future__ import annotations

import json
import shutil
from typing import Any

import duckdb
import pytest

from pipeline.modelling.dbt import run_on_duckdb

pytestmark = pytest.mark.integration

# Their right side is the columns of files, some hundreds in all; a row that was unpivoted asks for
# one by its letter, any other row for the only one.
BY_FEW = {"int_claims", "cell_remarks", "stated_totals"}


def pairwise_joins(connection: duckdb.DuckDBPyConnection, query: str) -> list[str]:
    """Conditions of outer joins that are tried for each pair of rows."""
    found: list[str] = []

    def walk(operator: dict[str, Any]) -> None:
        details = operator["extra_info"]
        if operator["name"].strip() == "BLOCKWISE_NL_JOIN" and details["Join Type"] != "INNER":
            found.append(details["Condition"])
        for below in operator["children"]:
            walk(below)

    plan = connection.execute(f"explain (format json) {query}").fetchall()[0][1]
    for operator in json.loads(plan):
        walk(operator)
    return found


def test_such_a_join_is_noticed():
    with duckdb.connect() as connection:
        connection.execute("create table a as select range as x, true as is_leaf from range(9)")
        asked = "from a left join a as b on a.x = b.x"
        assert pairwise_joins(connection, asked) == []
        assert len(pairwise_joins(connection, f"{asked} and a.is_leaf")) == 1


def test_no_model_and_no_test_joins_row_by_row(shipped, tmp_path):
    warehouse = tmp_path / "warehouse.duckdb"
    shutil.copy(shipped.warehouse, warehouse)
    assert run_on_duckdb(warehouse, tmp_path, "compile").success
    manifest = json.loads((tmp_path / "target" / "manifest.json").read_text(encoding="utf-8"))
    nodes = [node for node in manifest["nodes"].values() if node.get("compiled_code")]
    assert len(nodes) > 200
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        found = {
            node["name"]: conditions
            for node in nodes
            if (conditions := pairwise_joins(connection, node["compiled_code"]))
        }
    assert found.keys() == BY_FEW, found
