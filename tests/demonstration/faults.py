"""Faults planted in the lists: what a reviewer of the demonstration city should be told of.

Faults that last are put into the facilities (``plant_in_world``); the truth knows of them. Faults
of single rows are put into the lists that are sent (``plant_in_list``); the truth does not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from facilities import CLASSES, Facility, month_end
from files import LOST_DELIMITER
from geography import GAP_TOWN, REGIONS
from stdnum.cn import uscc
from world import CLASS_TOWNS

Row = dict[str, Any]
EARLY, LATE = dt.date(2020, 12, 1), dt.date(2026, 3, 1)
SWAPPED_ON = (month_end(2021, 5), month_end(2021, 8))
EMPTIED_ON = tuple(month_end(2024, month) for month in (5, 6, 7))
DOUBLED_ON, OVERFULL_ON, UNKNOWN_WORD_ON = (
    month_end(2023, 12),
    month_end(2024, 4),
    month_end(2023, 5),
)
OPENS_ON, LISTED_EARLY_FROM = dt.date(2024, 7, 1), dt.date(2023, 12, 5)
PARTED_ON = month_end(2021, 7)
UNKNOWN_WORD = "其他性质"


@dataclass(frozen=True)
class Chosen:
    """Numbers of the facilities that play a part."""

    doubled: int
    emptied: int
    swapped: int
    overfull: int
    unknown_word: int
    closed_before_opening: tuple[int, dt.date]
    opens_late: int
    misplaced: int
    bad_code: int
    parted: int


def _quiet(facilities: list[Facility]) -> Iterator[Facility]:
    """Filed facilities of one register that stay, so that each fault stands alone."""
    for facility in facilities:
        if (
            facility.education_from is None
            and facility.closed is None
            and facility.opened < EARLY
            and facility.health_id
            and facility.credit_code
            and not facility.only_classes
            and facility.first.town != GAP_TOWN
            and all("filing" not in values and "town" not in values and "name" not in values
                    for values in facility.changes.values())
        ):  # fmt: skip
            yield facility


def plant_in_world(facilities: list[Facility]) -> Chosen:
    """Choose the facilities and plant what lasts: figures left open, and three slips."""
    quiet = [f for f in _quiet(facilities) if f.first.facility_type != "family"]

    _leave_figures_open(facilities, quiet)

    def take(fits: Callable[[Facility], bool] = lambda facility: True) -> Facility:
        return _take(quiet, fits)

    emptied = take(lambda f: f.state(EMPTIED_ON[0]).town in CLASS_TOWNS and f.state(EMPTIED_ON[0]).places >= 50)  # fmt: skip
    chosen = Chosen(
        emptied=emptied.number,
        doubled=take(lambda f: f.first.name.startswith("示例")).number,
        swapped=take().number,
        overfull=take().number,
        unknown_word=take().number,
        misplaced=take().number,
        bad_code=take().number,
        closed_before_opening=_find_closed(facilities),
        opens_late=_open_late(facilities).number,
        parted=take().number,
    )
    without_places = take(
        lambda f: f.first.town.startswith("990102") and f.first.town not in CLASS_TOWNS
    )
    without_places.blanks.append(("places", dt.date(2021, 10, 5), dt.date(2022, 2, 5)))
    by_number = {facility.number: facility for facility in facilities}
    misplaced = by_number[chosen.misplaced]
    misplaced.change(
        dt.date(2024, 1, 10),
        longitude=round(misplaced.first.longitude + 3.1, 6),
        latitude=round(misplaced.first.latitude - 2.4, 6),
    )
    code = by_number[chosen.bad_code].credit_code or ""
    wrong = next(c for c in "37AEK" if not uscc.is_valid(code[:-1] + c))
    by_number[chosen.bad_code].credit_code = code[:-1] + wrong
    return chosen


def _take(quiet: list[Facility], fits: Callable[[Facility], bool]) -> Facility:
    return quiet.pop(next(place for place, facility in enumerate(quiet) if fits(facility)))


def _find_closed(facilities: list[Facility]) -> tuple[int, dt.date]:
    """A facility that a list names after its closing, not at the year's end."""
    days = [month_end(year, month) for year in (2023, 2024) for month in range(1, 12)]
    return next(
        (facility.number, day)
        for day in days
        for facility in facilities
        if facility.closed and facility.closed <= day and facility.is_listed("health", day)
    )


