"""What dbt says of the tables that models read is what a warehouse holds."""

from __future__ import annotations

import duckdb
import pytest
from ruamel.yaml import YAML

from pipeline.contracts import load_contracts
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.shaping import create_tables, relate_raw_tables
from pipeline.shaping.source_descriptions import CONTRACT_SOURCES, describe_contract_tables

MODELS = PROJECT_ROOT / "dbt_project" / "models"


def read_sources() -> dict[tuple[str, str], dict[str, str]]:
    """Schema and table -> its columns and what is said of each; the table itself under ''."""
    return {
        (source["name"], table["name"]): {"": table["description"]}
        | {column["name"]: column["description"] for column in table["columns"]}
        for path in MODELS.rglob("_*.yml")
        for source in YAML(typ="safe").load(path).get("sources", [])
        for table in source["tables"]
    }


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> dict[tuple[str, str], list[str]]:
    """Schema and table of an empty warehouse -> its columns, as a build makes them."""
    contracts = load_contracts()
    with duckdb.connect() as connection:
        create_tables(connection, contracts)
        relate_raw_tables(connection, contracts, tmp_path_factory.mktemp("rows"))
        rows = connection.execute(
            "select table_schema, table_name, list(column_name order by ordinal_position)"
            " from information_schema.columns where table_schema in ('raw', 'audit') group by all"
        ).fetchall()
    return {(schema, table): columns for schema, table, columns in rows}


def find_differences(sources, tables):
    return [
        (place, sorted(set(described) - {""} ^ set(tables.get(place, ()))))
        for place, described in sources.items()
        if [name for name in described if name] != tables.get(place)
    ]


def test_every_described_column_exists_and_every_other_way_round(tables):
    assert find_differences(read_sources(), tables) == []


@pytest.mark.parametrize("columns", [["source_id"], ["region_code", "source_id"], []])
def test_a_column_too_many_or_too_few_is_noticed(columns):
    planted = {("raw", "complete_areas"): dict.fromkeys(["", "source_id", "region_code"], "x")}
    assert find_differences(planted, {("raw", "complete_areas"): columns})


def test_every_source_is_described_and_read():
    sql = "".join(path.read_text(encoding="utf-8") for path in MODELS.rglob("*.sql"))
    for (schema, table), descriptions in read_sources().items():
        assert descriptions[""].startswith("One row per"), table
        assert all(text.endswith(".") for text in descriptions.values()), table
        assert f"source('{schema}', '{table}')" in sql, f"no model reads {schema}.{table}"


def test_tables_of_contracts_are_described_as_their_contracts_say():
    """If this fails, run ``python -m pipeline.shaping.source_descriptions``."""
    assert CONTRACT_SOURCES.read_text(encoding="utf-8") == describe_contract_tables(
        load_contracts()
    )
