"""The Spark of this machine, or the driver of a cluster's: quiet, offline, with UTC."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# A few partitions: the tables of one nation are small, and each task costs some milliseconds.
SETTINGS = {
    "spark.app.name": "childcare-capacity",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",  # what goes wrong comes back as an exception
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.sources.default": "parquet",
    # a table has few rows and many expressions; to compile them takes longer than to run them
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}


@contextmanager
def spark_session(folder: Path) -> Iterator[SparkSession]:
    """Start Spark, and stop it at the end.

    Args:
        folder: Made if needed; Spark works there, and ``spark.log`` holds what Java says.
    """
    from pyspark.sql import SparkSession

    folder.mkdir(parents=True, exist_ok=True)
    builder = SparkSession.builder.master(
        os.environ.get(
            "CHILDCARE_SPARK_MASTER", f"local[{os.environ.get('CHILDCARE_THREADS', '*')}]"
        )
    )
    settings = SETTINGS | {
        "spark.driver.memory": os.environ.get("CHILDCARE_SPARK_MEMORY", "4g"),
        "spark.local.dir": str(folder / "local"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
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
