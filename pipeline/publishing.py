"""What a build depends on, and the set that it writes: marts, manifest, rows of the warehouse."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipeline.dossiers import is_meant_to_be_read
from pipeline.sql import literal
from pipeline.workspace import PROJECT_ROOT, Workspace

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
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


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


def scan_inputs(workspace: Workspace) -> Inputs:
    """Take the checksum of every file that a build depends on."""
    files = {
        f"raw/{path.relative_to(workspace.raw).as_posix()}": path
        for path in workspace.raw.rglob("*")
        if path.is_file() and is_meant_to_be_read(path)
    }
    for pattern in CODE:
        files |= {
            path.relative_to(PROJECT_ROOT).as_posix(): path
            for path in PROJECT_ROOT.glob(pattern)
            if path.is_file()
        }
    return Inputs(
        checksums={name: _sha256(path) for name, path in files.items()},
        newest=max((path.stat().st_mtime for path in files.values()), default=0.0),
    )


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
        return (
            manifest["build"] == inputs.fingerprint
            and inputs.newest <= workspace.manifest.stat().st_mtime
            and all((workspace.marts / name).is_file() for name in files)
            and (workspace.index_page.is_file() or not with_reports)
            and _finds_its_rows(workspace)
        )
    except (ValueError, KeyError, TypeError):
        return False


def export_marts(warehouse: Path, target: Path) -> dict[str, dict[str, Any]]:
    """Write every table of schema ``marts`` as Parquet and CSV.

    Args:
        warehouse: A warehouse whose checks have all passed.
        target: Folder to write to; made if needed.

    Returns:
        Mart -> ``rows`` and the ``sha256`` of both files. Rows are in the order of all their
        columns, so that the same rows give the same bytes. CSV files are UTF-8 with byte-order
        mark, which Excel needs to show Chinese.
    """
    target.mkdir(parents=True, exist_ok=True)
    exported = {}
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("set threads = 1")  # several threads may split row groups differently
        names = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'marts' order by table_name"
        ).fetchall()
        for (name,) in names:
            parquet, csv = target / f"{name}.parquet", target / f"{name}.csv"
            ordered = f"(from marts.{name} order by all)"
            connection.execute(f"copy {ordered} to {literal(str(parquet))} (format parquet)")
            connection.execute(f"copy {ordered} to {literal(str(csv))} (format csv, header)")
            csv.write_bytes(BYTE_ORDER_MARK + csv.read_bytes())
            rows = connection.execute(f"select count(*) from marts.{name}").fetchall()[0][0]
            exported[name] = {
                "rows": rows,
                "sha256": {path.name: _sha256(path) for path in (parquet, csv)},
            }
    return exported


def write_manifest(
    target: Path, inputs: Inputs, marts: dict[str, dict[str, Any]], entries: dict[str, str]
) -> None:
    """Write ``manifest.json``: which build, from which inputs and entries of sources, which files.

    It holds no time of day, so that the same inputs give the same bytes.
    """
    files = sorted(
        path.relative_to(target).as_posix()
        for path in target.rglob("*")
        if path.is_file() and path.name != ".gitkeep"
    )
    content = {
        "build": inputs.fingerprint,
        "marts": marts,
        "files": files,
        "inputs": dict(sorted(inputs.checksums.items())),
        "entries": dict(sorted(entries.items())),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8", newline="\n")


def new_rows_folder(workspace: Workspace) -> Path:
    """A new folder for the rows of the raw tables; folders that nothing uses are removed.

    The published warehouse names its own folder. That of the build before stays until the next
    build, because somebody may have the old warehouse open.
    """
    in_use = _raw_views(workspace.warehouse)
    for old in workspace.raw_tables.glob("*/"):
        if in_use is not None and old.name not in in_use:
            shutil.rmtree(old, ignore_errors=True)
    folder = workspace.raw_tables / uuid.uuid4().hex
    folder.mkdir(parents=True)
    return folder


def _raw_views(warehouse: Path) -> str | None:
    """The SQL of the raw tables of a warehouse; None where it cannot be told."""
    if not warehouse.is_file():
        return ""
    try:
        with duckdb.connect(str(warehouse), read_only=True) as connection:
            views = connection.execute("select sql from duckdb_views() where schema_name = 'raw'")
            return "\n".join(sql for (sql,) in views.fetchall())
    except duckdb.Error:  # damaged, or somebody writes to it
        return None


def _finds_its_rows(workspace: Workspace) -> bool:
    """Whether the published warehouse names rows of this workspace; not after it was moved."""
    views = _raw_views(workspace.warehouse) or ""
    folders = workspace.raw_tables.glob("*/")
    return "read_parquet" not in views or any(f"{f.as_posix()}/" in views for f in folders)


def _fingerprint(checksums: dict[str, str]) -> str:
    lines = "\n".join(f"{path} {sha}" for path, sha in sorted(checksums.items()))
    return hashlib.sha256(lines.encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
