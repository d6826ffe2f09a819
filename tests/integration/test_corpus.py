"""Reads one file for every difficulty that tables bring, and compares all that came of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from corpus_reading import CORPUS, plain, read_case, warehouse
from ruamel.yaml import YAML

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.warehouse.load import load_warehouse

pytestmark = pytest.mark.integration

CASES = sorted(path.parent for path in CORPUS.glob("*/expected.yml"))
KEYS = {"difficulty", "contract", "entry", "columns", "problems", "detected"}
COMPARED = {"rows", "rejected", "set_aside", "remarks", "totals"}

__all__ = ["warehouse"]


def _expected(folder: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(folder / "expected.yml")


@pytest.mark.parametrize("folder", CASES, ids=lambda folder: folder.name)
def test_a_difficult_file_is_read_as_expected(folder, warehouse):
    expected = _expected(folder)
    found = read_case(warehouse, folder, expected)
    assert read_case(warehouse, folder, expected) == found, "reading twice gives the same"
    assert bool(found["problems"]) == bool(expected.get("problems")), found["problems"]
    for key in ("problems", "detected"):
        missing = [text for text in expected.get(key, []) if text not in found.get(key, "")]
        assert missing == [], found.get(key)
    for key in COMPARED & set(expected):
        assert found[key] == plain(expected[key]), key


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
