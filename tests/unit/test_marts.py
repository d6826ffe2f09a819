"""Marts as frames: types, nulls, documents, and SQL that never stands in a build's way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import duckdb
import pandas as pd
import pytest

from pipeline import marts
from pipeline.core.errors import UsageError
from pipeline.core.parsed_project import DBT_PROJECT
from pipeline.wording.mart_dictionary import described_marts


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with two small marts, and a warehouse with the table behind one of them."""
    folder = tmp_path / "workspace"
    write_set(folder, build="first", places=40)
    return folder


def write_set(folder: Path, *, build: str, places: int) -> None:
    (folder / "marts").mkdir(parents=True)
    (folder / "marts" / "manifest.json").write_text(f'{{"build": "{build}"}}', encoding="utf-8")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(
            f"""
            create schema staging;
            create schema marts;
            create table staging.stg_rows as select {places} as places;
            create table marts.facilities as
            from (values
                ('02', '乙', true, {places}::bigint, 1.5, date '2025-12-31'),
                ('01', null, null, null, null, null)
            ) as t (region_code, facility_name, is_open, places, longitude, closed_date);
            create table marts.regions as
            from (values
                ('0', '示例市', null, true, null), ('01', '甲区', '0', true, '旧甲'),
                ('0101', '甲一镇', '01', true, null), ('02', '别市', null, false, null)
            ) as t (region_code, region_name, parent_code, is_fictional, aliases);
            alter table marts.regions add column region_level varchar;
            alter table marts.regions add column source_figures bigint default 1;
            """
        )
        for name in ("facilities", "regions"):
            path = folder / "marts" / f"{name}.parquet"
            connection.execute(f"copy marts.{name} to '{path}' (format parquet)")


def test_types_are_nullable_and_order_is_as_published(workspace: Path) -> None:
    frame = marts.load("facilities", workspace)
    assert frame.dtypes.astype(str).to_dict() == {
        "region_code": "string",
        "facility_name": "string",
        "is_open": "boolean",
        "places": "Int64",
        "longitude": "Float64",
        "closed_date": "datetime64[us]",
    }
    assert frame["region_code"].tolist() == ["02", "01"]
    assert frame["places"].iloc[0] == 40


def test_null_stays_null_and_is_never_zero_or_nan(workspace: Path) -> None:
    row = marts.load("facilities", workspace).iloc[1].drop("region_code")
    assert row.isna().all()
    assert all(value is pd.NA or value is pd.NaT for value in row)


def test_a_frame_says_what_a_row_is_and_which_build_published_it(workspace: Path) -> None:
    attrs = marts.load("facilities", workspace).attrs
    assert attrs["mart"] == "facilities"
    assert attrs["grain"].startswith("One row per facility")
    assert attrs["description"].startswith(attrs["grain"])
    assert attrs["key"] == ["facility_key"]
    assert attrs["build"] == "first"


def test_every_mart_and_column_is_described_with_its_own_words() -> None:
    described = marts.describe()
    assert described["mart"].unique().tolist() == marts.names()
    models = {path.stem for path in (DBT_PROJECT / "models" / "marts").glob("*.sql")}
    assert models == set(marts.names())
    assert described.drop(columns="unit").notna().all(axis=None)
    texts = described["meaning"] + described["grain"]
    assert not texts.str.contains("{", regex=False).any()
    assert described["grain"].str.startswith("One row per").all()
    keys = described[described["is_key"]].groupby("mart")["column"].count()
    assert set(keys.index) == set(marts.names())


@pytest.mark.parametrize(
    ("mart", "column", "unit"),
    [
        pytest.param("target_gaps", "gap_places_net", "places", id="places"),
        pytest.param("target_gaps", "residents", "residents", id="residents"),
        pytest.param("target_gaps", "achievement_ratio", "ratio, 1 = 100 %", id="ratio"),
        pytest.param("target_gaps", "actual_value", "unit of the indicator", id="value"),
        pytest.param(
            "target_gaps", "required_pace_per_year", "unit of the indicator, per year", id="pace"
        ),
        pytest.param("region_years", "births", "persons", id="persons"),
        pytest.param("load_audit", "rows_read", "rows", id="rows"),
        pytest.param("source_figures", "published_precision", "what the figure counts", id="count"),
        pytest.param("target_gaps", "actual_date", "date", id="date"),
        pytest.param("target_gaps", "region_code", "code", id="code"),
        pytest.param("facility_years", "monthly_fee_yuan", "yuan", id="yuan"),
        pytest.param("quota_progress", "target_per_1000", "places per 1,000 residents", id="rate"),
        pytest.param("region_years", "places_known", None, id="parts-are-facilities-or-regions"),
        pytest.param("region_years", "places_basis", None, id="words"),
        pytest.param("region_years", "places_are_contradicted", None, id="flag"),
        pytest.param("facility_history", "old_value", None, id="text-of-any-attribute"),
        pytest.param("stated_totals", "sum_of_rows", None, id="sum-in-the-unit-of-its-column"),
    ],
)
def test_units_are_those_of_dbt(mart: str, column: str, unit: str | None) -> None:
    found = marts.describe(mart).set_index("column").loc[column, "unit"]
    assert found == unit if unit else found is pd.NA


# Numbers that are no figures of a file: parts that are known, and evidence of how a ledger counts.
COUNTED_IN_THE_MART = {
    "target_gaps": {"need_towns", "quota_towns", "quota_towns_known"},
    "quota_totals": {"quota_towns", "quota_towns_known"},
    "quota_readings": {"towns", "totals_like_last_year", "totals_like_sum", "towns_that_fall"},
    "inspection_quarters": {"safety_rounds"},
}
NO_UNITS_OF_FIGURES = {None, "year", "quarter", "row", "rows", "degrees", "counted"}


