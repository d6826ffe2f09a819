"""Lets dbt send its statements to Spark in Spark's SQL, whichever way it is connected."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from pipeline.modelling.spark.dialect import translate


@contextmanager
def translated() -> Iterator[None]:
    """Say every statement of dbt-spark in Spark's SQL, and let Spark tell errors, not null."""
    from dbt.adapters.spark.connections import SparkConnectionManager, SparkCredentials

    send = SparkConnectionManager.add_query
    prepare = SparkCredentials.__post_init__

    def add_query(self: Any, sql: str, *arguments: Any, **options: Any) -> Any:
        return send(self, translate(sql), *arguments, **options)

    def post_init(self: Any) -> None:
        prepare(self)
        # dbt-spark turns it off for the sake of Spark 3; DuckDB does not swallow errors either
        self.server_side_parameters["spark.sql.ansi.enabled"] = "true"

    with (
        mock.patch.object(SparkConnectionManager, "add_query", add_query),
        mock.patch.object(SparkCredentials, "__post_init__", post_init),
    ):
        yield
