"""Times reading and loading against the tools below us."""

from __future__ import annotations

# ruff: noqa: E402 - the project is not installed, so its folder must be found before its imports
import argparse
import datetime as dt
import io
import json
import logging
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import duckdb
import fastexcel
import openpyxl
from python_calamine import CalamineWorkbook

from benchmarks.page import describe_machine, write_part
from pipeline.contracts import load_contracts
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import ReadOptions, SourceEntry
from pipeline.reading import read_table
from pipeline.reading.formats.xlsx import read_xlsx
from pipeline.shaping import create_tables
from pipeline.warehouse.load_source import load_source

logger = logging.getLogger("benchmarks")
THREADS, REGIONS, CSV_ROUNDS, XLSX_ROUNDS = 2, 400, 3, 5
TOWNS = f"""
    insert into shaping.region_names by name
    select '9901' || lpad(i::varchar, 5, '0') as region_code, '示例' || i || '镇' as region_name,
        false as is_alias, true as is_fictional from range({REGIONS}) as t(i)
"""
# The types of the contract; true and false as the contract says them. Decimals as our way casts
# them: DuckDB turns text into longer decimals several times more slowly.
TYPED = """
    "机构编号" as facility_id, "机构名称" as facility_name, "区划代码" as region_code,
    try_cast("统计日期" as date) as as_of, try_cast("托位数" as bigint) as places,
    try_cast("普惠托位数" as bigint) as inclusive_places, "举办性质" as ownership,
    try_cast("在托婴幼儿数" as bigint) as enrolled_children,
    try_cast("月收费" as decimal(18, 6)) as monthly_fee_yuan,
    case "是否普惠" when '是' then true when '否' then false end as is_inclusive
"""


def write_roster(path: Path, rows: int) -> None:
    """Write a roster of invented facilities; one row in a thousand has an unknown region."""
    duckdb.sql(
        f"""
        copy (select 'T' || lpad(i::varchar, 9, '0') as "机构编号",
            '示例' || (i % 400) || '镇第' || i || '托育园' as "机构名称",
            if(i % 1000 = 999, '9999', '9901') || printf('%05d', hash(i) % {REGIONS}) as "区划代码",
            date '2025-12-31' as "统计日期", 20 + hash(i + 1) % 180 as "托位数",
            hash(i + 2) % 20 as "普惠托位数", hash(i + 3) % 200 as "在托婴幼儿数",
            (800 + hash(i + 4) % 3000)::varchar || '.50' as "月收费",
            if(i % 2 = 0, '是', '否') as "是否普惠", if(i % 3 = 0, '公办', '民办') as "举办性质"
        from range({rows}) as t(i)) to '{path}' (header)
        """
    )


def load_our_way(path: Path, warehouse: Path) -> None:
    """Read and load the roster: regions resolved, rows refused with reasons, lineage kept."""
    contracts = load_contracts()
    contract = contracts.by_name["facility_roster"]
    entry = SourceEntry(id="roster", file=path.name, document="d")
    source = Source(entry, "shili", True, path, contract, contracts, frozenset({"d"}))
    with duckdb.connect(str(warehouse), config={"threads": THREADS}) as connection:
        create_tables(connection, contracts)
        connection.execute(TOWNS)
        table, problems = read_table(source)
        if table is None:
            raise SystemExit(str(problems))
        load_source(connection, source, table, warehouse.parent)
        connection.execute("checkpoint")


def load_plainly(path: Path, warehouse: Path) -> None:
    """Cast the columns of the roster with DuckDB alone: what does not fit is silently null."""
    rows = f"select {TYPED} from read_csv('{path}', all_varchar=true)"
    with duckdb.connect(str(warehouse), config={"threads": THREADS}) as connection:
        connection.execute(f"create table roster as {rows}; checkpoint")


LOADS = {"ours": load_our_way, "duckdb": load_plainly}


def measure_load(way: str, path: Path) -> dict[str, float]:
    """Seconds, those of the processor, and peak memory in MB of one load, in this process."""
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        start, cpu_before = time.perf_counter(), time.process_time()
        LOADS[way](path, Path(folder) / "warehouse.duckdb")
        seconds, cpu = time.perf_counter() - start, time.process_time() - cpu_before
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kilobytes on Linux
    return {"seconds": seconds, "cpu": cpu, "peak_mb": peak / 1000}


def compare_loads(folder: Path, rows: int) -> dict[str, Any]:
    """Load one roster both ways by turns, each time in a fresh process."""
    path = folder / "roster.csv"
    write_roster(path, rows)
    found: dict[str, list[dict[str, float]]] = {way: [] for way in LOADS}
    for _ in range(CSV_ROUNDS):
        for way, runs in found.items():
            command = [sys.executable, __file__, "--measure", way, "--file", str(path)]
            done = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
            runs.append(json.loads(done.stdout))
            logger.info(f"csv, {way}: {runs[-1]}")
    return {"runs": found, "size_mb": path.stat().st_size / 1e6}


