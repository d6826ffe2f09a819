"""Follows published figures down to cells and facilities, in the published marts alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.contracts import load_contracts
from pipeline.published.figure_choice import Published
from pipeline.published.read_marts import Marts, Region, Regions, Row
from pipeline.wording.texts import in_language

AS_REPORTED = "as_reported"
# Column of facility_years with what a facility adds to a count, where it is not that of the
# measure; None where each adds one.
FACILITY_COLUMNS = {
    "facilities": None,
    "towns_with_facility": None,
    "median_monthly_fee_yuan": "monthly_fee_yuan",
}
INSPECTED = ("safety_rounds", "facility_quarters")  # counted in inspection_quarters


@dataclass(frozen=True)
class TracedCount:
    """A count from rosters, or why there is none.

    Attributes:
        region: Row of mart ``regions``.
        figure: Row of ``indicator_values``; None where nothing is published of the region.
        children: Counts of the regions right below that it is the sum of.
        facilities: Rows of ``facility_years`` that it is made from, each with its ``value``; of
            rounds one for every quarter, with its ``rounds``.
    """

    region: Region
    figure: Row | None
    children: list[TracedCount] = field(default_factory=list)
    facilities: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Input:
    """One input of a figure: a cell, or a count.

    Attributes:
        lineage: Row of ``figure_lineage``; None where a count that is missing keeps the figure
            from being known.
        measure: What it is.
        count: The count; None for a figure in a cell.
    """

    lineage: Row | None
    measure: str
    count: TracedCount | None = None


@dataclass(frozen=True)
class TracedFigure:
    """One published figure with what it is made of, or why there is none.

    Attributes:
        published: The figure.
        formula: How it follows from its inputs, in words and as a code; None where it is missing.
        inputs: What it is made of.
        also: The same number from the same cells and counts, published elsewhere too.
    """

    published: Published
    formula: str | None
    inputs: list[Input]
    also: list[Published] = field(default_factory=list)


@dataclass(frozen=True)
class FigureTree:
    """What lies below the figures of one region.

    Attributes:
        marts: The published marts.
        regions: All regions.
        root: The region, a row of mart ``regions``.
    """

    marts: Marts
    regions: Regions
    root: Region
    _read: dict[tuple[str, int], list[Row]] = field(default_factory=dict)

    def figures(self, chosen: list[Published]) -> list[TracedFigure]:
        """Follow published figures of the region, each number from the same inputs once."""
        followed: dict[object, TracedFigure] = {}
        for published in chosen:
            lineage = self._lineage.get((published.mart, published.key, published.column), [])
            if published.value is None:
                parts = list(self._missing_parts(published))
                followed[published.mart, published.key, published.column] = TracedFigure(
                    published, None, parts
                )
                continue
            same = published.value, frozenset(line["claim_id"] for line in lineage)
            if same in followed:
                followed[same].also.append(published)
                continue
            inputs = [self._input(line) for line in lineage]
            formula = f"{in_language(lineage[0], 'formula')} {lineage[0]['formula_code']}"
            followed[same] = TracedFigure(published, formula, inputs)
        return list(followed.values())

    def _input(self, lineage: Row) -> Input:
        measure, scope = lineage["input_measure"], lineage["input_scope"]
        if scope == AS_REPORTED:
            return Input(lineage, measure)
        region = self.regions.by_code[lineage["input_region_code"]]
        return Input(lineage, measure, self.count(region, measure, lineage["input_year"], scope))

    def _missing_parts(self, published: Published) -> Iterator[Input]:
        """Counts that a missing figure would be made of; nothing where no roster is expected."""
        row = published.row
        if row.get("scope") is None:
            return
        spec = load_contracts().indicators[row["indicator"]]
        parts = [spec["numerator"], spec["denominator"]] if "numerator" in spec else []
        region = self.regions.by_code[row["region_code"]]
        for measure in parts or [row["indicator"]]:
            count = self.count(region, measure, row["year"], row["scope"])
            if count.figure:
                yield Input(None, measure, count)

    def count(self, region: Region, measure: str, year: int, scope: str) -> TracedCount:
        """Follow a count: of a sum to the regions right below, else to the facilities."""
        figure = self._counts.get((region["region_code"], measure, year, scope))
        if figure is None:
            return TracedCount(region, None)
        is_sum = figure["basis"] == "summed" or figure["missing_reason"] == "regions_unknown"
        if not is_sum:
            return TracedCount(region, figure, [], self._facilities(region, measure, year, scope))
        below = [
            self.count(child, measure, year, scope)
            for child in self._children.get(region["region_code"], [])
        ]
        # regions that ceased to exist are no parts; of the others an unpublished one is unknown
        known = [count for count in below if count.figure]
        return TracedCount(region, figure, below if len(known) < figure["parts"] else known)

    def _facilities(self, region: Region, measure: str, year: int, scope: str) -> list[Row]:
        """What counts in a region or below, with what each adds."""
        if measure == "towns":  # there whatever lists say
            return []
        below = set(self._down_from(region["region_code"]))
        mart = "inspection_quarters" if measure in INSPECTED else "facility_years"
        counted = [
            row
            for row in self._rows_of(mart, year)
            if row["region_code"] in below and scope in (row["counted_in"] or "").split(", ")
        ]
        if measure in INSPECTED:
            return [self._quarter(row, measure) for row in counted]
        column = FACILITY_COLUMNS.get(measure, measure)
        return [row | {"value": 1 if column is None else row[column]} for row in counted]

    def _quarter(self, row: Row, measure: str) -> Row:
        """A quarter in which a round was due, with the roster row of its facility."""
        facilities = {
            facility["facility_key"]: facility
            for facility in self._rows_of("facility_years", row["year"])
        }
        return facilities[row["facility_key"]] | {
            "facility_name": f"{row['facility_name']} Q{row['quarter']}",
            "value": row["safety_rounds"] if measure == "safety_rounds" else 1,
            "rounds": row["rounds"] if measure == "safety_rounds" else None,
        }

    def _rows_of(self, mart: str, year: int) -> list[Row]:
        """Rows of a year of the region that is traced and all below it."""
        if (mart, year) not in self._read:
            rows = self.marts.rows(
                mart, "year = ? and list_contains(?, region_code)", [year, self._subtree]
            )
            # as somebody who checks them turns the pages
            in_order = ("source_file", "source_sheet", "source_row", "facility_name", "quarter")
            rows.sort(key=lambda row: [str(row.get(name) or "").zfill(9) for name in in_order])
            self._read[mart, year] = rows
        return self._read[mart, year]

    def _down_from(self, region_code: str) -> Iterator[str]:
        yield region_code
        for child in self._children.get(region_code, []):
            yield from self._down_from(child["region_code"])

    @cached_property
    def _lineage(self) -> dict[tuple[str, str, str], list[Row]]:
        """Lineage of every figure of the region, region by region, denominators last."""
        lines: dict[tuple[str, str, str], list[Row]] = {}
        of_region = self.marts.rows("figure_lineage", "region_code = ?", [self.root["region_code"]])
        of_region.sort(
            key=lambda line: (line["input_region_code"] or "", line["input_role"] == "denominator")
        )
        for line in of_region:
            key = line["mart"], line["figure_key"], line["figure_column"]
            lines.setdefault(key, []).append(line)
        return lines

    @cached_property
    def _subtree(self) -> list[str]:
        return list(self._down_from(self.root["region_code"]))

    @cached_property
    def _counts(self) -> dict[tuple[str, str, int, str], Row]:
        rows = self.marts.rows(
            "indicator_values",
            "value_origin in ('counted', 'missing') and scope is not null"
            " and list_contains(?, region_code)",
            [self._subtree],
        )
        return {(r["region_code"], r["indicator"], r["year"], r["scope"]): r for r in rows}

    @cached_property
    def _children(self) -> dict[str, list[Region]]:
        children: dict[str, list[Region]] = {}
        for row in self.regions.by_code.values():
            children.setdefault(row["parent_code"] or "", []).append(row)
        return children
