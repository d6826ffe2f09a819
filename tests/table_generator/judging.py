"""Loads cases through the pipeline's own entry points and holds what was loaded against the truth."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml
from office import convert_all

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.core.errors import SourceProblemsError
from pipeline.core.settings import Limits
from pipeline.warehouse.load import load_warehouse
from table_generator.formats import DELIMITERS, around_table, write_file
from table_generator.regions import County, region_list
from table_generator.tables import Case, Line

Outcome = Literal["whole", "partly", "stopped", "wrong"]
DOSSIER = "generated"
# Batches are small: processes that read ahead would take longer to start than to read.
ONE_THREAD = Limits(threads="1")
DOCUMENT = {
    "id": "doc",
    "title": "虚构文件",
    "issuer": "虚构县统计局",
    "issued": "2025-03-01",
    "grade": "A",
}


@dataclass(frozen=True)
class Loaded:
    """What became of the file of a case.

    Attributes:
        problems: Why the file was stopped; empty if it was not.
        rows: Rows of the raw table.
        refused, set_aside: Number of the row in its file -> why.
        counts: Rows read, loaded, refused, set aside.
    """

    problems: tuple[str, ...] = ()
    rows: tuple[dict[str, Any], ...] = ()
    refused: dict[int, str] = field(default_factory=dict)
    set_aside: dict[int, str] = field(default_factory=dict)
    counts: tuple[int, int, int, int] = (0, 0, 0, 0)


@dataclass(frozen=True)
class Verdict:
    """Whether a case was loaded as a clerk would, and what is wrong if not."""

    case: Case
    outcome: Outcome
    faults: tuple[str, ...] = ()

    def __str__(self) -> str:
        case = self.case
        return "\n".join(
            [
                f"{case.id} (seed {case.seed}) {case.contract} {case.suffix} {case.traps}",
                *self.faults,
            ]
        )


def write_workspace(folder: Path, cases: Sequence[Case], counties: list[County]) -> None:
    """Write a workspace whose one dossier has a source for every case."""
    raw = folder / "raw" / DOSSIER
    raw.mkdir(parents=True)
    (raw / "regions.csv").write_text(region_list(counties), encoding="utf-8")
    for case in cases:
        write_file(case, raw)
    convert_all([raw / f"{case.id}.xlsx" for case in cases if case.suffix == "xls"], "xls")
    write_sources(raw, cases)


def write_sources(raw: Path, cases: Sequence[Case]) -> None:
    """Write the ``sources.yml`` of the region list and these cases."""
    entries: list[dict[str, Any]] = [
        {"id": "regions", "file": "regions.csv", "contract": "region_list"}
    ]
    entries += [{"id": c.id, "file": c.file, "contract": c.contract, **c.entry} for c in cases]
    for entry in entries:
        entry |= {"document": "doc", "locator": "全文"}
    text = {
        "dossier": DOSSIER, "title": {"zh": "虚构", "en": "Invented"}, "fictional": True,
        "documents": [DOCUMENT], "sources": entries,
    }  # fmt: skip
    (raw / "sources.yml").write_text(
        yaml.safe_dump(text, allow_unicode=True, sort_keys=False), "utf-8"
    )


def load_cases(folder: Path, cases: Sequence[Case]) -> dict[str, Loaded]:
    """Load the workspace as a build does, again without the files that stop it."""
    contracts = load_contracts()
    dossiers, problems = load_dossiers(folder / "raw", contracts)
    assert problems == [], "\n".join(map(str, problems))
    [dossier] = dossiers
    stopped: dict[str, list[str]] = {}
    warehouse = folder / "generated.duckdb"
    while True:
        warehouse.unlink(missing_ok=True)
        kept = tuple(source for source in dossier.sources if source.id not in stopped)
        try:
            load_warehouse(
                warehouse, folder / "rows", [replace(dossier, sources=kept)], contracts, ONE_THREAD
            )
        except SourceProblemsError as error:
            found = {s.id: [str(p) for p in error.problems if s.file in p.where] for s in kept}
            named = {source: texts for source, texts in found.items() if texts}
            if not named:  # nothing would be left out, and loading again would fail again
                raise
            stopped |= named
        else:
            break
    loaded = {source: Loaded(problems=tuple(texts)) for source, texts in stopped.items()}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for case in cases:
            if case.id not in stopped:
                loaded[case.id] = _read_loaded(connection, case)
    return loaded


def _read_loaded(connection: duckdb.DuckDBPyConnection, case: Case) -> Loaded:
    def ask(query: str) -> list[tuple[Any, ...]]:
        return connection.execute(query, [case.id]).fetchall()

    cursor = connection.execute(f"from raw.{case.contract} where source_id = ?", [case.id])
    names = [column[0] for column in cursor.description]
    rows = tuple(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    refused = ask(
        "select source_row, reason_code || ' ' || coalesce(found, '') from audit.rejected_rows where source_id = ?"
    )
    aside = ask("select source_row, row_kind from audit.set_aside_rows where source_id = ?")
    [counts] = ask(
        "select rows_read, rows_loaded, rows_rejected, rows_set_aside from audit.load_audit where source_id = ?"
    )
    return Loaded((), rows, dict(refused), dict(aside), counts)


def judge(case: Case, loaded: Loaded) -> Verdict:
    """Hold what was loaded against the truth: all of it, less and said so, a stop, or wrong."""
    if loaded.problems:
        return Verdict(case, "stopped", loaded.problems)
    lines = dict(numbered_lines(case))
    faults = _find_wrong_counts(loaded)
    for row in loaded.rows:
        faults += _find_wrong_values(row, lines.get(row["source_row"]))
    missing = {
        number: line for number, line in lines.items() if line is not None and line.kind == "data"
    }
    for row in loaded.rows:
        missing.pop(row["source_row"], None)
    for number in missing.keys() - loaded.refused.keys():
        faults.append(f"row {number} was lost: {loaded.set_aside.get(number, 'without a word')}")
    if faults:
        return Verdict(case, "wrong", tuple(faults))
    told = tuple(f"row {number}: {reason}" for number, reason in loaded.refused.items())
    is_whole = not any(line.readable for line in missing.values())
    return Verdict(case, "whole" if is_whole else "partly", told)


def _find_wrong_counts(loaded: Loaded) -> list[str]:
    faults = list[str]()
    if len({row["source_row"] for row in loaded.rows}) < len(loaded.rows):
        faults.append("a row of the file was loaded twice")
    read, kept, refused, aside = loaded.counts
    if read != kept + refused + aside or kept != len(loaded.rows):
        faults.append(f"{loaded.counts} do not add up")
    return faults


def _find_wrong_values(row: dict[str, Any], line: Line | None) -> list[str]:
    number = row["source_row"]
    if line is None or line.kind != "data":
        return [f"row {number} is no data and was loaded: {_tell(row)}"]
    if not line.readable:
        return [f"row {number} can be read in two ways and was loaded: {_tell(row)}"]
    return _differences(number, line, row)


def numbered_lines(case: Case) -> list[tuple[int, Line | None]]:
    """Rows of a case by the number that the pipeline gives them: of the sheet, table or text."""
    if case.suffix in ("html", "docx"):
        return [(number, row.line) for number, row in enumerate(around_table(case)[1], 1)]
    numbered, number = list[tuple[int, Line | None]](), 1
    for row in case.rows:
        numbered.append((number, row.line))
        # a text counts its lines, and a cell may hold more than one
        number += 1 + sum(c.text.count("\n") for c in row.cells if case.suffix in DELIMITERS)
    return numbered


def _tell(row: dict[str, Any]) -> str:
    return str({k: str(v) for k, v in row.items() if v is not None and not k.startswith("source_")})


def _differences(number: int, line: Line, row: dict[str, Any]) -> list[str]:
    faults = []
    for name, accepted in line.truth.items():
        if not any(is_accepted(value, row[name]) for value in accepted):
            faults.append(
                f"row {number}: {name} is {row[name]!s}, right: {' or '.join(map(str, accepted))}"
            )
    return faults


def is_accepted(expected: object, found: object) -> bool:
    """Whether a value that was loaded or published is the expected one."""
    if isinstance(expected, date | bool) or expected is None or found is None:
        return expected == found
    if isinstance(expected, Decimal):
        return isinstance(found, int | float | Decimal) and expected == Decimal(str(found))
    return str(expected) == str(found)


def clear(folder: Path) -> None:
    """Remove a workspace, so that thousands of cases need little room."""
    shutil.rmtree(folder, ignore_errors=True)
