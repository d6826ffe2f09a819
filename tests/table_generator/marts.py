"""Builds marts of cases and holds their figures against the truth: each is the truth, or null."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline.commands.build import build
from pipeline.core.settings import Limits, Settings
from pipeline.core.workspace import Workspace
from table_generator.judging import DOSSIER, Loaded, is_accepted, numbered_lines, write_sources
from table_generator.tables import Case, Line

# Mart -> columns held against the columns of the contract.
POPULATION = {"resident_population": "resident_population", "births": "births"}
LEDGER = {"cumulative_quota_places": "places"}
ROSTER = {
    "places": "places", "enrolled_children": "enrolled_children", "monthly_fee_yuan": "monthly_fee_yuan",
    "is_inclusive": "is_inclusive",
}  # fmt: skip
FiguresByKey = dict[tuple[object, ...], list[Line]]


def build_marts(folder: Path, cases: Sequence[Case], loaded: dict[str, Loaded]) -> bool:
    """Build the workspace of these cases without pages, and without the files that stop it."""
    write_sources(
        folder / "raw" / DOSSIER, [case for case in cases if not loaded[case.id].problems]
    )
    return build(Settings(Workspace(folder), Limits(threads="2")), with_reports=False)


def find_wrong_figures(folder: Path, cases: Sequence[Case]) -> tuple[int, list[str]]:
    """How many figures of marts are the truth, and those that are neither it nor null."""
    right, faults = 0, list[str]()
    for mart, columns, truths in (
        ("region_years", POPULATION, _by_region_and_year(cases, "population")),
        ("quota_progress", LEDGER, _by_region_and_year(cases, "quota_ledger")),
        ("facility_years", ROSTER, _by_row(cases)),
    ):
        for row in _read(folder, mart):
            key = _key(mart, row)
            if key is None:
                continue
            for column, name in columns.items():
                found = row[column]
                if found is None:
                    continue
                accepted = [
                    v
                    for line in truths.get(key, [])
                    if line.readable
                    for v in line.truth.get(name, ())
                ]
                if any(is_accepted(value, found) for value in accepted):
                    right += 1
                else:
                    faults.append(f"{mart} {key}: {column} is {found}, right: {accepted or 'none'}")
    return right, faults


def _read(folder: Path, mart: str) -> list[dict[str, Any]]:
    with duckdb.connect() as connection:
        cursor = connection.execute(
            "from read_parquet(?)", [str(folder / "marts" / f"{mart}.parquet")]
        )
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _key(mart: str, row: dict[str, Any]) -> tuple[object, ...] | None:
    """What a row of a mart is about; None where it repeats another year or is worked out from other rows."""
    if mart == "facility_years":
        return (row["source_id"], row["source_row"])
    if mart == "region_years" and (
        row["population_year"] != row["year"] or row["region_level"] != "town"
    ):
        return None
    return (row["region_code"], row["year"])


def _by_region_and_year(cases: Sequence[Case], contract: str) -> FiguresByKey:
    lines: FiguresByKey = defaultdict(list)
    for case in cases:
        if case.contract == contract:
            for line in case.kept:
                lines[line.truth["region_code"][0], _year(line)].append(line)
    return lines


def _year(line: Line) -> int:
    when = line.truth["year" if "year" in line.truth else "date"][0]
    assert isinstance(when, Decimal | date)
    return when.year if isinstance(when, date) else int(when)


def _by_row(cases: Sequence[Case]) -> FiguresByKey:
    return {
        (case.id, number): [line]
        for case in cases
        for number, line in numbered_lines(case)
        if line is not None and line.kind == "data"
    }
