"""Keeps the loaded rows of every source as a Parquet file; the raw tables are views of the files.

A file holds only the columns that its source fills: six million rows take a third of the time that
they take to enter a table as wide as their contract.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from pipeline.contracts import Contract, Contracts
from pipeline.core.sql import literal, parquet_files, quoted
from pipeline.dossier_files.source import Source

ORIGIN = {
    "source_id": "varchar",
    "source_sheet": "varchar",
    "source_row": "bigint",
    "source_letter": "varchar",
}
REGION = {"region_code": "varchar", "region_name_as_issued": "varchar"}
ROWS_FILE = "rows.parquet"


def extract_folder(folder: Path, source_id: str, extract: str) -> Path:
    """Where the rows of one source stand; ``pipeline.warehouse.cache`` says what names them."""
    return folder / source_id / extract


def write_rows(
    connection: duckdb.DuckDBPyConnection, source: Source, rows: str, folder: Path
) -> int:
    """Write the rows of a source, and make the view ``loaded`` of them as wide as the contract.

    Args:
        connection: Where the rows come from.
        source: The source.
        rows: SQL that selects them, with lineage, in columns of the raw table or some of them.
        folder: That of the source's extract.

    Returns:
        Number of rows.
    """
    path = folder / ROWS_FILE
    written: int = connection.execute(_copy(rows, path)).fetchall()[0][0]
    connection.execute(
        f"create or replace temp view loaded as {_all_columns(connection, source.contract, [path])}"
    )
    return written


def drop_refused_rows(connection: duckdb.DuckDBPyConnection, source: Source, folder: Path) -> None:
    """Leave out the rows of a source that are refused for any reason.

    A row is refused as a whole, even where only one of its unpivoted cells or only its key is at
    fault, so that each row of the file has one fate.
    """
    path = folder / ROWS_FILE
    kept = path.with_suffix(".kept")
    refused = f"select source_row from audit.rejected_rows where source_id = {literal(source.id)}"
    rows = f"from {_files([path])} where source_row not in ({refused})"
    connection.execute(_copy(rows, kept))
    kept.replace(path)


def relate_raw_table(
    connection: duckdb.DuckDBPyConnection, contract: Contract, folder: Path
) -> None:
    """Make the view ``raw.<contract>`` of the rows of all its sources that ``raw.sources`` lists.

    Its columns are those of every source and of the contract: ``source_id``, ``source_sheet``,
    ``source_row``, ``source_letter``, with regions ``region_code`` and ``region_name_as_issued``,
    then the contract's own, null where a source does not fill them. Cells that
    ``raw.corrections`` names have the new value; the files keep what was issued.
    """
    sources = connection.execute(
        "select source_id, extract_name from raw.sources where contract = ?", [contract.name]
    ).fetchall()
    paths = [extract_folder(folder, *source) / ROWS_FILE for source in sources]
    corrected = connection.execute(
        "select distinct column_name from raw.corrections join raw.sources using (source_id)"
        " where contract = ? order by column_name",
        [contract.name],
    ).fetchall()
    issued = _all_columns(connection, contract, paths)
    rows = _correct(issued, contract, [name for (name,) in corrected])
    connection.execute(f"create or replace view raw.{quoted(contract.name)} as {rows}")


def relate_raw_tables(
    connection: duckdb.DuckDBPyConnection, contracts: Contracts, folder: Path
) -> None:
    """Make the views of all contracts."""
    for contract in contracts.by_name.values():
        relate_raw_table(connection, contract, folder)


def stored_rows(connection: duckdb.DuckDBPyConnection, source: Source, folder: Path) -> str:
    """SQL of the rows of a source as issued, in all columns of their raw table."""
    extract = connection.execute(
        "select extract_name from raw.sources where source_id = ?", [source.id]
    ).fetchall()[0][0]
    path = extract_folder(folder, source.id, extract) / ROWS_FILE
    return _all_columns(connection, source.contract, [path])


def _correct(issued: str, contract: Contract, columns: list[str]) -> str:
    """SQL of rows with the corrections of some columns applied; each is its own small join."""
    if not columns:
        return issued
    joins, values = "", []
    for number, name in enumerate(columns):
        its = f"c{number}"
        value = f"cast({its}.new_value as {contract.columns[name].sql_type})"
        values.append(
            f"case when {its}.correction_id is null then issued.{quoted(name)} else {value} end"
            f" as {quoted(name)}"
        )
        joins += (
            f" left join raw.corrected_cells as {its} on {its}.column_name = {literal(name)}"
            f" and issued.source_id = {its}.source_id and issued.source_row = {its}.source_row"
            f" and issued.source_sheet is not distinct from {its}.source_sheet"
            f" and issued.source_letter is not distinct from {its}.source_letter"
        )
    return f"select issued.* replace ({', '.join(values)}) from ({issued}) as issued{joins}"


def _copy(rows: str, path: Path) -> str:
    return (
        f"copy ({rows}) to {literal(path.as_posix())}"
        " (format parquet, compression lz4_raw, dictionary_size_limit 1000,"
        " write_bloom_filter false)"
    )


def _files(paths: list[Path]) -> str:
    return parquet_files(paths, "union_by_name = true")


def _all_columns(
    connection: duckdb.DuckDBPyConnection, contract: Contract, paths: list[Path]
) -> str:
    """SQL of rows in files, in all columns of their raw table."""
    types = ORIGIN | (REGION if contract.has_region else {})
    types |= {column.name: column.sql_type for column in contract.value_columns}
    filled = set()
    if paths:
        described = connection.execute(f"describe from {_files(paths)}").fetchall()
        filled = {name for name, *_ in described}
    columns = ", ".join(
        quoted(name) if name in filled else f"null::{sql_type} as {quoted(name)}"
        for name, sql_type in types.items()
    )
    return f"select {columns} from {_files(paths)}" if paths else f"select {columns} where false"