def write_workbook(path: Path, rows: int) -> None:
    """Write a workbook of texts and numbers, the same for the same number of rows."""
    numbers = random.Random(2025)  # noqa: S311
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    sheet.append([f"列{number}" for number in range(10)])
    for i in range(rows):
        counts = [numbers.randrange(20, 200) for _ in range(4)]
        texts = [f"T{i:09}", f"第{i}托育园", f"9901{i % REGIONS:05}", dt.date(2025, 12, 31)]
        sheet.append([*texts, *counts, "是" if i % 2 else "否", "公办" if i % 3 else "民办"])
    book.save(path)


def compare_workbooks(folder: Path, rows: int) -> dict[str, list[float]]:
    """Read one workbook in three ways by turns."""
    path = folder / "roster.xlsx"
    write_workbook(path, rows)
    content = path.read_bytes()

    def calamine() -> Any:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return book.get_sheet_by_index(0).to_python()

    def plain_openpyxl() -> Any:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        return [list(row) for row in book["名单"].iter_rows(values_only=True)]

    def ours() -> Any:
        return read_xlsx(content, ReadOptions())

    def into_columns() -> Any:
        reader = fastexcel.read_excel(content)
        return reader.load_sheet("名单", header_row=None, skip_rows=0, dtypes="string").to_arrow()

    ways = {
        "ours": ours,
        "calamine": calamine,
        "fastexcel": into_columns,
        "openpyxl": plain_openpyxl,
    }
    found: dict[str, list[float]] = {way: [] for way in ways}
    for _ in range(XLSX_ROUNDS):
        for way, read in ways.items():
            start = time.perf_counter()
            read()
            found[way].append(time.perf_counter() - start)
    return found


def write_report(rows: int, csv: dict[str, Any], xlsx_rows: int, xlsx: dict[str, Any]) -> None:
    """Write this benchmark's part of the page."""
    loads, cpu, peaks = (
        {way: median(run[key] for run in runs) for way, runs in csv["runs"].items()}
        for key in ("seconds", "cpu", "peak_mb")
    )
    sheets = {way: median(seconds) for way, seconds in xlsx.items()}
    loaded = [
        f"| {way} | {loads[way]:.1f} s | {loads[way] / loads['duckdb']:.2f} | {cpu[way]:.1f} s |"
        f" {cpu[way] / cpu['duckdb']:.2f} | {peaks[way]:,.0f} MB |"
        for way in loads
    ]
    base = sheets["calamine"]
    read = [f"| {way} | {took:.2f} s | {took / base:.2f} |" for way, took in sheets.items()]
    text = f"""## A roster of {rows:,} rows

{describe_machine("duckdb", "fastexcel", "python-calamine", "openpyxl")}

A csv of {csv["size_mb"]:,.0f} MB, all invented, one row in a thousand with an unknown region, into
a DuckDB file. {CSV_ROUNDS} rounds, {THREADS} threads, each load in a fresh process. Aim: 2.5.

| way | median | ratio | processor time | ratio | peak memory |
|---|---|---|---|---|---|
{chr(10).join(loaded)}

**ours** is `read_table` and `load_source`: encoding checked, table found, each cell typed or its
row refused with a reason, regions looked up among {REGIONS}, repeated keys sought, rows numbered.
**duckdb** is `create table as select try_cast(...) from read_csv(..., all_varchar=true)` with the
same types: what does not fit becomes null, and nobody learns of it. Both cast the fee to
`decimal(18, 6)`, because DuckDB is much slower with longer decimals; ours stores `decimal(24, 6)`.
Files below 4 MB go another way, slower by the row; `--rows 20000` measures that.

## A workbook of {xlsx_rows:,} rows

An xlsx of ten columns, from bytes in memory. {XLSX_ROUNDS} rounds. Aim: 1.5.

| way | median | ratio |
|---|---|---|
{chr(10).join(read)}

**calamine** is `get_sheet_by_index(0).to_python()` of python-calamine. **fastexcel** is the same
Rust reader straight into columns, with which we read: `load_sheet(name, header_row=None,
skip_rows=0, dtypes="string").to_arrow()`. **ours** is `read_xlsx`: fastexcel, and merged ranges,
hidden rows, errors and formulas without a stored value; and it checks sizes before making room.
**openpyxl**, read-only, gives Python objects, not columns.
"""
    write_part("reading", text)


def main() -> None:
    """Measure everything, or one load in this process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=6_000_000, help="of the csv")
    parser.add_argument("--xlsx-rows", type=int, default=50_000, help="of the workbook")
    parser.add_argument("--measure", choices=LOADS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        sys.stdout.write(json.dumps(measure_load(options.measure, options.file)))
        return
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    with tempfile.TemporaryDirectory() as name:
        csv = compare_loads(Path(name), options.rows)
        xlsx = compare_workbooks(Path(name), options.xlsx_rows)
    write_report(options.rows, csv, options.xlsx_rows, xlsx)


if __name__ == "__main__":
    main()
