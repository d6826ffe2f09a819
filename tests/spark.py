"""Spark, on which the models run as well."""

from __future__ import annotations

from optional import require

from pipeline.modelling.spark.requirements import find_lack


def require_spark() -> None:
    """Skip where Java or packages are missing, unless ``REQUIRE_SPARK`` forbids it."""
    lack = find_lack()
    require(None if lack is None else str(lack).replace("\n", "; "), "SPARK")
