"""What is true of the demonstration city, counted from the simulated facilities themselves.

Nothing here reads a file. The definitions are those of docs/decisions/0011.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from statistics import median
from typing import Any

from facilities import CLASSES, SCOPES, Facility
from geography import (
    CITY,
    GAP_TOWN,
    GAP_YEAR,
    REGIONS,
    YEARS,
    People,
    children_of,
    published_people,
    towns_of,
)
from world import CLASS_TOWNS

SUMS = ("places", "inclusive_places", "public_places", *CLASSES, "enrolled_children", "caregivers")
RATIOS = {
    # numerator, denominator, scale
    "places_per_1000": ("places", "residents", 1000),
    "inclusive_place_ratio": ("inclusive_places", "places", 1),
    "public_place_ratio": ("public_places", "places", 1),
    "places_per_child_under_3": ("places", "under_3", 1),
    "place_utilisation_ratio": ("enrolled_children", "places", 1),
    "enrolment_ratio": ("enrolled_children", "under_3", 1),
    "town_coverage_ratio": ("towns_with_facility", "towns", 1),
    "children_per_caregiver": ("enrolled_children", "caregivers", 1),
}
HEADER = (
    "region_code",
    "year",
    "as_of_date",
    "scope",
    "measure",
    "value",
    "known",
    "of",
    "at_least",
)
Row = dict[str, Any]
Number = Fraction | int


@dataclass(frozen=True)
class Figure:
    """A value, and of how many parts it is known. None is unknown; ``at_least`` is what is known of it then.

    ``facilities_of`` are the facilities that lists name of the region; None where a town of it has no list.
    """

    value: Number | None
    known: int
    of: int | None
    facilities_known: int = 0
    facilities_of: int | None = None
    at_least: Number | None = None

    @property
    def certain(self) -> Number | None:
        """The value, else what it is at least."""
        return self.at_least if self.value is None else self.value


def is_in_scope(scope: str, facility_type: str, filing: str) -> bool:
    """Whether a kind of facility with that filing counts."""
    if filing == "cancelled":
        return False
    if scope == "all":
        return True
    if facility_type == "kindergarten":
        return scope == "filed_and_kindergarten"
    return filing == "filed"


def counted_row(facility: Facility, day: dt.date) -> Row | None:
    """What the registers together say of an open facility on a day; None where it is in none."""
    is_health = facility.is_listed("health", day)
    is_education = facility.is_listed("education", day)
    if not (is_health or is_education) or not facility.is_open(day):
        return None
    row = facility.told("health" if is_health else "education", day, CLASS_TOWNS)
    if is_education or row["facility_type"] == "kindergarten":
        row["facility_type"] = "kindergarten"
    row["facility_type"] = row["facility_type"] or "registered"
    row["filing_status"] = row["filing_status"] or ("filed" if is_health else "not_filed")
    return row | _derived(row)


def _derived(row: Row) -> Row:
    """Places, and those of them that are inclusive and public."""
    places = row["places"]
    classes = [row[name] for name in CLASSES if row[name] is not None]
    if places is None and classes:
        places = sum(classes)
    inclusive = row["inclusive_places"]
    if inclusive is None and row["is_inclusive"] is not None:
        inclusive = places if row["is_inclusive"] else 0
    is_public = row["ownership"] in ("public", "public_private")
    return {
        "places": places,
        "inclusive_places": inclusive,
        "public_places": places if is_public else 0,
    }


class Truth:
    """All figures of one world."""

    def __init__(self, facilities: list[Facility], people: dict[tuple[str, int], People]) -> None:
        self.facilities, self.people = facilities, people
        self._rows: dict[tuple[int, str], list[Row]] = {}
        for year in YEARS:
            day = dt.date(year, 12, 31)
            for facility in facilities:
                row = counted_row(facility, day)
                if row is not None:
                    self._rows.setdefault((year, row["region_code"]), []).append(row)

    def rows(self, code: str, year: int, scope: str) -> list[Row]:
        """The facilities of a town that count."""
        return [
            row
            for row in self._rows.get((year, code), [])
            if is_in_scope(scope, row["facility_type"], row["filing_status"])
        ]

    def figure(self, code: str, year: int, scope: str, measure: str) -> Figure:
        """One figure of a region."""
        if measure in RATIOS:
            return self._ratio(code, year, scope, measure)
        if measure == "median_monthly_fee_yuan":
            return self._median_fee(code, year, scope)
        if children_of(code):
            parts = [self.figure(child, year, scope, measure) for child in children_of(code)]
            values = [part.value for part in parts if part.value is not None]
            facilities_known = sum(part.facilities_known for part in parts)
            told = [part.facilities_of for part in parts if part.facilities_of is not None]
            facilities_of = sum(told) if len(told) == len(parts) else None
            facilities = facilities_known, facilities_of
            if len(values) == len(parts):
                return Figure(sum(values), len(parts), len(parts), *facilities)
            certain = [part.certain for part in parts if part.certain is not None]
            at_least = sum(certain) if certain else None
            # numbers are missing of facilities that lists name
            if facilities_of is not None:
                return Figure(None, facilities_known, facilities_of, *facilities, at_least)
            return Figure(None, len(values), len(parts), at_least=at_least)
        return self._town(code, year, scope, measure)

    def _town(self, code: str, year: int, scope: str, measure: str) -> Figure:
        if measure == "towns":
            return Figure(1, 1, 1, 1, 1)
        if is_gap(code, year):
            return Figure(None, 0, None)
        rows = self.rows(code, year, scope)
        if measure == "facilities":
            return Figure(len(rows), *[len(rows)] * 4)
        if measure == "towns_with_facility":
            return Figure(int(bool(rows)), *[len(rows)] * 4)
        values = [row[measure] for row in rows if row[measure] is not None]
        is_known = len(values) == len(rows)
        known = len(values), len(rows)
        at_least = sum(values) if values and not is_known else None
        return Figure(sum(values) if is_known else None, *known, *known, at_least)

    def _median_fee(self, code: str, year: int, scope: str) -> Figure:
        towns = self.figure(code, year, scope, "facilities")
        if towns.value is None:
            return Figure(None, towns.known, towns.of)
        rows = [row for town in towns_of(code) for row in self.rows(town, year, scope)]
        fees = [row["monthly_fee_yuan"] for row in rows if row["monthly_fee_yuan"] is not None]
        return Figure(Fraction(median(fees)) if fees else None, len(fees), len(rows))

    def _ratio(self, code: str, year: int, scope: str, measure: str) -> Figure:
        above, below, scale = RATIOS[measure]
        top = self.figure(code, year, scope, above)
        if below in ("residents", "under_3"):
            known = published_people(self.people, code, year)[0]
            bottom = Figure(getattr(known, below), 1, 1)
        else:
            bottom = self.figure(code, year, scope, below)
        limiting = bottom if top.value is not None and bottom.value is None else top
        value = at_least = None
        if top.value is not None and bottom.value:
            value = Fraction(scale * top.value) / bottom.value
        elif top.at_least is not None and bottom.value:
            at_least = Fraction(scale * top.at_least) / bottom.value
        return Figure(value, limiting.known, limiting.of, at_least=at_least)

    def as_of(self, code: str, year: int) -> dt.date | None:
        """Day of the newest list that tells a town's state in a year."""
        told = any(not is_gap(town, year) for town in towns_of(code))
        return dt.date(year, 12, 31) if told else None

    def in_fact(self, year: int, measure: str, code: str = CITY) -> int:
        """What the lists should have added to: every open facility, also where none told of it."""
        day, found = dt.date(year, 12, 31), 0
        for facility in self.facilities:
            state = facility.state(day)
            if facility.is_open(day) and state.town in towns_of(code):
                is_cancelled = state.filing == "cancelled"
                value = state.enrolled if measure == "enrolled_children" else state.places
                found += 0 if is_cancelled else value
        return found

    def as_csv(self) -> str:
        """The table of ``truth.csv``."""
        buffer = io.StringIO()
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(self._lines())
        return buffer.getvalue()

    def _lines(self) -> Iterator[tuple[Any, ...]]:
        towns = ("towns_with_facility", "towns", "median_monthly_fee_yuan")
        measures = ("facilities", *SUMS, *towns, *RATIOS)
        for code in REGIONS:
            for year in YEARS:
                for scope in SCOPES:
                    for measure in measures:
                        figure = self.figure(code, year, scope, measure)
                        day = self.as_of(code, year) or ""
                        value = "" if figure.value is None else in_digits(figure.value)
                        of = "" if figure.of is None else figure.of
                        at_least = "" if figure.at_least is None else in_digits(figure.at_least)
                        yield code, year, day, scope, measure, value, figure.known, of, at_least


def is_gap(code: str, year: int) -> bool:
    """Whether no list of the year speaks for a town."""
    return (code, year) == (GAP_TOWN, GAP_YEAR)


def in_digits(value: Number) -> str:
    """A number to eight places, without zeros at its end."""
    text = f"{float(round(Fraction(value), 8)):.8f}"
    return text.rstrip("0").rstrip(".")
