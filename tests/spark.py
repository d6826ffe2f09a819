"""Spark, on which the models run as well."""

from __future__ import annotations

import os

import pytest

from pipeline.modelling.spark.requirements import find_lack


def require_spark() -> None:
    """Skip where Java or packages are missing, unless ``REQUIRE_SPARK`` forbids it."""
    lack = find_lack()
    if lack is None:
        return
    if os.environ.get("REQUIRE_SPARK"):
        pytest.fail(lack)
    pytest.skip(lack.replace("\n", "; "))
