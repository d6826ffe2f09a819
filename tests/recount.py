"""Counts published figures again: from the text of the source files' cells, in plain Python."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache, cached_property
from pathlib import Path
from statistics import median

import duckdb
from plain_tables import folded, read_sources

# numerator, denominator and scale, as the definitions of indicators say
RATIOS = {
    "places_per_1000": ("places", "resident_population", 1000),
    "inclusive_place_ratio": ("inclusive_places", "places", 1),
    "public_place_ratio": ("public_places", "places", 1),
    "places_per_child_under_3": ("places", "children_under_3", 1),
    "place_utilisation_ratio": ("enrolled_children", "places", 1),
    "enrolment_ratio": ("enrolled_children", "children_under_3", 1),
    "inclusive_new_place_ratio": ("new_inclusive_places", "new_places", 1),
    "town_coverage_ratio": ("towns_with_facility", "towns", 1),
    "children_per_caregiver": ("enrolled_children", "caregivers", 1),
    "safety_rounds_per_facility_quarter": ("safety_rounds", "facility_quarters", 1),
}
CLASSES = ("infant_places", "toddler_places", "older_places", "mixed_places")
SCOPES = ("filed", "filed_and_kindergarten", "all")
_HEDGES = "约近超余多至少不足"
_FACTORS = {"万": 10**4, "亿": 10**8, "%": Decimal("0.01"), "‰": Decimal("0.001")}
_OWNERSHIP = {
    "公办民营": True,
    "公建民营": True,
    "民办公助": True,
    "公办": True,
    "公立": True,
    "国有": True,
}
_FLAGS = {"是": True, "普惠": True, "√": True, "有": True, "1": True, "y": True}
_FLAGS |= {"否": False, "非普惠": False, "×": False, "无": False, "0": False, "n": False}


def number_in(text: str | None, unit: str | None = None) -> Fraction | None:
    """The number that a cell says; None where it says none. A scale beside it goes before the unit's."""
    found = re.fullmatch(
        rf"[{_HEDGES}]*(-?[\d,]+(?:\.\d+)?)([万亿%‰]?)[^\d]*", folded(text).replace("，", ",")
    )
    if not found:
        return None
    scale = found[2] or next((sign for sign in _FACTORS if folded(unit).startswith(sign)), "")
    return Fraction(found[1].replace(",", "")) * Fraction(_FACTORS.get(scale, 1))