def _open_late(facilities: list[Facility]) -> Facility:
    """One is filed, and listed, half a year before it opens."""
    facility = next(
        f for f in facilities
        if f.education_from is None and f.opened.year == 2024 and f.closed is None
        and f.first.facility_type == "registered"
    )  # fmt: skip
    children = facility.first.enrolled
    facility.first = replace(facility.first, enrolled=0)
    facility.opened, facility.health_from = OPENS_ON, LISTED_EARLY_FROM
    facility.changes = {d: v for d, v in facility.changes.items() if d > OPENS_ON}
    facility.change(dt.date(2024, 7, 8), enrolled=children)
    return facility


def _leave_figures_open(facilities: list[Facility], quiet: list[Facility]) -> None:
    """Blank cells at year ends: the sums of these towns are unknown then."""

    def kindergarten(district: str) -> Facility:
        return next(
            f for f in facilities
            if f.education_from and f.health_from is None and f.closed is None
            and f.state(LATE).filing != "cancelled" and f.opened < EARLY and f.first.town.startswith(district)
        )  # fmt: skip

    def other(district: str) -> Facility:
        return _take(quiet, lambda f: f.first.town.startswith(district))

    november, february = dt.date(2023, 11, 2), dt.date(2024, 2, 2)
    other("990101").blanks.append(("enrolled_children", november, february))
    kindergarten("990101").blanks.append(("enrolled_children", november, february))
    kindergarten("990103").blanks.append(("enrolled_children", dt.date(2025, 12, 5), LATE))
    other("990102").blanks.append(("caregivers", dt.date(2024, 12, 3), dt.date(2025, 2, 5)))
    other("990101").blanks.append(("inclusive", dt.date(2021, 10, 5), dt.date(2022, 2, 5)))
    for facility in facilities[10::17]:
        facility.blanks.append(("monthly_fee_yuan", EARLY, LATE))


def plant_in_list(rows: list[Row], day: dt.date, chosen: Chosen) -> list[Row]:
    """The rows of a health list as they were sent, with the slips of single rows."""
    sent = [_spoil(row, day, chosen) for row in rows]
    for row in rows:
        if day == DOUBLED_ON and row["number"] == chosen.doubled:
            name = "示例市" + row["facility_name"].removeprefix("示例") + "有限公司"
            twice = row | {"facility_id": None, "facility_name": name, "fault": "listed-twice"}
            sent.append(twice)
    return sent


def _spoil(row: Row, day: dt.date, chosen: Chosen) -> Row:
    number = row["number"]
    if number == chosen.swapped and day in SWAPPED_ON:
        others = [t for t in REGIONS if len(t) == 9 and t[:6] == row["region_code"][:6]]
        other = next(t for t in others if t != row["region_code"])
        name = REGIONS[row["region_code"]].name
        return row | {"region_code": other, "region_name": name, "fault": "swapped-town-code"}
    if number == chosen.emptied and day in EMPTIED_ON:
        nothing: Row = dict.fromkeys(("places", *CLASSES), 0)
        if row["inclusive_places"] is not None:
            nothing["inclusive_places"] = 0
        return row | nothing | {"fault": "classes-edited-to-zero"}
    if number == chosen.overfull and day == OVERFULL_ON:
        children = round(row["places"] * 1.3)
        return row | {"enrolled_children": children, "fault": "more-children-than-places"}
    if (number, day) == chosen.closed_before_opening:
        opened = row["closed_on"] + dt.timedelta(40)
        return row | {"opened_on": opened, "fault": "closed-before-opening"}
    if number == chosen.parted and day == PARTED_ON:
        return row | {"fault": LOST_DELIMITER}
    if number == chosen.unknown_word and day == UNKNOWN_WORD_ON:
        return row | {"ownership": UNKNOWN_WORD, "fault": "unknown-ownership-word"}
    lasting = {
        chosen.misplaced: ("coordinates-outside-town", day >= dt.date(2024, 1, 10)),
        chosen.bad_code: ("credit-code-check-digit", True),
        chosen.opens_late: ("listed-before-opening", row["opened_on"] > day),
        chosen.doubled: ("listed-twice", day == DOUBLED_ON),
    }
    fault, is_now = lasting.get(number, ("", False))
    return row | {"fault": fault} if is_now else row