def test_a_figure_has_a_lineage_or_stands_beside_its_own_source() -> None:
    without = {
        name: {
            column.name
            for column in mart.columns.values()
            if column.data_type in ("bigint", "integer", "double")
            and column.meta.get("unit") not in NO_UNITS_OF_FIGURES
            and column.name not in mart.figures
        }
        for name, mart in described_marts().items()
        if not {"source_row", "source_a"} & mart.columns.keys()
    }
    assert {name: columns for name, columns in without.items() if columns} == COUNTED_IN_THE_MART


def test_sql_finds_marts_by_name_and_binds_values(workspace: Path) -> None:
    query = "select sum(places) as total, count(*) as n from {} where region_code >= ?"
    for name in ("facilities", "marts.facilities"):
        frame = marts.sql(query.format(name), ["01"], workspace)
        assert frame.to_dict("records") == [{"total": 40, "n": 2}]
        assert frame.dtypes.astype(str).tolist() == ["Int64", "Int64"]


def test_sql_opens_the_warehouse_for_tables_behind_the_marts(workspace: Path) -> None:
    query = "select stg_rows.places from staging.stg_rows inner join facilities using (places)"
    assert marts.sql(query, workspace=workspace)["places"].tolist() == [40]
    listed = marts.tables(workspace).to_numpy().tolist()
    assert listed == [["marts", "facilities"], ["marts", "regions"], ["staging", "stg_rows"]]


def test_marts_can_be_asked_without_a_warehouse_and_while_somebody_writes_to_it(
    workspace: Path,
) -> None:
    with duckdb.connect(str(workspace / "warehouse.duckdb")):
        assert len(marts.sql("from facilities", workspace=workspace)) == 2
    (workspace / "warehouse.duckdb").unlink()
    assert len(marts.sql("from facilities", workspace=workspace)) == 2


def test_a_query_cannot_change_what_is_published(workspace: Path) -> None:
    for query in ("delete from marts.facilities", "delete from warehouse.staging.stg_rows"):
        with pytest.raises(duckdb.Error):
            marts.sql(query, workspace=workspace)
    assert len(marts.load("facilities", workspace)) == 2


def test_a_table_that_is_no_table_is_never_a_python_variable(workspace: Path) -> None:
    with pytest.raises(UsageError, match="there is no table published"):
        marts.sql("from published", workspace=workspace)


@pytest.mark.parametrize(
    ("query", "nearest"),
    [
        pytest.param("from facility", "facilities", id="mart"),
        pytest.param("from stg_rows", r"staging\.stg_rows", id="schema-forgotten"),
        pytest.param("from staging.stg_row", r"staging\.stg_rows", id="warehouse"),
    ],
)
def test_an_unknown_table_is_answered_with_the_nearest(
    workspace: Path, query: str, nearest: str
) -> None:
    with pytest.raises(UsageError, match=rf"(?s)there is no table .*{nearest}"):
        marts.sql(query, workspace=workspace)


def test_an_unknown_mart_is_answered_with_the_nearest(workspace: Path) -> None:
    for ask in (marts.load, marts.describe):
        with pytest.raises(UsageError, match=r"(?s)no mart target_gap\b.*target_gaps"):
            ask("target_gap")


def test_nothing_published_and_a_mart_not_published_say_what_to_do(
    workspace: Path, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"(?s)nothing is published.*build first"):
        marts.load("regions", tmp_path / "empty")
    with pytest.raises(UsageError, match=r"(?s)target_gaps\.parquet is missing.*build again"):
        marts.load("target_gaps", workspace)


def test_regions_below_starts_with_the_region_and_goes_down(workspace: Path) -> None:
    found = marts.regions_below("示例市", workspace)
    assert found[["region_code", "depth"]].to_numpy().tolist() == [["0", 0], ["01", 1], ["0101", 2]]
    assert marts.regions_below("旧甲", workspace)["region_code"].tolist() == ["01", "0101"]
    with pytest.raises(UsageError, match="no region 示例"):
        marts.regions_below("示例", workspace)


@pytest.mark.skipif(os.name == "nt", reason="Windows holds files that are open")
def test_an_open_reader_neither_blocks_a_swap_nor_sees_it(workspace: Path, tmp_path: Path) -> None:
    write_set(tmp_path / "next", build="second", places=50)
    with duckdb.connect() as reader:
        reader.execute(
            f"attach '{workspace / 'warehouse.duckdb'}' as warehouse (read_only)"
        ).fetchall()
        (tmp_path / "next" / "warehouse.duckdb").replace(workspace / "warehouse.duckdb")
        (workspace / "marts").rename(tmp_path / "old_marts")
        (tmp_path / "next" / "marts").rename(workspace / "marts")
        seen = reader.execute("from warehouse.staging.stg_rows").fetchall()
    assert seen == [(40,)]
    assert marts.sql("from staging.stg_rows", workspace=workspace)["places"].tolist() == [50]
    assert marts.load("facilities", workspace).attrs["build"] == "second"


def test_a_new_set_that_comes_in_during_a_query_is_asked_again(
    workspace: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_set(tmp_path / "next", build="second", places=50)
    ask = marts._ask
    asked = []

    def ask_and_publish(*arguments: object) -> pd.DataFrame:
        frame = ask(*arguments)
        if not asked:
            shutil.rmtree(workspace / "marts")
            (tmp_path / "next" / "marts").rename(workspace / "marts")
        asked.append(frame)
        return frame

    monkeypatch.setattr(marts, "_ask", ask_and_publish)
    found = marts.sql("select max(places) as places from facilities", workspace=workspace)
    assert [frame["places"].tolist() for frame in asked] == [[40], [50]]
    assert found["places"].tolist() == [50]
