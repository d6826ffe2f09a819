"""Reads one file for every difficulty that tables bring, and compares all that came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from ruamel.yaml import YAML

from pipeline.catalogue.contract_detection import detect_contract
from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.dossier_files.entry_checks import check_entry
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import read_table
from pipeline.shaping import create_tables
from pipeline.warehouse.load import index_regions, load_warehouse
from pipeline.warehouse.load_source import load_source

pytestmark = pytest.mark.integration

CORPUS = PROJECT_ROOT / "tests" / "corpus"
CASES = sorted(path.parent for path in CORPUS.glob("*/expected.yml"))
KEYS = {"difficulty", "contract", "entry", "columns", "problems", "detected"}
COMPARED = {"rows", "rejected", "set_aside", "remarks", "totals"}
SAID = ["missing", "qualifier", "low", "high", "unit", "date_part", "footnote"]


def _expected(folder: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(folder / "expected.yml")


def _plain(value: Any) -> Any:
    """Numbers as decimals and dates as ISO strings, so that YAML can say them."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    is_number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
    return Decimal(str(value)).normalize() if is_number else value


def _source(path: Path, **entry: Any) -> tuple[Source | None, list[Any]]:
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


def _read(
    warehouse: tuple[duckdb.DuckDBPyConnection, Path], folder: Path, expected: dict[str, Any]
) -> dict[str, Any]:
    """Everything that reading a case comes to, under the keys of its ``expected.yml``."""
    (file,) = (path for path in folder.iterdir() if path.name != "expected.yml")
    entry = {"contract": expected.get("contract")} | expected.get("entry", {})
    source, problems = _source(file, **entry)
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
        return _plain(connection.execute(query, [source.id]).fetchall())

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


@pytest.fixture(scope="module")
def warehouse(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A warehouse that knows the regions; every case is taken back after it was read."""
    rows = tmp_path_factory.mktemp("rows")
    source, _ = _source(CORPUS / "regions.csv", contract="region_list")
    with duckdb.connect() as connection:
        create_tables(connection, load_contracts())
        load_source(connection, source, read_table(source)[0], rows)
        index_regions(connection, load_contracts(), rows)
        yield connection, rows


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_difficult_file_is_read_as_expected(folder, warehouse):
    expected = _expected(folder)
    found = _read(warehouse, folder, expected)
    assert _read(warehouse, folder, expected) == found, "reading twice gives the same"
    assert bool(found["problems"]) == bool(expected.get("problems")), found["problems"]
    for key in ("problems", "detected"):
        missing = [text for text in expected.get(key, []) if text not in found.get(key, "")]
        assert missing == [], found.get(key)
    for key in COMPARED & set(expected):
        assert found[key] == _plain(expected[key]), key


def test_the_corpus_is_large_and_every_case_expects_something():
    assert len(CASES) >= 60
    for folder in CASES:
        expected = _expected(folder)
        assert expected["difficulty"], folder.name
        assert expected.get("problems") or {"rows", "rejected"} <= set(expected), folder.name
        assert set(expected) <= KEYS | COMPARED, folder.name


def _load_alone(root: Path, sources: str, files: dict[str, bytes]) -> list[tuple[Any, ...]]:
    """Rows of the population table of the only dossier of a workspace."""
    folder = root / "raw" / "alone"
    folder.mkdir(parents=True)
    (folder / "sources.yml").write_text(sources, encoding="utf-8")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    dossiers, problems = load_dossiers(root / "raw", load_contracts())
    assert problems == []
    load_warehouse(root / "warehouse.duckdb", root / "rows", dossiers, load_contracts())
    with duckdb.connect(str(root / "warehouse.duckdb")) as connection:
        assert connection.execute("select * from audit.rejected_rows").fetchall() == []
        return connection.execute(
            "select region_code, region_name_as_issued, date, resident_population"
            " from raw.population order by source_row"
        ).fetchall()


ALONE = """dossier: alone
title: {zh: 虚构, en: Invented}
fictional: true
documents: [{id: alone-document, title: Invented, issuer: Nobody, grade: C}]
sources:
  - id: alone-regions
    file: regions.csv
    contract: region_list
    document: alone-document
    locator: all
    {regions}
  - id: alone-population
    file: population.csv
    contract: population
    document: alone-document
    locator: all
    {population}
"""


def test_a_japanese_dossier_needs_no_code(tmp_path):
    regions = """columns: {自治体コード: region_code, 市区町村名: region_name, 区分: level, 上位コード: parent_code}
    terms: {都道府県: province, 市区町村: county}"""
    population = "columns: {自治体コード: region_code, 市区町村名: region_name, 調査日: date, 人口: resident_population}"
    sources = ALONE.replace("{regions}", regions).replace("{population}", population)
    listed = "自治体コード,市区町村名,区分,上位コード\n09000,例示県,都道府県,\n09201,見本市,市区町村,09000\n09202,東例町,市区町村,09000\n"
    counted = '自治体コード,市区町村名,調査日,人口\n09201,見本市,令和5年10月1日,"123,456"\n,東例町,令和5年10月1日,7890\n,合計,,"131,346"\n'
    files = {
        "regions.csv": listed.encode("cp932"),
        "population.csv": counted.encode("cp932"),
    }
    day = dt.date(2023, 10, 1)
    assert _load_alone(tmp_path, sources, files) == [
        ("09201", "見本市", day, 123456),
        ("09202", "東例町", day, 7890),
    ]


def test_a_german_dossier_needs_no_code(tmp_path):
    regions = """columns: {Gemeindeschlüssel: region_code, Gemeinde: region_name, Ebene: level, Übergeordnet: parent_code}
    terms: {Landkreis: county, Gemeinde: town}"""
    population = """columns: {Gemeindeschlüssel: region_code, Gemeinde: region_name, Stichtag: date, Einwohner: resident_population}
    read: {decimal: ","}"""
    sources = ALONE.replace("{regions}", regions).replace("{population}", population)
    listed = "Gemeindeschlüssel;Gemeinde;Ebene;Übergeordnet\n09999;Landkreis Musterland;Landkreis;\n09999001;Müsterstadt;Gemeinde;09999\n09999002;Größenau;Gemeinde;09999\n"
    counted = "Gemeindeschlüssel;Gemeinde;Stichtag;Einwohner\n09999001;Müsterstadt;31.12.2023;1.234\n;Größenau;31.12.2023;56.789\nSumme;;;58.023\n"
    files = {
        "regions.csv": listed.encode("windows-1252"),
        "population.csv": counted.encode("windows-1252"),
    }
    day = dt.date(2023, 12, 31)
    assert _load_alone(tmp_path, sources, files) == [
        ("09999001", "Müsterstadt", day, 1234),
        ("09999002", "Größenau", day, 56789),
    ]
