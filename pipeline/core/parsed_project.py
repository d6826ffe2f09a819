"""dbt's project as dbt parses it: read once for a state of its code, whichever workspace is built.

``load_parsed_project`` gives what dbt's runner takes, ``read_manifest`` the same as dbt writes it
into its ``manifest.json``: models, tests, columns with their descriptions and ``meta``. Nothing of
a workspace, of threads or of memory stands in it.
"""

from __future__ import annotations

import importlib.metadata
import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.core.errors import CheckFailedError
from pipeline.core.inputs import checksum, checksum_of
from pipeline.core.kept_files import keep, read_kept
from pipeline.core.messages import Message
from pipeline.core.quick_imports import quick_imports
from pipeline.core.workspace import PROJECT_ROOT

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
# What dbt writes into the project's folder when it is called there by hand.
WRITTEN_BY_DBT = {"target", "logs", "dbt_packages"}
# What parses: all of them put macros of their own into the parsed project.
PACKAGES = ("dbt-core", "dbt-common", "dbt-adapters", "dbt-duckdb", "dbt-spark")


def load_parsed_project(project: Path = DBT_PROJECT, target: str = "build") -> Manifest:
    """Load the parsed project, or parse it where its code has changed.

    Args:
        project: Folder of the dbt project.
        target: Of its profile; models may differ between DuckDB and Spark.

    Raises:
        CheckFailedError: dbt cannot parse it.
    """
    with quick_imports():
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

    key = checksum_of_project(project, target)
    kept = read_kept("parsed_projects", key)
    if kept is not None:
        loaded: Manifest = Manifest.from_msgpack(kept, decoder=extended_mashumuro_decoder)
        return loaded
    parsed, _ = _parse_and_keep(project, target, key)
    return parsed


def read_manifest(project: Path = DBT_PROJECT, target: str = "build") -> dict[str, Any]:
    """Read dbt's ``manifest.json``; dbt itself is imported only where the code has changed.

    Args:
        project: Folder of the dbt project.
        target: As in ``load_parsed_project``.

    Returns:
        The manifest: ``nodes``, ``sources``, ``exposures``, ``docs`` and others, by unique id.

    Raises:
        CheckFailedError: dbt cannot parse the project.
    """
    key = checksum_of_project(project, target)
    kept = read_kept("manifests", key)
    if kept is None:
        _, kept = _parse_and_keep(project, target, key)
    read: dict[str, Any] = json.loads(kept)
    return read


def checksum_of_project(project: Path, target: str) -> str:
    """The checksum of everything that the parsed project depends on."""
    files = {
        path.relative_to(project): path
        for path in project.rglob("*")
        if path.is_file() and path.relative_to(project).parts[0] not in WRITTEN_BY_DBT
    }
    code = (f"{name.as_posix()} {checksum(files[name])}" for name in sorted(files))
    versions = (f"{name} {_version(name)}" for name in PACKAGES)
    return checksum_of([target, *versions, *code])


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _parse_and_keep(project: Path, target: str, key: str) -> tuple[Manifest, bytes]:
    """Parse the project; the parsed project, and its ``manifest.json``.

    Both are made at once, because dbt writes a manifest only in a process that has parsed one.
    """
    from dbt.parser.manifest import extended_mashumaro_encoder

    parsed = _parse(project, target)
    parsed.files = {}  # serve to parse in part, and name folders of this machine
    manifest = json.dumps(parsed.writable_manifest().to_dict(omit_none=False), default=str).encode()
    keep("parsed_projects", key, parsed.to_msgpack(extended_mashumaro_encoder))
    keep("manifests", key, manifest)
    return parsed, manifest


def _parse(project: Path, target: str) -> Manifest:
    from dbt.cli.main import dbtRunner

    with tempfile.TemporaryDirectory() as written:
        outcome = dbtRunner().invoke(
            [
                *("parse", "--target", target, "--no-partial-parse", "--no-write-json"),
                *("--project-dir", str(project), "--profiles-dir", str(project)),
                *("--target-path", written, "--log-path", written, "--log-level", "none"),
            ]
        )
    if isinstance(outcome.exception, OSError):
        raise outcome.exception
    if outcome.exception is not None:
        message = Message("error.dbt_project", folder=str(project), what=str(outcome.exception))
        raise CheckFailedError(message)
    parsed: Manifest = outcome.result
    return parsed
