"""A facility: what is so on every day of its life, and what the registers say of it."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

Day = dt.date
SCOPES = ("filed", "filed_and_kindergarten", "all")
CLASSES = ("infant_places", "toddler_places", "older_places", "mixed_places")
LISTED_AFTER_CLOSING = 61  # days that a full list goes on naming a closed facility
BASE_2025 = dt.date(2025, 1, 31)  # the last full list of the health register


def month_end(year: int, month: int) -> Day:
    """Last day of a month."""
    return dt.date(year, month, calendar.monthrange(year, month)[1])


@dataclass(frozen=True)
class State:
    """What is so of a facility on a day. None is a figure that the facility does not give."""

    name: str
    town: str
    address: str
    longitude: float
    latitude: float
    facility_type: str
    ownership: str
    filing: str
    classes: tuple[int, int, int, int]
    inclusive: str
    enrolled: int
    caregivers: int
    fee: int | None
    floor_area: int

    @property
    def places(self) -> int:
        """All places; classes always add up to them."""
        return sum(self.classes)

    @property
    def inclusive_places(self) -> int:
        """Inclusive places: all, some or none."""
        return {"all": self.places, "some": self.places // 2, "none": 0}[self.inclusive]


@dataclass
class Facility:
    """One facility over its whole life.

    ``health_from`` and ``education_from`` are the days from which a register lists it; None where
    it never does. ``blanks`` are figures that it leaves open: field, first day, first day on which
    it is given again. ``inclusive_as`` is how its form tells inclusive places.
    """

    number: int
    opened: Day
    first: State
    closed: Day | None = None
    health_from: Day | None = None
    education_from: Day | None = None
    health_id: str | None = None
    education_id: str | None = None
    credit_code: str | None = None
    education_name: str | None = None
    health_type: str | None = None
    inclusive_as: str = "number"
    only_classes: bool = False
    is_filing_left_open: bool = False
    contact: tuple[str, str] | None = None
    changes: dict[Day, dict[str, Any]] = field(default_factory=dict)
    blanks: list[tuple[str, Day, Day]] = field(default_factory=list)

    def change(self, day: Day, **values: Any) -> None:
        """From that day on these values hold."""
        self.changes.setdefault(day, {}).update(values)

    def state(self, day: Day) -> State:
        """What is so on a day."""
        state = self.first
        for since in sorted(self.changes):
            if since <= day:
                state = replace(state, **self.changes[since])
        return state

    def is_open(self, day: Day) -> bool:
        """Whether it takes children on that day."""
        return self.opened <= day and (self.closed is None or self.closed > day)

    def is_listed(self, register: str, day: Day) -> bool:
        """Whether the register's state of that day holds it, open or not."""
        since = self.health_from if register == "health" else self.education_from
        if since is None or since > day:
            return False
        if self.closed is None or self.closed > day:
            return True
        if register == "education":
            return False
        # after the last full list nothing is dropped, because change lists drop nothing
        last_full = min(day, BASE_2025)
        return self.closed > last_full - dt.timedelta(LISTED_AFTER_CLOSING)

    def is_changed(self, after: Day, until: Day) -> bool:
        """Whether the health register has something new to say of it."""
        moments = [self.health_from, self.closed, *self.changes]
        moments += [day for _, start, end in self.blanks for day in (start, end)]
        return self.is_listed("health", until) and any(
            moment is not None and after < moment <= until for moment in moments
        )

    def is_blank(self, name: str, day: Day) -> bool:
        """Whether it leaves a figure open on that day."""
        return any(what == name and start <= day < end for what, start, end in self.blanks)

    def told(self, register: str, day: Day, class_towns: frozenset[str]) -> dict[str, Any]:
        """The row that a register's list of that day holds; None where a cell is empty."""
        state = self.state(day)
        is_health = register == "health"
        gives_classes = state.town in class_towns
        classes = state.classes if gives_classes else (None,) * 4
        is_closed = self.closed is not None and self.closed <= day
        row: dict[str, Any] = {
            "number": self.number,
            "as_of": day,
            "region_code": state.town,
            "facility_id": self.health_id if is_health else self.education_id,
            "facility_name": state.name if is_health else self.education_name or state.name,
            "credit_code": self.credit_code,
            "address": state.address,
            "longitude": state.longitude,
            "latitude": state.latitude,
            "facility_type": (self.health_type or state.facility_type) if is_health else None,
            "ownership": state.ownership,
            "filing_status": self._told_filing(state, register),
            "opened_on": self.opened,
            "closed_on": self.closed if is_closed else None,
            "places": None if self.only_classes and gives_classes else state.places,
            **dict(zip(CLASSES, classes, strict=True)),
            "enrolled_children": state.enrolled,
            "monthly_fee_yuan": state.fee,
            "floor_area_m2": state.floor_area,
            "caregivers": state.caregivers,
            "contact": self.contact[0] if self.contact else None,
            "phone": self.contact[1] if self.contact else None,
            **self._told_inclusive(state, is_health=is_health),
        }
        for name in ("places", "enrolled_children", "monthly_fee_yuan", "caregivers"):
            if self.is_blank(name, day):
                row[name] = None
        if self.is_blank("places", day):
            row["inclusive_places"] = None
        if self.is_blank("inclusive", day):
            row["is_inclusive"] = row["inclusive_places"] = None
        return row

    def _told_filing(self, state: State, register: str) -> str | None:
        if register == "education":
            return "cancelled" if state.filing == "cancelled" else None
        return None if self.is_filing_left_open and state.filing == "filed" else state.filing

    def _told_inclusive(self, state: State, *, is_health: bool) -> dict[str, Any]:
        flag = state.inclusive != "none"
        number = state.inclusive_places if self.inclusive_as == "number" and is_health else None
        return {"is_inclusive": flag, "inclusive_places": number}
