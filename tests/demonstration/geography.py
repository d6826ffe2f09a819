"""The invented regions of the demonstration city, and who lives there."""

from __future__ import annotations

import random
from dataclasses import dataclass

CITY = "990100"
YEARS = range(2021, 2026)
POPULATION_YEARS = range(2020, 2026)


@dataclass(frozen=True)
class Region:
    """One invented region."""

    code: str
    name: str
    level: str
    parent: str | None
    longitude: float
    latitude: float
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class People:
    """Residents of one region at the end of one year, and the births of that year."""

    residents: int
    age_0: int
    age_1: int
    age_2: int
    births: int

    @property
    def under_3(self) -> int:
        """Children under three."""
        return self.age_0 + self.age_1 + self.age_2

    def __add__(self, other: People) -> People:
        return People(
            self.residents + other.residents,
            self.age_0 + other.age_0,
            self.age_1 + other.age_1,
            self.age_2 + other.age_2,
            self.births + other.births,
        )


DISTRICTS = {
    "990101": ("甲例区", ("街道", "街道", "街道", "镇", "镇", "镇", "镇", "乡", "乡")),
    "990102": ("乙例区", ("街道", "街道", "镇", "镇", "镇", "镇", "镇", "乡")),
    "990103": ("丙例区", ("街道", "镇", "镇", "镇", "镇", "镇", "乡")),
}
NUMERALS = "一二三四五六七八九"
CENTRES = {"990101": (110.20, 30.40), "990102": (110.70, 30.50), "990103": (110.45, 30.90)}
ALIASES = {
    "990101004": ("甲四乡",),
    "990101005": ("旧甲五", "甲五办"),
    "990102003": ("乙三乡",),
    "990103002": ("丙二街道",),
}
# Towns that play a part of their own.
GAP_TOWN, GAP_YEAR = "990102005", 2022  # no roster speaks for it in that year
STALE_TOWN = "990103004"  # its residents were published for 2020 only
FIRST_FACILITY = {"990101009": 2023, "990103007": 2024, "990102008": None}  # none before


def make_regions() -> dict[str, Region]:
    """All regions by code, the city first."""
    regions = {CITY: Region(CITY, "示例市", "地级", None, 110.45, 30.60)}
    for district, (name, kinds) in DISTRICTS.items():
        east, north = CENTRES[district]
        regions[district] = Region(district, name, "县级", CITY, east, north)
        for number, kind in enumerate(kinds, start=1):
            code = f"{district}{number:03d}"
            regions[code] = Region(
                code,
                f"{name[0]}{NUMERALS[number - 1]}{kind}",
                "乡级",
                district,
                round(east + 0.08 * ((number - 1) % 3 - 1), 4),
                round(north + 0.07 * ((number - 1) // 3 - 1), 4),
                ALIASES.get(code, ()),
            )
    return regions


REGIONS = make_regions()
TOWNS = tuple(code for code, region in REGIONS.items() if region.level == "乡级")


def children_of(code: str) -> tuple[str, ...]:
    """Regions right below one."""
    return tuple(child for child, region in REGIONS.items() if region.parent == code)


def towns_of(code: str) -> tuple[str, ...]:
    """Towns at or below a region."""
    return tuple(town for town in TOWNS if code in (CITY, town, REGIONS[town].parent))


def make_people(seed: int) -> dict[tuple[str, int], People]:
    """The people of every region at every year end; those of parents are sums."""
    rng = random.Random(seed)  # noqa: S311 - invented figures, not secrets
    sizes = {"道": (122_000, 158_000), "镇": (62_000, 92_000), "乡": (21_000, 33_000)}
    people: dict[tuple[str, int], People] = {}
    for town in TOWNS:
        residents = rng.randint(*sizes[REGIONS[town].name[-1]])
        for year in POPULATION_YEARS:
            residents = round(residents * rng.uniform(0.988, 1.011))
            shares = [
                (0.0083 - 0.0006 * (year - 2020 - age)) * rng.uniform(0.93, 1.07)
                for age in range(3)
            ]
            ages = [round(residents * share) for share in shares]
            births = round(ages[0] * rng.uniform(0.99, 1.03))
            people[town, year] = People(residents, *ages, births)
    for parent in (*DISTRICTS, CITY):
        for year in POPULATION_YEARS:
            parts = [people[child, year] for child in children_of(parent)]
            people[parent, year] = sum(parts[1:], parts[0])
    return people


def published_people(
    people: dict[tuple[str, int], People], code: str, year: int
) -> tuple[People, int]:
    """What is known of a region's people in a year, and the year that this is of."""
    known = 2020 if code == STALE_TOWN else year
    return people[code, known], known
