"""Simulates the childcare facilities of the demonstration city, from a seed."""

from __future__ import annotations

import datetime as dt
import itertools
import random

from facilities import BASE_2025, Facility, State, month_end
from geography import DISTRICTS, FIRST_FACILITY, GAP_TOWN, REGIONS, TOWNS
from stdnum.cn import uscc

KINDS = {
    # type: (how many, ownerships, least and most classes of each kind)
    "registered": (80, ("private", "private", "private", "public_private", "public"), ((0, 1), (1, 2), (1, 2), (0, 1))),
    "community": (26, ("public", "public_private", "private"), ((0, 0), (0, 1), (1, 1), (0, 1))),
    "employer": (14, ("public", "private"), ((0, 1), (1, 1), (0, 1), (0, 0))),
    "family": (10, ("private",), ((0, 0), (0, 0), (0, 0), (1, 1))),
    "kindergarten": (72, ("public", "public", "private", "public_private"), ((0, 0), (0, 1), (1, 2), (0, 0))),
}  # fmt: skip
CLASS_SIZES = (10, 15, 20, 18)
BOTH_REGISTERS = 28
NAMES = {
    "registered": ("示例{brand}托育园", "示例{brand}托育中心", "虚构{brand}托育园"),
    "community": ("{town}{brand}社区托育点",),
    "employer": ("示例{brand}公司托育点",),
    "family": ("{brand}家庭托育点",),
    "kindergarten": ("{town}{brand}幼儿园",),
}
BRANDS = [
    first + second
    for first, second in itertools.product("小青金红蓝绿朝阳星月彩乐安春晨", "苗禾豆果花鹿象帆桥语芽荷松鸽贝")
]  # fmt: skip
STREETS = ("示例路", "样本路", "虚构街", "试验大道", "模拟巷")
# Towns whose facilities never give classes, so that the classes of two districts stay unknown.
WITHOUT_CLASSES = frozenset(
    ("990101002", "990101005", "990101007", "990102001", "990102004", "990102006")
)
CLASS_TOWNS = frozenset(TOWNS) - WITHOUT_CLASSES
FIRST_DAY, LAST_DAY = dt.date(2021, 1, 1), dt.date(2025, 12, 31)


def make_world(seed: int) -> list[Facility]:
    """All facilities that ever stand in a list, by number from 1."""
    return _Maker(random.Random(seed)).make()  # noqa: S311 - invented figures, not secrets


