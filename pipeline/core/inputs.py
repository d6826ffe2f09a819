"""What a build depends on, and whether the published set was made from just that."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.core.errors import FilesChangedError
from pipeline.core.sql import path_literal
from pipeline.core.workspace import PROJECT_ROOT, Engine, Workspace

# Everything but the raw files that a published figure or page depends on.
CODE = (
    "pipeline/**/*.py",
    "pipeline/**/*.yml",
    "pipeline/**/*.sql",
    "pipeline/**/*.j2",
    "pipeline/**/*.css",
    "pipeline/**/*.js",
    "pipeline/**/*.json",
    "dbt_project/models/**/*",
    "dbt_project/macros/**/*",
    "dbt_project/tests/**/*",
    "dbt_project/*.yml",
    "expectations/**/*.json",
    "notebooks/*.ipynb",
    "requirements.lock",
)
LEFT_BEHIND = re.compile(
    r"~\$.*|\._.*|\.~lock\..*#|\..*\.sw[a-p]|Thumbs\.db|desktop\.ini|\.DS_Store"
)
SPARK_LOCK = "requirements-spark.lock"


@dataclass(frozen=True)
class Inputs:
    """What a build depends on.

    Attributes:
        checksums: Path -> sha256 of every file, raw files below ``raw/``.
        newest: Time of the latest change to any of them, seconds since 1970.
    """

    checksums: dict[str, str]
    newest: float

    @property
    def fingerprint(self) -> str:
        """One checksum over all paths and contents; names the build."""
        return _fingerprint(self.checksums)

    @property
    def code(self) -> str:
        """One checksum over everything but the raw files."""
        rest = {path: sha for path, sha in self.checksums.items() if not path.startswith("raw/")}
        return _fingerprint(rest)


def scan_inputs(workspace: Workspace, engine: Engine = "duckdb") -> Inputs:
    """Take the checksum of every file that a build depends on, and note another engine than DuckDB.

    Args:
        workspace: What would be built.
        engine: What would run the models.
    """
    files = {f"raw/{name}": path for name, path in find_raw_files(workspace.raw).items()}
    files |= find_code(CODE if engine == "duckdb" else (*CODE, SPARK_LOCK))
    other = {} if engine == "duckdb" else {"engine": checksum_of([engine])}
    return Inputs(
        checksums={name: checksum(path) for name, path in files.items()} | other,
        newest=max((path.stat().st_mtime for path in files.values()), default=0.0),
    )


def require_unchanged_inputs(workspace: Workspace, inputs: Inputs) -> None:
    """Make sure that what is about to be published was made from the files that it will name.

    Raw files alone: who changes code while it runs builds again anyway.

    Raises:
        FilesChangedError: Raw files were changed, added or removed meanwhile.
    """
    before, now = inputs.checksums, scan_inputs(workspace).checksums
    changed = sorted(
        name
        for name in before | now
        if name.startswith("raw/") and before.get(name) != now.get(name)
    )
    if changed:
        raise FilesChangedError(changed)


def is_up_to_date(workspace: Workspace, inputs: Inputs, *, with_reports: bool = True) -> bool:
    """Whether the published set is whole and was made from just these inputs.

    As with ``make``, a file that was touched after the build counts as changed.

    Args:
        workspace: Where the set is published.
        inputs: What it should have been made from.
        with_reports: Whether pages belong to it; a set with pages is whole without them as well.
    """
    if not workspace.manifest.is_file() or not workspace.warehouse.is_file():
        return False
    try:
        manifest = json.loads(workspace.manifest.read_text(encoding="utf-8"))
        files: list[str] = manifest["files"]
        extracts: dict[str, str] = manifest["extracts"]
        return (
            manifest["build"] == inputs.fingerprint
            and inputs.newest <= workspace.manifest.stat().st_mtime
            and all((workspace.marts / name).is_file() for name in files)
            and (workspace.index_page.is_file() or not with_reports)
            and all(
                (workspace.raw_tables / source / name).is_dir() for source, name in extracts.items()
            )
            and _finds_its_rows(workspace)
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def find_raw_files(raw: Path) -> dict[str, Path]:
    """Files below ``raw/`` by their paths there; all that a build may load is among them.

    A dossier may be a link to a folder. Links below it are not followed: what is loaded stands
    inside the dossier, whichever way a source names it.
    """
    dossiers = sorted(path for path in raw.iterdir() if path.is_dir()) if raw.is_dir() else []
    own = [path for path in raw.iterdir() if not path.is_dir()] if raw.is_dir() else []
    below = [
        Path(folder) / name
        for dossier in dossiers
        for folder, _, names in os.walk(dossier)
        for name in names
    ]
    return {
        path.relative_to(raw).as_posix(): path
        for path in [*own, *below]
        if may_be_loaded(path) and path.is_file()
    }


def may_be_loaded(path: Path) -> bool:
    """False for what programs and operating systems leave behind beside the files that they open.

    It changes while a file is merely looked at, so that it is neither loaded nor an input.
    """
    return LEFT_BEHIND.fullmatch(path.name) is None


def is_meant_to_be_read(path: Path) -> bool:
    """Whether a file that no source names may have been forgotten; hidden ones were not."""
    return may_be_loaded(path) and not path.name.startswith(".")


def find_code(patterns: Iterable[str]) -> dict[str, Path]:
    """Files of the project that match, by their paths below its root."""
    return {
        path.relative_to(PROJECT_ROOT).as_posix(): path
        for pattern in patterns
        for path in PROJECT_ROOT.glob(pattern)
        if path.is_file()
    }


def checksum(path: Path) -> str:
    """The sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def checksum_of(lines: Iterable[str]) -> str:
    """The sha256 of lines of text."""
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _fingerprint(checksums: dict[str, str]) -> str:
    return checksum_of(f"{path} {sha}" for path, sha in sorted(checksums.items()))


def _finds_its_rows(workspace: Workspace) -> bool:
    """Whether the published warehouse names rows of this workspace; not after it was moved."""
    import duckdb

    from pipeline.core.database import connect

    try:
        with connect(workspace.warehouse, read_only=True) as connection:
            views = connection.execute("select sql from duckdb_views() where schema_name = 'raw'")
            named = "\n".join(sql for (sql,) in views.fetchall())
    except duckdb.Error:  # damaged, or somebody writes to it
        return False
    folder = path_literal(workspace.raw_tables / "rows")[1:-5]
    return "read_parquet" not in named or folder in named
