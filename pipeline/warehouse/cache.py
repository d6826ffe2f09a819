"""Keeps what was extracted from a source, so that a later build need not read its file again.

An *extract* is a folder ``raw_tables/<source>/<name>/``: the loaded rows as one Parquet file, what
became of the other rows and what cells say beside their values as further ones, and checksums of
all. Its name is a checksum of everything that it follows from, so that an extract is either
the right one or is not found.
"""

from __future__ import annotations

import functools
import json
import logging
import shutil
from pathlib import Path

import duckdb

from pipeline.core.errors import FilesChangedError
from pipeline.core.inputs import checksum, checksum_of, find_code
from pipeline.core.messages import Message
from pipeline.core.sql import literal, parquet_files
from pipeline.core.workspace import Workspace
from pipeline.dossier_files.source import Source
from pipeline.shaping import ROWS_FILE, extract_folder

logger = logging.getLogger(__name__)

# Everything of the project on which an extract depends, libraries included. A test
# follows the imports.
EXTRACT_CODE = (
    "pipeline/core/database.py",
    "pipeline/core/errors.py",
    "pipeline/core/messages.py",
    "pipeline/core/messages.yml",
    "pipeline/core/sql.py",
    "pipeline/contracts/**/*.py",
    "pipeline/contracts/**/*.yml",
    "pipeline/reading/**/*.py",
    "pipeline/shaping/**/*.py",
    "pipeline/shaping/**/*.sql",
    "pipeline/values/**/*.py",
    "pipeline/dossier_files/source.py",
    "pipeline/dossier_files/sources_file.py",
    "pipeline/warehouse/cache.py",
    "pipeline/warehouse/load.py",
    "pipeline/warehouse/load_source.py",
    "pipeline/warehouse/parallel.py",
    "pipeline/language.py",
    "requirements.lock",
)
# Tables that loading a source fills beside its rows; each row names its source. A test compares
# the list with the tables that there are.
SIDE_TABLES = (
    "raw.source_columns",
    "raw.stated_totals",
    "raw.cell_remarks",
    "raw.merged_cells",
    "audit.load_audit",
    "audit.rejected_rows",
    "audit.set_aside_rows",
)
CHECKSUMS = "checksums.json"  # written last: without it an extract is not complete
NAME_LENGTH = 32  # half a sha256; paths on Windows are short


def name_extract(connection: duckdb.DuckDBPyConnection, source: Source) -> str:
    """Checksum of everything that the extract of a source follows from.

    Args:
        connection: Holds the names of the regions that the source may speak about.
        source: The source, with its file, its entry, its contract and its dossier.
    """
    regions = "select checksum from shaping.region_lists" if source.contract.has_region else ""
    known = connection.execute(regions).fetchall() if regions else []
    parts = (
        _code_checksum(),
        source.sha256,
        source.entry.model_dump_json(),
        source.named_day or "",
        f"{source.dossier} {source.fictional} {source.contract.name}",
        *sorted(source.documents),
        *(repr(cell) for cell in sorted(source.corrected_cells, key=repr)),
        *(value for (value,) in known),
    )
    return checksum_of(parts)[:NAME_LENGTH]


def extract_of(connection: duckdb.DuckDBPyConnection, source: Source, rows: Path) -> Path:
    """Folder of the extract of a source; ``connection`` as in ``name_extract``."""
    return extract_folder(rows, source.id, name_extract(connection, source))


def is_kept(folder: Path) -> bool:
    """Whether the folder of an extract is complete; damage shows when it is restored."""
    return (folder / CHECKSUMS).is_file()


def restore_extract(connection: duckdb.DuckDBPyConnection, folder: Path) -> bool:
    """Fill the tables of a warehouse from an extract that was kept.

    Args:
        connection: The warehouse, with the tables of ``create_tables``.
        folder: The folder of the extract.

    Returns:
        False where it is not there, or damaged; nothing was filled then.
    """
    try:
        files: dict[str, str] = json.loads((folder / CHECKSUMS).read_text(encoding="utf-8"))
        is_whole = ROWS_FILE in files and all(
            checksum(folder / name) == sha256 for name, sha256 in files.items()
        )
    except (OSError, ValueError, TypeError, AttributeError):
        is_whole = False
    if not is_whole:
        if folder.exists():
            logger.warning(Message("build.damaged_extract", folder=str(folder)))
        return False
    for table in SIDE_TABLES:
        file = folder / f"{table}.parquet"
        if file.name in files:
            connection.execute(f"insert into {table} by name from {parquet_files([file])}")
    return True


def keep_extract(connection: duckdb.DuckDBPyConnection, source: Source, folder: Path) -> None:
    """Complete the folder of an extract with what the warehouse says of its source.

    Args:
        connection: The warehouse, with the source loaded.
        source: The source.
        folder: Holds its loaded rows.
    """
    for table in SIDE_TABLES:
        mine = f"from {table} where source_id = {literal(source.id)}"
        if connection.execute(f"{mine} limit 1").fetchall():
            path = folder / f"{table}.parquet"
            connection.execute(f"copy ({mine}) to {literal(path.as_posix())} (format parquet)")
    files = {path.name: checksum(path) for path in sorted(folder.glob("*.parquet"))}
    unfinished = folder / "unfinished"
    unfinished.write_text(json.dumps(files, indent=2), encoding="utf-8")
    unfinished.replace(folder / CHECKSUMS)


def require_unchanged(source: Source) -> None:
    """Make sure that a file is still the one that was read.

    Raises:
        FilesChangedError: It is another one, or gone.
    """
    try:
        is_same = checksum(source.path) == source.sha256
    except FileNotFoundError:
        is_same = False
    if not is_same:
        raise FilesChangedError([source.file])


def remove_unused_extracts(workspace: Workspace) -> None:
    """Remove extracts that neither the published set uses nor the one before.

    Those of the set before stay because somebody may have its warehouse open.
    """
    used = {
        extract_folder(workspace.raw_tables, source, name)
        for folder in (workspace.marts, workspace.previous_marts)
        for source, name in _extracts_of(folder / "manifest.json").items()
    }
    for of_source in workspace.raw_tables.glob("*/"):
        for folder in of_source.glob("*/"):
            if folder not in used:
                shutil.rmtree(folder, ignore_errors=True)
        if not any(of_source.iterdir()):
            of_source.rmdir()


def _extracts_of(manifest: Path) -> dict[str, str]:
    if not manifest.is_file():
        return {}
    extracts: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8")).get("extracts", {})
    return extracts


@functools.cache
def _code_checksum() -> str:
    files = sorted(find_code(EXTRACT_CODE).items())
    return checksum_of(f"{name} {checksum(path)}" for name, path in files)
