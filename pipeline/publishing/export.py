"""Writes the set that a build publishes: marts and manifest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.core.database import connect
from pipeline.core.inputs import Inputs, checksum
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.core.sql import literal

MOST_CSV_ROWS = 1_048_575  # of a sheet of Excel, below the header; lineage of a nation has more
BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def export_marts(
    warehouse: Path, target: Path, limits: Limits = NO_LIMITS
) -> dict[str, dict[str, Any]]:
    """Write every table of schema ``marts`` as Parquet, and as CSV where Excel can open it whole.

    Args:
        warehouse: A warehouse whose checks have all passed.
        target: Folder to write to; made if needed.
        limits: What DuckDB may take of the machine.

    Returns:
        Mart -> ``rows`` and the ``sha256`` of its files. Rows are in the order in which the
        warehouse has them, that of all their columns, so that the same rows give the same bytes.
        CSV files are UTF-8 with byte-order mark, which Excel needs to show Chinese.
    """
    target.mkdir(parents=True, exist_ok=True)
    exported = {}
    with connect(warehouse, limits) as connection:
        names = connection.execute(
            "select table_name from information_schema.tables"
            " where table_schema = 'marts' order by table_name"
        ).fetchall()
        for (name,) in names:
            relation = f"marts.{name}"
            rows = connection.execute(f"select count(*) from {relation}").fetchall()[0][0]
            parquet, csv = target / f"{name}.parquet", target / f"{name}.csv"
            connection.execute(f"copy {relation} to {literal(str(parquet))} (format parquet)")
            files = [parquet]
            if rows <= MOST_CSV_ROWS:
                connection.execute(f"copy {relation} to {literal(str(csv))} (format csv, header)")
                csv.write_bytes(BYTE_ORDER_MARK + csv.read_bytes())
                files.append(csv)
            exported[name] = {"rows": rows, "sha256": {path.name: checksum(path) for path in files}}
    return exported


def write_manifest(
    target: Path,
    inputs: Inputs,
    marts: dict[str, dict[str, Any]],
    entries: dict[str, str],
    extracts: dict[str, str],
) -> None:
    """Write ``manifest.json``: which build, from which inputs, which files.

    It holds no time of day, so that the same inputs give the same bytes.

    Args:
        target: Folder with everything else that is published.
        inputs: What the build depends on.
        marts: What ``export_marts`` says.
        entries: Source -> checksum of what is said about it.
        extracts: Source -> name of its extract, which the warehouse uses.
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
        "extracts": dict(sorted(extracts.items())),
    }
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    (target / "manifest.json").write_text(text, encoding="utf-8", newline="\n")
