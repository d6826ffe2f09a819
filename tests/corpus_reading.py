"""Reads a file as a build would, in a warehouse that knows the regions of the corpus."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline.catalogue.contract_detection import detect_contract
from pipeline.contracts import load_contracts
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.dossier_files.entry_checks import check_entry
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import read_table
from pipeline.shaping import create_tables
from pipeline.warehouse.load import index_regions
from pipeline.warehouse.load_source import load_source

CORPUS = PROJECT_ROOT / "tests" / "corpus"
SAID = ["missing", "qualifier", "low", "high", "unit", "date_part", "footnote"]
CorpusWarehouse = tuple[duckdb.DuckDBPyConnection, Path]


@contextmanager
def open_warehouse(rows: Path) -> Iterator[CorpusWarehouse]:
    """A warehouse in memory that knows the regions of the corpus.

    Args:
        rows: Folder for the extracts of what is read.

    Yields:
        The connection and that folder.
    """
    source, problems = source_of(CORPUS / "regions.csv", contract="region_list")
    table, found = read_table(source) if source else (None, [])
    if source is None or table is None:
        raise RuntimeError("\n".join(map(str, [*problems, *found])))
    with duckdb.connect() as connection:
        create_tables(connection, load_contracts())
        load_source(connection, source, table, rows)
        index_regions(connection, load_contracts(), rows)
        yield connection, rows


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CorpusWarehouse]:
    """A warehouse that knows the regions; every case is taken back after it was read."""
    with open_warehouse(tmp_path_factory.mktemp("rows")) as opened:
        yield opened


def source_of(path: Path, **entry: Any) -> tuple[Source | None, list[Any]]:
    """The source of a file, its contract detected where the entry names none."""
    contracts, place, document = load_contracts(), ("corpus", True), "corpus-document"
    given = {"id": path.parent.name.replace("_", "-"), "file": path.name, "document": document}
    checked = SourceEntry.model_validate(given | {"locator": "全文"} | entry)
    contract, problems = contracts.by_name.get(checked.contract or ""), []
    if contract is None:
        contract, problems = detect_contract(checked, path, place, contracts)
    if contract is None:
        return None, problems
    source = Source(checked, *place, path, contract, contracts, frozenset({document}))
    return source, check_entry(source, source.documents, "entry")


def read_case(warehouse: CorpusWarehouse, folder: Path, expected: dict[str, Any]) -> dict[str, Any]:
    """Everything that reading a case comes to, under the keys of its ``expected.yml``."""
    (file,) = (path for path in folder.iterdir() if path.name != "expected.yml")
    entry = {"contract": expected.get("contract")} | expected.get("entry", {})
    source, problems = source_of(file, **entry)
    table, found = read_table(source) if source and not problems else (None, [])
    if source is None or table is None:
        return {"problems": "\n".join(map(str, [*problems, *found]))}
    connection, rows = warehouse
    connection.begin()
    try:
        counts = load_source(connection, source, table, rows)
        stored = _stored(connection, source, expected)
    finally:
        connection.rollback()
    assert counts.read == counts.loaded + counts.rejected + counts.set_aside
    return stored | {
        "problems": "",
        "detected": "; ".join(map(str, [*table.detected, *counts.notes])),
    }


def _stored(
    connection: duckdb.DuckDBPyConnection, source: Source, expected: dict[str, Any]
) -> dict[str, Any]:
    def rows(columns: str, table: str, order: str) -> list[Any]:
        query = f"select {columns} from {table} where source_id = ? order by {order}"
        return plain(connection.execute(query, [source.id]).fetchall())

    precise = any(row[2] == "published_precision" for row in expected.get("remarks", []))
    kinds = [*SAID, "published_precision"] if precise else SAID
    columns = ", ".join(expected.get("columns", ["source_row"]))
    shown = max((len(row) for row in expected.get("rejected", [])), default=4)
    rejected = "source_row, source_cell, column_name, reason_code, candidates"
    aside = [kind for _, kind in rows("source_row, row_kind", "audit.set_aside_rows", "1")]
    remarks = rows(f"source_row, column_name, {', '.join(kinds)}", "raw.cell_remarks", "all")
    return {
        "rows": rows(columns, "loaded", "source_row, source_letter"),
        "rejected": [row[:shown] for row in rows(rejected, "audit.rejected_rows", "1, 3, 2")],
        "set_aside": {kind: aside.count(kind) for kind in aside if kind != "blank"},
        "remarks": [
            [row, column, kind, value]
            for row, column, *values in remarks
            for kind, value in zip(kinds, values, strict=True)
            if value is not None
        ],
        "totals": rows("source_row, column_name, value, sum_of_rows", "raw.stated_totals", "1,2,3"),
    }


def plain(value: Any) -> Any:
    """Numbers as decimals and dates as ISO strings, so that YAML can say them."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal(str(value)).normalize() if is_number else value