class _Maker:
    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.brands = BRANDS.copy()
        rng.shuffle(self.brands)
        self.house_numbers = {town: itertools.count(1, 3) for town in TOWNS}
        self.facilities: list[Facility] = []

    def make(self) -> list[Facility]:
        kinds = [kind for kind, (count, _, _) in KINDS.items() for _ in range(count)]
        self.rng.shuffle(kinds)
        for kind in kinds:
            self.facilities.append(self._make_one(kind))
        kindergartens = [f for f in self.facilities if f.first.facility_type == "kindergarten"]
        for place, facility in enumerate(kindergartens):
            self._register_kindergarten(facility, place)
        for facility in self.facilities:
            self._live(facility)
        self._reorganise()
        return self.facilities

    def _make_one(self, kind: str) -> Facility:
        rng, number = self.rng, len(self.facilities) + 1
        opened = self._opening_day()
        town = self._town(opened)
        east, north = REGIONS[town].longitude, REGIONS[town].latitude
        _, ownerships, ranges = KINDS[kind]
        classes = [rng.randint(*limits) * size for limits, size in zip(ranges, CLASS_SIZES, strict=True)]  # fmt: skip
        if kind == "family":
            classes[3] = 5
        if not sum(classes):
            classes[2] = 20
        ownership = rng.choice(ownerships)
        inclusive = rng.choice(("all", "some", "none", "none") if ownership == "private" else ("all",))  # fmt: skip
        brand = self.brands.pop()
        name = rng.choice(NAMES[kind]).format(brand=brand, town=REGIONS[town].name)
        state = State(
            name=name,
            town=town,
            address=self._address(town),
            longitude=round(east + rng.uniform(-0.025, 0.025), 6),
            latitude=round(north + rng.uniform(-0.025, 0.025), 6),
            facility_type=kind,
            ownership=ownership,
            filing="filed",
            classes=tuple(classes),  # type: ignore[arg-type]
            inclusive=inclusive,
            enrolled=round(sum(classes) * rng.uniform(0.3, 0.75)),
            caregivers=max(2, round(sum(classes) / rng.uniform(4.5, 7))),
            fee=10 * rng.randint(60, 130 if inclusive != "none" else 320),
            floor_area=sum(classes) * rng.randint(5, 9) + rng.randint(20, 60),
        )
        facility = Facility(number=number, opened=opened, first=state)
        self._identify(facility, kind)
        return facility

    def _opening_day(self) -> dt.date:
        year = self.rng.choice(
            (2018, 2019, 2019, 2020, 2020, 2020, 2021, 2022, 2023, 2023, 2024, 2025)
        )
        return dt.date(year, self.rng.randint(1, 12), self.rng.randint(1, 28))  # fmt: skip

    def _town(self, opened: dt.date) -> str:
        """Larger towns get more facilities; some had none before a year of their own."""
        towns = []
        for town in TOWNS:
            first = FIRST_FACILITY.get(town, 2000)
            if first is not None and opened.year >= first:
                new = 6 if town in FIRST_FACILITY else 1
                towns += [town] * new * {"道": 5, "镇": 3, "乡": 1}[REGIONS[town].name[-1]]
        return self.rng.choice(towns)

    def _address(self, town: str) -> str:
        district = REGIONS[str(REGIONS[town].parent)].name
        number = next(self.house_numbers[town])
        return f"示例市{district}{REGIONS[town].name}{self.rng.choice(STREETS)}{number}号"

    def _identify(self, facility: Facility, kind: str) -> None:
        rng, number = self.rng, facility.number
        if kind != "kindergarten":
            facility.health_from = max(facility.opened, FIRST_DAY)
            facility.health_id = f"SL{number:04d}" if rng.random() < 0.9 else None
        facility.credit_code = self._credit_code(facility) if rng.random() < 0.7 else None
        facility.inclusive_as = "flag" if facility.first.inclusive != "some" and rng.random() < 0.4 else "number"  # fmt: skip
        facility.only_classes = number % 31 == 7
        facility.is_filing_left_open = number % 29 == 5
        if number % 9 == 0:
            phone = f"138 0000 {number:04d}"
            facility.contact = ("虚构人" + "甲乙丙丁戊"[number % 5], phone)

    def _credit_code(self, facility: Facility) -> str:
        district = REGIONS[facility.first.town].parent
        kind = {"public": "12", "private": "91", "public_private": "52"}[facility.first.ownership]
        body = f"{kind}{district}MA{self.rng.randint(0, 9_999_999):07d}"
        return body + uscc.calc_check_digit(body)

    def _register_kindergarten(self, facility: Facility, place: int) -> None:
        """All stand in the education register; the first of them file with the other, too."""
        facility.education_from = max(facility.opened, FIRST_DAY)
        facility.education_id = f"JY{facility.number:04d}" if self.rng.random() < 0.8 else None
        if place >= BOTH_REGISTERS:
            facility.change(facility.opened, filing="not_filed")
            return
        filed = facility.opened + dt.timedelta(self.rng.randint(30, 400))
        facility.health_from = max(filed, FIRST_DAY)
        facility.health_id = f"SL{facility.number:04d}" if place % 4 else None
        if place % 3 == 0:
            facility.credit_code, facility.health_id = None, None  # name and address must do
        elif facility.credit_code is None:
            facility.credit_code = self._credit_code(facility)
        if facility.credit_code and place % 2:
            facility.education_name = facility.first.name.removeprefix(REGIONS[facility.first.town].name)  # fmt: skip
        if place % 3 == 1:
            facility.health_type = "registered"
        if place % 7 == 6:
            facility.change(facility.opened, filing="pending")

    def _live(self, facility: Facility) -> None:
        """Months and years go by: children come and go, fees rise, some close."""
        rng, number = self.rng, facility.number
        if facility.health_from and facility.education_from is None:
            self._file(facility)
        if rng.random() < 0.2:
            self._close(facility)
        for year in range(2021, 2026):
            day = dt.date(year, 9, 1)
            if day > facility.opened and rng.random() < 0.25 and facility.first.fee:
                facility.change(day, fee=(facility.state(day).fee or 0) + 10 * rng.randint(1, 9))
            if day > facility.opened and rng.random() < 0.22:
                self._resize(facility, day)
            for month in {number % 12 + 1, (number + 5) % 12 + 1}:
                day = dt.date(year, month, rng.randint(2, 27))
                if day <= facility.opened:
                    continue
                places = facility.state(day).places
                share = min(0.95, rng.uniform(0.4, 0.85) + 0.02 * (year - 2021))
                facility.change(day, enrolled=round(places * share))

    def _file(self, facility: Facility) -> None:
        """Some wait for their filing, a few never get it, a few lose it and go on."""
        chance, start = self.rng.random(), facility.opened
        if chance < 0.14:
            facility.change(start, filing="pending")
            facility.change(start + dt.timedelta(self.rng.randint(60, 500)), filing="filed")
        elif chance < 0.19:
            facility.change(start, filing="not_filed")
        elif chance < 0.22 and start.year < 2023:
            facility.change(dt.date(self.rng.randint(2023, 2025), 4, 12), filing="cancelled")

    def _close(self, facility: Facility) -> None:
        earliest = max(facility.opened + dt.timedelta(400), dt.date(2021, 7, 3))
        if facility.health_from:
            earliest = max(earliest, facility.health_from + dt.timedelta(100))
        if earliest > dt.date(2025, 10, 1):
            return
        day = earliest + dt.timedelta(self.rng.randint(0, (dt.date(2025, 11, 1) - earliest).days))
        facility.closed = day
        if facility.education_from is None and self.rng.random() < 0.6:
            facility.change(day, filing="cancelled")

    def _resize(self, facility: Facility, day: dt.date) -> None:
        """One class more, or one less."""
        state = facility.state(day)
        if state.facility_type == "family":
            return
        kind = self.rng.choice((1, 2, 2, 3))
        classes = list(state.classes)
        classes[kind] = max(0, classes[kind] + CLASS_SIZES[kind] * self.rng.choice((1, 1, -1)))
        if sum(classes) < 15:
            return
        places = sum(classes)
        children = min(places, round(state.enrolled * places / state.places))
        facility.change(day, classes=tuple(classes), enrolled=children, caregivers=max(2, places // 6))  # fmt: skip

    def _reorganise(self) -> None:
        """Renames, moves to another town of the district, and changes of kind and owner."""
        lasting = [
            f
            for f in self.facilities
            if f.closed is None and f.health_id and f.education_from is None
            and f.opened < dt.date(2021, 6, 1) and f.first.filing == "filed"
        ]  # fmt: skip
        days = [month_end(year, month) - dt.timedelta(9) for year, month in (
            (2021, 7), (2022, 4), (2023, 3), (2023, 10), (2024, 5), (2025, 6))]  # fmt: skip
        chosen = iter(lasting)
        for day in days:
            self._rename(next(chosen), day)
        movable = (f for f in chosen if f.first.town != GAP_TOWN)
        for day in days[1:]:
            self._move(next(movable), day)
        registered = (f for f in movable if f.first.facility_type == "registered")
        for day in days[::2]:
            next(registered).change(day, facility_type="community")
        private = (f for f in registered if f.first.ownership == "private")
        for day in days[1::2]:
            next(private).change(day, ownership="public_private", inclusive="all")
        closing_classes = next(
            f for f in self.facilities
            if f.education_from and f.health_from is None and f.closed is None
            and f.opened < dt.date(2021, 1, 1)
        )  # fmt: skip
        closing_classes.change(dt.date(2025, 11, 3), filing="cancelled")

    def _rename(self, facility: Facility, day: dt.date) -> None:
        state = facility.state(day)
        old = next(brand for brand in BRANDS if brand in state.name)
        facility.change(day, name=state.name.replace(old, self.brands.pop()))

    def _move(self, facility: Facility, day: dt.date) -> None:
        town = facility.first.town
        district = REGIONS[town].parent
        others = [
            t for t in TOWNS
            if t.startswith(str(district)) and t not in (town, GAP_TOWN, *FIRST_FACILITY)
        ]  # fmt: skip
        to = self.rng.choice(others)
        facility.change(
            day,
            town=to,
            address=self._address(to),
            longitude=round(REGIONS[to].longitude + 0.011, 6),
            latitude=round(REGIONS[to].latitude - 0.012, 6),
        )


def list_days(register: str) -> list[dt.date]:
    """Days of the full lists of a register."""
    if register == "education":
        return [month_end(year, month) for year in range(2021, 2026) for month in (6, 12)]
    days = [month_end(year, month) for year in range(2021, 2025) for month in range(1, 13)]
    return [*days, BASE_2025]


def change_days() -> list[dt.date]:
    """Days of the change lists of the health register."""
    return [month_end(2025, month) for month in range(2, 13)]


def complete_for(day: dt.date) -> list[str]:
    """Regions of which a full list of that day names every facility."""
    if day.year != 2022:
        return ["990100"]
    towns = [t for t in TOWNS if t.startswith("990102") and t != GAP_TOWN]
    return [code for code in DISTRICTS if code != "990102"] + towns
