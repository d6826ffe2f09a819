"""Tables on their way between the warehouse and Spark, as Parquet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.core.database import connect
from pipeline.core.errors import CheckFailedError
from pipeline.core.messages import Message
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.core.sql import literal, parquet_files, quoted

SCHEMAS = ("raw", "audit")


def export_sources(warehouse: Path, folder: Path, limits: Limits = NO_LIMITS) -> dict[str, str]:
    """Write the tables that models read, a folder for each.

    Args:
        warehouse: The warehouse with its schemas ``raw`` and ``audit`` filled.
        folder: Made if needed.
        limits: What DuckDB may take of the machine.

    Returns:
        Table with its schema -> its folder.
    """
    exported = {}
    with connect(warehouse, limits) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_schema in (select unnest(?)) order by all",
            [list(SCHEMAS)],
        ).fetchall()
        for schema, table in tables:
            target = folder / schema / table
            target.mkdir(parents=True)
            rows = literal(str(target / "rows.parquet"))
            connection.execute(
                f"copy (from {quoted(schema)}.{quoted(table)}) to {rows} (format parquet)"
            )
            exported[f"{schema}.{table}"] = str(target)
    return exported


def load_marts(warehouse: Path, folder: Path, marts: list[Any], limits: Limits = NO_LIMITS) -> None:
    """Bring the marts back into the warehouse, as their contracts say, in order of all columns.

    Args:
        warehouse: Receives schema ``marts``.
        folder: Holds a folder of Parquet files for each mart.
        marts: The models, as dbt tells them. A view stays one: checks that run later show in it.
        limits: What DuckDB may take of the machine.

    Raises:
        CheckFailedError: A column that is never null is null.
    """
    import duckdb

    with connect(warehouse, limits) as connection:
        connection.execute("create schema if not exists marts")
        for mart in marts:
            name = f"marts.{quoted(mart.name)}"
            if mart.config.materialized == "view":
                connection.execute(f"create or replace view {name} as {mart.compiled_code}")
                continue
            columns = ", ".join(_described(column) for column in mart.columns.values())
            connection.execute(f"create or replace table {name} ({columns})")
            files = parquet_files(sorted((folder / mart.name).glob("*.parquet")))
            try:
                connection.execute(f"insert into {name} by name from {files} order by all")
            except duckdb.ConstraintException as error:
                message = Message("error.dbt_models", models=[f"{mart.name}: {error}"])
                raise CheckFailedError(message) from error


def _described(column: Any) -> str:
    is_required = any(constraint.type == "not_null" for constraint in column.constraints)
    return f"{quoted(column.name)} {column.data_type}{' not null' if is_required else ''}"