def date_in(text: str | None) -> date | None:
    """The day that a cell says; a year alone is its last day."""
    parts = [int(part) for part in re.findall(r"\d+", folded(text))]
    if len(parts) == 1 and parts[0] > 9999:
        return date(parts[0] // 10000, parts[0] // 100 % 100, parts[0] % 100)
    return date(*(parts[:3] if len(parts) >= 3 else (parts[0], 12, 31))) if parts else None


@dataclass(frozen=True)
class Row:
    """One row of a roster, as text."""

    files: Files
    source_id: str
    number: int

    def text(self, column: str) -> str | None:
        return self.files.text(self.source_id, self.number, column)

    def number_of(self, column: str) -> Fraction | None:
        return number_in(self.text(column), self.files.unit(self.source_id, column))

    @property
    def constants(self) -> dict[str, str]:
        return self.files.sources[self.source_id].constants

    @property
    def register(self) -> str:
        return self.constants.get("register", "health")

    @cached_property
    def day(self) -> date | None:
        return date_in(self.text("as_of"))

    @property
    def is_kindergarten(self) -> bool:
        kind = folded(self.text("facility_type"))
        return "幼儿园" in kind if kind else self.register == "education"

    @property
    def status(self) -> str:
        """Filing status; one that is not given follows from the register."""
        text = folded(self.text("filing_status"))
        if not text:
            return "filed" if self.register == "health" else "not_filed"
        if "注销" in text or "取消" in text:
            return "cancelled"
        return "filed" if text in ("已备案", "备案", "备案通过") else "other"

    def is_open(self, day: date) -> bool:
        opened, closed = date_in(self.text("opened_on")), date_in(self.text("closed_on"))
        return (opened is None or opened <= day) and (closed is None or closed > day)

    def scopes(self, is_kindergarten: bool) -> set[str]:
        if self.status == "cancelled":
            return set()
        if is_kindergarten:
            return set(SCOPES[1:])
        return set(SCOPES) if self.status == "filed" else {"all"}

    def measure(self, measure: str) -> Fraction | None:
        """One number of the facility by the rules for places; None where it is unknown."""
        given = [n for n in map(self.number_of, CLASSES) if n is not None]
        of_classes = sum(given, Fraction(0)) if given else None
        stated = self.number_of("places")
        places = of_classes if stated is None else stated
        if measure == "places":
            return places
        if measure == "public_places":
            owner = folded(self.text("ownership"))
            return (places if _OWNERSHIP.get(owner) else Fraction(0)) if owner else None
        number = self.number_of(measure)
        if number is None and measure in CLASSES and given and of_classes == places:
            return Fraction(0)
        if number is None and measure == "inclusive_places":
            flag = _FLAGS.get(folded(self.text("is_inclusive")).lower())
            return None if flag is None else places if flag else Fraction(0)
        return number


class Files:
    """All tables of a workspace, as text; what marts say of rows and cells is looked up here."""

    def __init__(self, raw: Path, warehouse: duckdb.DuckDBPyConnection) -> None:
        self.sources = read_sources(raw)
        self.warehouse = warehouse
        self.counted_rows = cache(self._counted_rows)
        self.count = cache(self._count)
        self.towns = cache(self._towns)
        self.above = cache(self._above)

    def text(self, source_id: str, row: int, column: str) -> str | None:
        return self.sources[source_id].table.text(row, column)

    def unit(self, source_id: str, column: str) -> str | None:
        return self.sources[source_id].table.units.get(column)

    def cell(self, source_id: str, row: int, letter: str, column: str) -> Fraction | None:
        """The number in a cell; the unit stands in the header or in a column beside it."""
        beside = self.text(source_id, row, "unit")
        text = self.sources[source_id].table.rows[row][letter]
        return number_in(text, beside or self.unit(source_id, column))

    @cached_property
    def lineage(self) -> dict[tuple[str, str, str], list[tuple]]:
        """Inputs of every published figure: role, measure, region, claim, source, row, cell."""
        found = defaultdict(list)
        for mart, key, column, *given in self.warehouse.execute(
            "select distinct mart, figure_key, figure_column, input_role, input_measure,"
            " input_region_code, claim_id, source_id, source_row, source_cell"
            " from marts.figure_lineage"
        ).fetchall():
            found[mart, key, column].append(tuple(given))
        return found

    @cached_property
    def parents(self) -> dict[str, str | None]:
        """Region above each region, as the lists of regions say."""
        return {
            folded(self.text(source.id, row, "region_code")): folded(
                self.text(source.id, row, "parent_code")
            )
            or None
            for source in self.sources.values()
            if source.contract == "region_list"
            for row in source.table.rows
        }

    @cached_property
    def names(self) -> dict[str, str]:
        """Region by each of its names, of the invented city alone, whose names are all different."""
        return {
            name: folded(self.text(source_id, row, "region_code"))
            for source_id in ["shili-city-regions"]
            for row in self.sources[source_id].table.rows
            for column in ("region_name", "aliases")
            for name in re.split("[;,、]", folded(self.text(source_id, row, column)))
            if name
        }

    def _above(self, code: str) -> list[str]:
        """A region and the regions around it."""
        codes = [code]
        while parent := self.parents.get(codes[-1]):
            codes.append(parent)
        return codes

    def _towns(self, code: str) -> list[str]:
        """Regions in a region, itself included, that have no region below."""
        has_parts = set(self.parents.values())
        return [town for town in self.parents if town not in has_parts and code in self.above(town)]

    def town_of(self, source_id: str, row: int) -> str:
        """Region of a roster row, by its code or by the longest name that its text begins with."""
        code = folded(self.text(source_id, row, "region_code"))
        text = folded(self.text(source_id, row, "region_name")).rsplit("/", maxsplit=1)[-1]
        fitting = [name for name in self.names if text.startswith(name)]
        return code or self.names[max(fitting, key=len)]

    def _counted_rows(self, code: str, year: int, scope: str) -> list[Row]:
        """Roster rows of the facilities that a mart says are counted in a region."""
        found = self.warehouse.execute(
            "select source_id, source_row, region_code from marts.facility_years"
            " where year = ? and list_contains(string_split(counted_in, ', '), ?)",
            [year, scope],
        ).fetchall()
        return [Row(self, source, row) for source, row, at in found if code in self.above(at)]

    def _count(
        self, measure: str, code: str, year: int, scope: str, *, is_least: bool = False
    ) -> Fraction | None:
        """A measure of a region, over the roster rows that count.

        None where one of them is unknown, but for the least that there is: the sum of the others.
        """
        rows = self.counted_rows(code, year, scope)
        if measure == "facilities":
            return Fraction(len(rows))
        if measure == "towns":
            return Fraction(len(self.towns(code)))
        if measure == "towns_with_facility":
            return Fraction(len({self.town_of(row.source_id, row.number) for row in rows}))
        if measure == "median_monthly_fee_yuan":
            fees = [row.number_of("monthly_fee_yuan") for row in rows]
            return median(fee for fee in fees if fee is not None)
        numbers = [row.measure(measure) for row in rows]
        known = [number for number in numbers if number is not None]
        is_known = len(known) == len(numbers) or is_least
        return sum(known, Fraction(0)) if is_known else None

    @cached_property
    def population_years(self) -> dict[tuple[str, str], set[int]]:
        """Years in which some file gives a population column of a region."""
        years: dict[tuple[str, str], set[int]] = defaultdict(set)
        for source in self.sources.values():
            if source.contract != "population":
                continue
            for row, cells in source.table.rows.items():
                code = folded(source.table.text(row, "region_code"))
                code = code or self.names.get(folded(source.table.text(row, "region_name")), "")
                stated = source.table.text(row, "date") or source.table.text(row, "year")
                for letter, column in source.table.columns.items():
                    if code and stated and number_in(cells[letter]) is not None:
                        years[code, column].add(date_in(stated).year)
                for label in source.table.years.values():
                    years[code, source.entry["unpivot"]["values_to"]].add(date_in(label).year)
        return years

    def claim(self, claim_id: str, source_id: str, row: int, cell: str) -> Fraction | None:
        """The figure that a published one was made from: a cell, or a count over rosters."""
        if claim_id.startswith("roster|"):
            _, code, measure, year, scope, *bound = claim_id.split("|")
            sources = set(source_id.split("; "))
            if measure == "towns":  # the list of regions tells of them
                assert {self.sources[source].contract for source in sources} == {"region_list"}
            else:
                rows = self.counted_rows(code, int(year), scope)
                assert {row.source_id for row in rows} <= sources
            return self.count(measure, code, int(year), scope, is_least=bound == ["at_least"])
        column = claim_id.split("!")[3]
        return self.cell(source_id, row, cell.rstrip("0123456789"), column)


def children_under_3(ages: Iterable[tuple[str, Fraction]]) -> Fraction:
    """One number for all; else ages 0, 1 and 2; else age 0 and half of those aged 1 to 4."""
    by_age = dict(ages)
    if set(by_age) == {"age_0_2"}:
        return by_age["age_0_2"]
    if set(by_age) == {"age_0", "age_1_4"}:
        return by_age["age_0"] + by_age["age_1_4"] / 2
    assert set(by_age) == {"age_0", "age_1", "age_2"}
    return sum(by_age.values(), Fraction(0))
