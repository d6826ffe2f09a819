"""dbt finds the adapter that translates, and it is that of Spark but for what it is there for."""

from __future__ import annotations

import pytest
from spark import require_spark


@pytest.fixture(autouse=True)
def spark_is_there() -> None:
    require_spark()


def test_dbt_finds_the_adapter_by_its_name():
    from dbt.adapters.factory import get_adapter_type_names, load_plugin

    from pipeline.modelling.spark import adapter

    adapter.register()
    assert load_plugin(adapter.NAME) is adapter.Credentials
    # macros of Spark are found for it
    assert list(get_adapter_type_names(adapter.NAME)) == [adapter.NAME, "spark"]


def test_spark_tells_errors_as_duckdb_does():
    from pipeline.modelling.spark.adapter import NAME, Credentials

    credentials = Credentials(method="session", host="session", schema="main")
    assert credentials.server_side_parameters["spark.sql.ansi.enabled"] == "true"
    assert credentials.type == NAME


def test_a_statement_is_sent_in_sparks_sql(monkeypatch):
    from dbt.adapters.spark import SparkConnectionManager

    from pipeline.modelling.spark.adapter import ConnectionManager

    sent = []
    monkeypatch.setattr(SparkConnectionManager, "add_query", lambda _, sql, *more: sent.append(sql))
    manager = ConnectionManager.__new__(ConnectionManager)
    manager.add_query("select len([1, 2])")
    assert sent == ["SELECT SIZE(ARRAY(1, 2))"]
