"""What Spark needs on this machine: packages that the default installation leaves out, and Java."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from pipeline.core.errors import UsageError

PACKAGES = ("dbt.adapters.spark", "pyspark", "sqlglot")
OLDEST_JAVA = 17


def find_lack() -> str | None:
    """What is missing for Spark on this machine, told so that the reader knows what to do.

    Returns:
        A message, or None where nothing is missing.
    """
    absent = [name for name in PACKAGES if not _is_installed(name)]
    if absent:
        return (
            "ENGINE=spark: the packages for Spark are missing\n"
            f"  found:    no {', '.join(absent)}\n"
            "  expected: what requirements-spark.lock lists\n"
            "  do next:  python -m pipeline setup --engine spark"
        )
    java = _find_java()
    version = None if java is None else _java_version(java)
    if version is None or version < OLDEST_JAVA:
        found = "no java" if version is None else f"Java {version}, {java}"
        return (
            f"ENGINE=spark: Spark runs on Java\n  found:    {found}\n"
            f"  expected: Java {OLDEST_JAVA} or newer, on PATH or named by JAVA_HOME\n"
            f"  do next:  apt install openjdk-{OLDEST_JAVA}-jre-headless, or build without"
            " ENGINE=spark"
        )
    return None


def require_spark() -> None:
    """Make sure that models can be run on Spark here.

    Raises:
        UsageError: Packages or Java are missing.
    """
    lack = find_lack()
    if lack is not None:
        raise UsageError(lack)


def _find_java() -> Path | None:
    """The ``java`` that Spark would start; None where there is none."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    return None if found is None else Path(found)


def _java_version(java: Path) -> int | None:
    """The major version, such as 17; None where the program does not say it."""
    said = subprocess.run(  # noqa: S603 - the java of the user's own PATH
        [str(java), "-version"], capture_output=True, text=True, check=False
    ).stderr
    version = re.search(r'version "(?:1\.)?(\d+)', said)
    return None if version is None else int(version[1])


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # of the package above it
        return False
