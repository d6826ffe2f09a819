"""What Spark needs on this machine: packages that the default installation leaves out, and Java."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from pipeline.core.errors import UsageError
from pipeline.core.messages import Message

PACKAGES = ("dbt.adapters.spark", "pyspark", "sqlglot")
OLDEST_JAVA = 17


def find_lack() -> Message | None:
    """What is missing for Spark on this machine, and what to do; None where nothing is."""
    absent = [name for name in PACKAGES if not _is_installed(name)]
    if absent:
        return Message("spark.no_packages", packages=absent)
    java = _find_java()
    version = None if java is None else _java_version(java)
    if version is None:
        return Message("spark.no_java", oldest=OLDEST_JAVA)
    if version < OLDEST_JAVA:
        return Message("spark.old_java", version=version, java=str(java), oldest=OLDEST_JAVA)
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
    printed = subprocess.run(  # noqa: S603 - the java of the user's own PATH
        [str(java), "-version"], capture_output=True, text=True, check=False
    ).stderr
    version = re.search(r'version "(?:1\.)?(\d+)', printed)
    return None if version is None else int(version[1])


def _is_installed(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except ModuleNotFoundError:  # of the package above it
        return False
