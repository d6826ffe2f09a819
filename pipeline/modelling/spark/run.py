"""dbt: models and their tests on Spark, on tables of the warehouse under construction."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.checking.results import CheckResult
from pipeline.core.settings import Settings
from pipeline.modelling.dbt import MODELS_AND_DATA_TESTS, Rows, read_outcome, run_dbt
from pipeline.modelling.spark.adapter import register
from pipeline.modelling.spark.dialect import translate
from pipeline.modelling.spark.exchange import export_sources, load_marts
from pipeline.modelling.spark.requirements import require_spark
from pipeline.modelling.spark.session import spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def build_models(warehouse: Path, scratch: Path, settings: Settings) -> list[CheckResult]:
    """Do on Spark what ``pipeline.modelling.dbt.build_models`` does in DuckDB.

    Args:
        warehouse: The warehouse with its schemas ``raw`` and ``audit`` filled; receives the marts,
            but neither staging nor intermediate tables.
        scratch: Folder for dbt's own files and for Spark's.
        settings: Where Spark runs, and what it may take of this machine.

    Returns:
        One result per data test, those skipped behind a failure left out.

    Raises:
        UsageError: Packages or Java are missing.
        CheckFailedError: A model could not be built at all.
        MachineError: For want of room, on the disk or in memory.
    """
    require_spark()
    scratch.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix="childcare-",
        dir=settings.spark.shared_folder or scratch,
        ignore_cleanup_errors=True,  # Java may still be removing its own files
    ) as name:
        return _build_in(Path(name).resolve(), warehouse, scratch, settings)


def _build_in(
    folder: Path, warehouse: Path, scratch: Path, settings: Settings
) -> list[CheckResult]:
    """Build in a folder that all machines see on which Spark runs."""
    sources = export_sources(warehouse, folder / "sources", settings.limits)
    register()
    with spark_session(folder, settings) as session:
        _register(session, sources)

        def run_query(query: str) -> Rows:
            found = session.sql(translate(query))
            return found.columns, [tuple(row) for row in found.collect()]

        with _closed_connections():
            outcome = run_dbt(scratch, "spark", *MODELS_AND_DATA_TESTS)
        results = read_outcome(outcome, run_query)
    built = [run.node for run in outcome.result if run.status == "success"]
    marts = [node for node in built if node.resource_type == "model" and node.schema == "marts"]
    load_marts(warehouse, folder / "warehouse" / "marts.db", marts, settings.limits)
    return results


def _register(session: SparkSession, sources: dict[str, str]) -> None:
    """Give Parquet files the names that models use.

    Args:
        session: Where.
        sources: Table with its schema -> its folder.
    """
    for table, folder in sources.items():
        session.sql(f"create schema if not exists {table.split('.')[0]}")
        escaped = folder.replace("\\", "\\\\").replace("'", "\\'")
        session.sql(f"create table {table} using parquet location '{escaped}'")


@contextlib.contextmanager
def _closed_connections() -> Iterator[None]:
    """Let dbt forget the connections of a run at its end."""
    from dbt.adapters.factory import cleanup_connections

    try:
        yield
    finally:
        cleanup_connections()
