"""What a published figure is made of, from the published marts alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from pipeline.answering.figure_tree import Figure, FigureTree
from pipeline.answering.lookup import POPULATION, find_measure, find_region
from pipeline.contracts import load_contracts
from pipeline.errors import UsageError
from pipeline.reporting.marts import Marts, Regions, Row
from pipeline.workspace import Workspace


@dataclass(frozen=True)
class Trace:
    """Everything that one question leads to.

    Attributes:
        region: Row of mart ``regions``.
        measure: Indicator, or figure of ``region_years``.
        figures: Its values at the date or of the year, the headline first.
        corrections: Rows of mart ``corrections`` by id.
    """

    region: Row
    measure: str
    figures: list[Figure]
    corrections: dict[str, Row]


def trace_figures(workspace: Workspace, region: str, indicator: str, year: int | None) -> Trace:
    """Find what a figure is made of.

    Args:
        workspace: Whose published marts are read.
        region: Code or name.
        indicator: Code, Chinese or English name.
        year: Year of the figure; None for the date of the latest headline value.

    Raises:
        UsageError: Nothing is published, or region, indicator or year are not known.
    """
    if not workspace.manifest.is_file():
        msg = f"nothing is published in {workspace.marts}\n  do next:  build first"
        raise UsageError(msg)
    marts = Marts(workspace.marts)
    regions = Regions.of(marts)
    found = find_region(regions, region)
    measure = find_measure(load_contracts(), indicator)
    mart = "region_years" if measure in POPULATION else "indicator_values"
    rows = _population_rows if measure in POPULATION else _indicator_rows
    chosen = _choose(rows(marts, found["region_code"], measure), year, f"{region}, {measure}")
    tree = FigureTree(marts, regions, found)
    return Trace(
        found,
        measure,
        [tree.figure(mart, row) for row in chosen],
        {row["correction_id"]: row for row in marts.rows("corrections")},
    )


def _indicator_rows(marts: Marts, region_code: str, indicator: str) -> list[Row]:
    rows = marts.rows(
        "indicator_values", "region_code = ? and indicator = ?", [region_code, indicator]
    )
    keys = ("region_code", "indicator", "kind", "as_of_date", "value_origin", "scope")
    return [row | {"figure_key": "|".join(str(row[key] or "") for key in keys)} for row in rows]


def _population_rows(marts: Marts, region_code: str, measure: str) -> list[Row]:
    rows = marts.rows("region_years", "region_code = ?", [region_code])
    basis = POPULATION[measure]
    return [
        {
            "value": row[measure],
            "indicator": measure,
            "year": row["year"],
            "as_of_date": dt.date(row["year"], 12, 31),
            "is_headline": True,
            "basis": row[basis] if basis else None,
            "figure_key": f"{region_code}|{row['year']}",
        }
        for row in rows
        if row[measure] is not None
    ]


def _choose(rows: list[Row], year: int | None, asked: str) -> list[Row]:
    """The rows of a year, or of the date of the latest headline value; the headline first.

    Raises:
        UsageError: There are none.
    """
    if year is None:
        known = [row for row in rows if row["is_headline"] and row["value"] is not None]
        latest = max(known, key=lambda row: row["as_of_date"], default={"as_of_date": None})
        chosen = [row for row in rows if row["as_of_date"] == latest["as_of_date"]]
    else:
        chosen = [row for row in rows if row["year"] == year]
    if not chosen:
        years = sorted({row["year"] for row in rows if row["year"]})
        listed = ", ".join(map(str, years)) or "none"
        what = f"nothing is published of {asked}" + (f", {year}" if year else "")
        msg = f"{what}; years with a figure: {listed}"
        raise UsageError(msg)
    return sorted(chosen, key=lambda row: (row["value"] is None, not row["is_headline"]))
