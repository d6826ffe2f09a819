"""The published marts as pandas frames, for analysts.

``from pipeline import marts``, then ``marts.load("target_gaps")``, ``marts.describe()`` and
``marts.sql("select ...")``. Nothing is written, and nothing stays open, so a build may publish a
new set at any time. Null is ``pd.NA`` (``pd.NaT`` for dates) in every column; it is never 0.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.core.database import connect
from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.settings import Limits, Settings
from pipeline.core.sql import literal, parquet_files, quoted
from pipeline.core.workspace import Workspace
from pipeline.published.lookup import find_region
from pipeline.published.read_marts import Marts, Regions
from pipeline.wording.mart_dictionary import described_marts

AnyWorkspace = Workspace | str | os.PathLike[str] | None

DTYPES = {
    "varchar": "string",
    "bigint": "Int64",
    "integer": "Int64",
    "double": "Float64",
    "boolean": "boolean",
    "date": "datetime64[us]",
}
# What analysts read for a unit code of dbt's descriptions that is no word of its own.
UNIT_WORDS = {
    "counted": "what the figure counts",
    "figure": "unit of the figure",
    "indicator": "unit of the indicator",
    "indicator_per_year": "unit of the indicator, per year",
    "places_per_1000": "places per 1,000 residents",
    "quarter": "quarter of the year",
    "ratio": "ratio, 1 = 100 %",
    "rounds": "days with a round",
    "row": "row of a sheet",
}


def names() -> list[str]:
    """Names of all marts, sorted."""
    return sorted(_documented())


def load(name: str, workspace: AnyWorkspace = None) -> pd.DataFrame:
    """Read a whole mart.

    Args:
        name: One of ``names()``.
        workspace: Folder that holds ``marts/``; the project's ``data/`` if not given.

    Returns:
        Rows and columns as published; ``describe(name)`` says what each column means. Text is
        ``string``, whole numbers ``Int64``, other numbers ``Float64``, yes or no ``boolean``, dates
        ``datetime64[us]``; null is kept as such in each. ``attrs`` holds ``mart``, ``grain`` (what
        a row is), ``key`` (columns that tell rows apart), ``description`` and ``build`` (which
        build published it).

    Raises:
        UsageError: There is no such mart, or nothing is published.
    """
    mart = _find(name)
    published = _open(workspace)
    build = _build(published)
    path = published.marts / f"{name}.parquet"
    try:
        frame = _typed(pq.read_table(path))
    except FileNotFoundError:
        raise UsageError(Message("error.mart_missing", path=str(path))) from None
    if _build(published) != build:  # a new set was published meanwhile
        return load(name, workspace)
    frame.attrs = {
        "mart": name,
        "grain": mart["grain"],
        "key": list(mart["key"]),
        "description": mart["description"],
        "build": build,
    }
    return frame


def describe(name: str | None = None) -> pd.DataFrame:
    """What marts and their columns mean, as dbt documents them; needs nothing published.

    Args:
        name: One of ``names()``; all marts if not given.

    Returns:
        One row per column of a mart, in published order. Columns, never null but for ``unit``:

        * ``mart``, ``grain`` (what a row of the mart is), ``column``
        * ``is_key`` (boolean; the key columns together tell rows apart)
        * ``dtype`` (as ``load`` returns it)
        * ``unit`` (null where the column has none: names, words, flags, counts of sundry things)
        * ``meaning`` (with the meaning of null)

    Raises:
        UsageError: There is no such mart.
    """
    chosen = names() if name is None else [name]
    rows = [
        {
            "mart": mart,
            "grain": _find(mart)["grain"],
            "column": column["name"],
            "is_key": column["name"] in _find(mart)["key"],
            "dtype": DTYPES[column["data_type"]],
            "unit": _unit(column),
            "meaning": " ".join(column["description"].split()),
        }
        for mart in chosen
        for column in _find(mart)["columns"]
    ]
    return pd.DataFrame(rows).astype(dict.fromkeys(rows[0], "string") | {"is_key": "boolean"})


def sql(
    query: str, values: list[Any] | None = None, workspace: AnyWorkspace = None
) -> pd.DataFrame:
    """Ask the published marts, and the warehouse behind them, in SQL (DuckDB's).

    Args:
        query: One statement. Marts go by their names, with or without ``marts.``; tables of the
            warehouse by schema and name, such as ``staging.stg_quota_ledgers``.
        values: Values for each ``?`` of the query.
        workspace: Folder that holds ``marts/``; the project's ``data/`` if not given.

    Returns:
        One row per row of the result, in its order, typed as by ``load``.

    Raises:
        UsageError: There is no such table, or nothing is published, or another program writes to
            the warehouse.
        duckdb.Error: The query is wrong in another way; the message says where.

    Notes:
        Marts are read from the published Parquet files. The warehouse is opened only if the query
        asks for a table that is no mart, for reading, and closed with the query.
    """
    published = _open(workspace)
    build = _build(published)
    frame = _ask(published, query, values)
    # marts of two builds do not belong into one answer
    return frame if _build(published) == build else sql(query, values, workspace)


def tables(workspace: AnyWorkspace = None) -> pd.DataFrame:
    """What ``sql`` can ask.

    Args:
        workspace: Folder that holds ``marts/``; the project's ``data/`` if not given.

    Returns:
        One row per table, sorted, never null: ``schema`` and ``table``, both text. Schema ``marts``
        is what is published; ``raw``, ``staging``, ``intermediate`` and ``audit`` are on its way.

    Raises:
        UsageError: Nothing is published, or another program writes to the warehouse.
    """
    published = _open(workspace)
    with connect() as connection:
        _show_marts(connection, published.marts)
        _attach(connection, published.warehouse)
        rows = [name.split(".", maxsplit=1) for name in _tables(connection)]
    return pd.DataFrame(rows, columns=["schema", "table"], dtype="string")


def regions_below(region: str, workspace: AnyWorkspace = None) -> pd.DataFrame:
    """A region and all below it.

    Args:
        region: Code or name.
        workspace: Folder that holds ``marts/``; the project's ``data/`` if not given.

    Returns:
        One row per region, columns as in mart ``regions`` and ``depth`` (levels below the region
        that was asked for; it is first, with 0), sorted by depth and code.

    Raises:
        UsageError: There is no such region, or several of that name; or nothing is published.
    """
    found = find_region(Regions.of(Marts(_open(workspace).marts)), region)
    return sql(
        """
        with recursive below as (
            select *, 0 as depth from regions where region_code = ?
            union all
            select regions.*, below.depth + 1
            from regions inner join below on regions.parent_code = below.region_code
        )

        select * from below order by depth, region_code
        """,
        [found["region_code"]],
        workspace,
    )


def _open(workspace: AnyWorkspace) -> Workspace:
    given = (
        workspace
        if isinstance(workspace, Workspace)
        else Workspace()
        if workspace is None
        else Workspace(Path(workspace).resolve())
    )
    if not given.manifest.is_file():
        raise UsageError(Message("error.nothing_published", folder=str(given.marts)))
    return given


def _read_limits() -> Limits:
    """What a user of the machine has set in the environment of the notebook."""
    return Settings.of(Workspace(), os.environ).limits


def _find(name: str) -> dict[str, Any]:
    if name not in _documented():
        raise UsageError(Message("lookup.no_mart", name=name, known=_near(name, names())))
    return _documented()[name]


def _build(published: Workspace) -> str:
    """Which build published the set."""
    return str(json.loads(published.manifest.read_text(encoding="utf-8"))["build"])


def _documented() -> dict[str, dict[str, Any]]:
    """Marts by name: description, grain (first sentence of it), key and columns."""
    return {
        mart.name: {
            "description": mart.description,
            "grain": re.split(r"(?<=\.)\s", mart.description, maxsplit=1)[0],
            "key": list(mart.grain),
            "columns": [
                {
                    "name": column.name,
                    "data_type": column.data_type,
                    "description": column.description,
                    "unit": column.meta.get("unit"),
                }
                for column in mart.columns.values()
            ],
        }
        for mart in described_marts().values()
    }


def _unit(column: dict[str, Any]) -> str | None:
    if column["data_type"] == "date":
        return "date"
    if column["data_type"] == "varchar":
        return "code" if column["name"].endswith("_code") else None
    unit: str | None = column["unit"]
    return UNIT_WORDS.get(unit, unit) if unit else None


def _ask(published: Workspace, query: str, values: list[Any] | None) -> pd.DataFrame:
    with connect(limits=_read_limits()) as connection:
        _show_marts(connection, published.marts)
        try:
            return _typed(connection.execute(query, values).to_arrow_table())
        except duckdb.CatalogException:  # no mart, so perhaps a table of the warehouse
            _attach(connection, published.warehouse)
        try:
            return _typed(connection.execute(query, values).to_arrow_table())
        except duckdb.CatalogException as error:
            missing = re.search(r'Table with name "?([\w.]+?)"? does not exist', str(error))
            if missing is None:
                raise
            known = [name.removeprefix("marts.") for name in _tables(connection)]
            near = _near(missing[1], known)
            raise UsageError(Message("lookup.no_table", name=missing[1], known=near)) from error


def _show_marts(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Make a view for every published file."""
    # a table that does not exist is an error, not a variable of this module
    connection.execute("set python_enable_replacements = false; create schema marts")
    for path in sorted(folder.glob("*.parquet")):
        connection.execute(f"create view marts.{quoted(path.stem)} as from {parquet_files([path])}")
    connection.execute("set search_path = 'memory.marts'")


def _typed(table: pa.Table) -> pd.DataFrame:
    """As a frame whose types keep null apart from every value."""
    fields = [field.with_type(_plain_type(field.type)) for field in table.schema]
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas(types_mapper=_dtype)
    return frame


def _plain_type(given: pa.DataType) -> pa.DataType:
    """Dates as moments; what DuckDB makes of sums and divisions as plain numbers."""
    if pa.types.is_date(given):
        return pa.timestamp("us")
    if pa.types.is_decimal(given):
        return pa.int64() if given.scale == 0 else pa.float64()
    return given


def _dtype(given: pa.DataType) -> Any:
    """The pandas type of an Arrow type; None for the default of pandas."""
    if pa.types.is_integer(given):
        return pd.Int64Dtype()
    if pa.types.is_floating(given):
        return pd.Float64Dtype()
    if pa.types.is_boolean(given):
        return pd.BooleanDtype()
    if pa.types.is_string(given) or pa.types.is_large_string(given):
        return pd.StringDtype()
    return None


def _attach(connection: duckdb.DuckDBPyConnection, warehouse: Path) -> None:
    """Open the warehouse for reading; its schemas are found by name, marts stay the files."""
    if not warehouse.is_file():
        return
    try:
        connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
    except duckdb.IOException as error:
        message = Message("error.warehouse_busy", path=str(warehouse), what=str(error))
        raise UsageError(message) from error
    connection.execute("set search_path = 'warehouse.main,memory.marts'")


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Schema and name of every table and view."""
    found = connection.execute(
        "select distinct table_schema || '.' || table_name as name"
        " from information_schema.tables order by name"
    )
    return [name for (name,) in found.fetchall()]


def _near(asked: str, known: list[str]) -> list[str]:
    """Names that come near, with and without a schema; all of them where none does."""
    near = difflib.get_close_matches(asked, known, n=5, cutoff=0.5) or known
    bare = [name for name in known if name.split(".")[-1] == asked.split(".")[-1]]
    return list(dict.fromkeys([*bare, *near]))
