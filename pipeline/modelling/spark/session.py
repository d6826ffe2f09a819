"""The Spark of this machine, or the driver of a cluster's: quiet, offline, with UTC."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

OPTIONS = {
    "spark.app.name": "childcare-capacity",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",  # what goes wrong comes back as an exception
    "spark.sql.catalogImplementation": "in-memory",  # names are those of one build
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.sources.default": "parquet",
}
# of this machine alone
LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "2",
    # queries have few rows and many expressions: to compile them takes longer than to run them
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def spark_session(folder: Path, settings: Settings) -> Iterator[SparkSession]:
    """Start Spark, and stop it at the end.

    Args:
        folder: Made if needed; Spark works there, ``spark.log`` holds what Java says, and
            ``warehouse`` the tables, a folder for each schema.
        settings: Where Spark runs, and what it may take of this machine.
    """
    from pyspark.sql import SparkSession

    folder.mkdir(parents=True, exist_ok=True)
    cluster = settings.spark.master
    builder = SparkSession.builder.master(cluster or f"local[{settings.limits.threads or '*'}]")
    options = OPTIONS | {
        "spark.driver.memory": settings.spark.memory,
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    if cluster is None:
        options |= LOCAL
    for name, value in options.items():
        builder = builder.config(name, value)
    # what pyspark tells there comes back as an exception, too
    logging.getLogger("SQLQueryContextLogger").disabled = True
    with _standard_error_in(folder / "spark.log"):  # Java keeps it as long as it runs
        session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


@contextmanager
def _standard_error_in(file: Path) -> Iterator[None]:
    """Let programs that are started meanwhile write to a file what they say on standard error."""
    kept = os.dup(2)
    with file.open("ab") as target:
        os.dup2(target.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
