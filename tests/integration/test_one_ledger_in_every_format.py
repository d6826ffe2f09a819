"""The ledger of one district, in every format that people send, gives the same rows."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest
from office import FROM_HTML, convert, find_lack
from optional import require

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.workspace import PROJECT_ROOT
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import read_table
from pipeline.shaping import create_tables, relate_raw_tables
from pipeline.warehouse.load import index_regions
from pipeline.warehouse.load_source import load_source

RAW = PROJECT_ROOT / "data" / "raw"
LEDGER = RAW / "panjin-dawa" / "dawa_quota_ledger_2023_2025.xlsx"
ANNEX = PROJECT_ROOT.parent / "shared" / "seeds" / "panjin_dawa_2023_plan_with_quota_ledger.txt"
TOTAL_LABEL = "2023-2025年度千人口托位数指标"
ENTRY = {
    "id": "ledger",
    "contract": "quota_ledger",
    "document": "dawa-2023",
    "columns": {TOTAL_LABEL: "stated_total", "年度千人口托位数": "places"},
    "constants": {"parent_region_code": "211104", "unit": "places", "accumulation": "cumulative"},
}
# a csv cannot say which cells were merged: only the reader of the file can
MERGED_IN_CSV = {"fill_down": ["序号", "镇街名称", TOTAL_LABEL], "header_rows": 2}
STATED_TOTALS = [220, 369, 499, 64, 115, 66, 62, 53, 73, 82, 83, 70, 70, 43, 23]


def as_xlsx(folder: Path) -> Path:
    return Path(shutil.copy(LEDGER, folder / "ledger.xlsx"))


def as_docx(folder: Path) -> Path:
    page = convert(as_xlsx(folder), "html")
    return convert(page, "docx", FROM_HTML)


def as_pdf(folder: Path) -> Path:
    path = convert(as_xlsx(folder), "pdf")
    require(find_lack("font"), "OFFICE")
    return path


def as_gb18030_csv(folder: Path) -> Path:
    path = convert(as_xlsx(folder), "csv:Text - txt - csv (StarCalc):44,34,76,1")
    path.write_bytes(path.read_text(encoding="utf-8").encode("gb18030"))
    return path


def as_annex_of_the_document(folder: Path) -> Path:
    if not ANNEX.is_file():
        pytest.skip(f"{ANNEX.name} is not beside the project")
    return Path(shutil.copy(ANNEX, folder / "annex.txt"))


FORMATS = {
    "xlsx": as_xlsx,
    "xls": lambda folder: convert(as_xlsx(folder), "xls"),
    "ods": lambda folder: convert(as_xlsx(folder), "ods"),
    "html": lambda folder: convert(as_xlsx(folder), "html"),
    "pdf": as_pdf,
    "docx": as_docx,
    "gb18030 csv": as_gb18030_csv,
    "annex of the document": as_annex_of_the_document,
}


@pytest.mark.parametrize("make", FORMATS.values(), ids=FORMATS)
def test_every_format_gives_the_45_quotas_the_15_totals_and_1892_reconciled(make, tmp_path):
    path = make(tmp_path)
    read = MERGED_IN_CSV if path.suffix == ".csv" else {}
    entry = SourceEntry.model_validate(ENTRY | {"file": path.name, "read": read})
    with duckdb.connect() as connection:
        counts = load(connection, entry, path, tmp_path / "rows")
        assert (counts.loaded, counts.rejected) == (45, 0)
        assert quotas(connection, "ledger") == quotas(connection, "shipped")
        towns = connection.execute(
            "select stated_total from raw.quota_ledger where source_id = 'ledger' and year = 2023"
            " order by source_row"
        ).fetchall()
        assert [total for (total,) in towns] == STATED_TOTALS
        assert connection.execute(
            "select column_name, value, sum_of_rows from raw.stated_totals"
            " where source_id = 'ledger'"
        ).fetchall() == [("stated_total", 1892, 1892)]


def load(connection, entry, path, rows):
    """Load a file, and the shipped ledger beside it."""
    contracts = load_contracts()
    dossiers, problems = load_dossiers(RAW, contracts)
    assert not problems
    create_tables(connection, contracts)
    sources = {source.id: source for dossier in dossiers for source in dossier.sources}
    regions = next(s for s in sources.values() if s.contract.name == "region_list")
    load_source(connection, regions, table_of(regions), rows)
    index_regions(connection, contracts, rows)
    shipped = sources["dawa-quota-ledger"]
    known = shipped.entry.model_copy(update={"id": "shipped"})
    contract, documents = shipped.contract, shipped.documents
    for each, file in ((known, shipped.path), (entry, path)):
        source = Source(each, "panjin-dawa", False, file, contract, contracts, documents)
        counts = load_source(connection, source, table_of(source), rows)
    relate_raw_tables(connection, contracts, rows)
    return counts


def table_of(source):
    table, problems = read_table(source)
    assert not problems, [str(problem) for problem in problems]
    return table


def quotas(connection, source):
    return connection.execute(
        "select region_code, year, places, stated_total from raw.quota_ledger"
        " where source_id = ? order by all",
        [source],
    ).fetchall()
