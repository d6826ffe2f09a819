"""An adapter of dbt: that of Spark, for models in DuckDB's SQL, whichever way Spark is connected.

It is found under its name as an installed package would be; ``register`` sees to that. Its macros
are those of the adapter ``spark``.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt.adapters.base import AdapterPlugin
from dbt.adapters.spark import SparkAdapter, SparkConnectionManager, SparkCredentials

from pipeline.modelling.spark.dialect import translate

NAME = "duckdbonspark"  # of the adapter, as dbt_project/profiles.yml calls it


@dataclass
class Credentials(SparkCredentials):
    """How Spark is reached: in all ways that dbt-spark knows."""

    def __post_init__(self) -> None:
        """Let Spark tell errors, as DuckDB does; dbt-spark wants null, for the sake of Spark 3."""
        super().__post_init__()
        self.server_side_parameters["spark.sql.ansi.enabled"] = "true"

    @property
    def type(self) -> str:
        """Name of the adapter."""
        return NAME


class ConnectionManager(SparkConnectionManager):
    """Sends every statement in Spark's SQL."""

    TYPE = NAME

    def add_query(self, sql: str, *arguments: Any, **options: Any) -> Any:
        """Send a statement.

        Args:
            sql: In DuckDB's SQL, or what only Spark knows.
            arguments: As of dbt-spark.
            options: As of dbt-spark.
        """
        return super().add_query(translate(sql), *arguments, **options)


class DuckdbOnSparkAdapter(SparkAdapter):
    """Spark's adapter on connections that translate.

    dbt takes the name of the adapter from that of its class, in small letters.
    """

    ConnectionManager = ConnectionManager


Plugin = AdapterPlugin(
    adapter=DuckdbOnSparkAdapter,
    credentials=Credentials,
    include_path=str(Path(__file__).parent),
    project_name=f"dbt_{NAME}",
    dependencies=["spark"],
)


def register() -> None:
    """Let dbt find this module when a profile names the adapter."""
    sys.modules[f"dbt.adapters.{NAME}"] = sys.modules[__name__]
