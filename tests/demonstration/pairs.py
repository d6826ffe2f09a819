"""Facilities that may look like one: what they are is known here, and a build must count them so.

They come after all others, so that nothing else of the city changes with them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from facilities import Facility, State
from geography import REGIONS
from rosters import RosterFile

OPENED = dt.date(2023, 2, 1)
NURSERY, KINDERGARTEN = "registered", "kindergarten"
ROUNDED_ID = "990103202300001000"
PARTS, NAMESAKES, ROUNDED, SAME, DIFFERENT = (
    "parts-of-a-house",
    "one-name-at-two-addresses",
    "ids-that-were-rounded",
    "judged-the-same",
    "judged-different",
)
WHAT = {
    PARTS: "A day and a night nursery of one name at one address, without ids or codes: two facilities.",
    NAMESAKES: "Two facilities of one town with one name at two addresses, without ids or codes.",
    ROUNDED: "Two facilities of one town with one name at two addresses; a spreadsheet rounded their ids to one.",
    SAME: "A nursery of the health register is the kindergarten of another name at its address: verdicts.yml says so, and it counts once.",
    DIFFERENT: "A nursery of the health register has the name and the address of a kindergarten, and is another facility: verdicts.yml says so.",
}  # fmt: skip
REVIEWER = "示例市虚构卫生健康局 虚构人"


@dataclass(frozen=True)
class Pair:
    """Facilities that may look like one.

    Attributes:
        fault: What they show, a key of ``WHAT``.
        facilities: One where they are one, else two.
        names: As lists have them, the health register's first.
    """

    fault: str
    facilities: list[Facility]
    names: list[str]


def make_pairs(number: int) -> list[Pair]:
    """All pairs.

    Args:
        number: Of the first facility.
    """
    numbers = iter(range(number, number + 99))

    def nursery(name: str, town: str, house: int, toddlers: int, **more: Any) -> Facility:
        state = _state(name, town, house, toddlers, more.pop("kind", NURSERY))
        registered = {"health_from": OPENED} | more
        return Facility(number=next(numbers), opened=OPENED, first=state, **registered)

    def kindergarten(name: str, town: str, house: int, toddlers: int, **more: Any) -> Facility:
        more = {"health_from": None, "education_from": OPENED} | more
        return nursery(name, town, house, toddlers, kind=KINDERGARTEN, **more)

    days = ["示例双星托育园（日间部分）", "示例双星托育园（夜间部分）"]
    same = ["示例晨雀托育园", "示例晨雀幼儿园"]
    different = ["示例春燕托育园", "示例春燕幼儿园"]
    one = kindergarten(
        same[0],
        "990102003",
        905,
        1,
        health_from=OPENED,
        education_name=same[1],
        health_type=NURSERY,
    )
    return [
        Pair(PARTS, [nursery(name, "990101003", 901, at) for at, name in enumerate(days, 1)], days),
        Pair(
            NAMESAKES,
            [nursery("示例乐鹊托育园", "990102003", house, 2) for house in (902, 903)],
            ["示例乐鹊托育园"],
        ),
        Pair(
            ROUNDED,
            [
                nursery("示例安鸥托育园", "990103002", house, 1, health_id=ROUNDED_ID)
                for house in (904, 906)
            ],
            ["示例安鸥托育园"],
        ),
        Pair(SAME, [one], same),
        Pair(
            DIFFERENT,
            [
                nursery(different[0], "990101003", 907, 2),
                kindergarten(different[1], "990101003", 907, 1),
            ],
            different,
        ),
    ]


def _state(name: str, town: str, house: int, toddlers: int, kind: str) -> State:
    district = REGIONS[str(REGIONS[town].parent)].name
    classes = (0, 15 * toddlers, 20, 0)
    return State(
        name=name,
        town=town,
        address=f"示例市{district}{REGIONS[town].name}示例路{house}号",
        longitude=round(REGIONS[town].longitude + 0.004, 6),
        latitude=round(REGIONS[town].latitude + 0.003, 6),
        facility_type=kind,
        ownership="private",
        filing="filed",
        classes=classes,
        inclusive="none",
        enrolled=10 * toddlers,
        caregivers=4,
        fee=1200,
        floor_area=300,
    )


def verdicts(pairs: list[Pair], sources: list[RosterFile]) -> list[dict[str, Any]]:
    """Entries of ``verdicts.yml``."""
    reasons = {
        SAME: ("same", "实地核实，幼儿园托班以托育园名义备案（虚构）"),
        DIFFERENT: ("different", "实地核实，同址两家机构（虚构）"),
    }
    return [
        {
            "id": f"shili-city-{pair.fault}",
            "verdict": reasons[pair.fault][0],
            "rows": [
                {
                    "source": source.id,
                    **({"sheet": source.sheet.title} if source.file.endswith("x") else {}),
                    "row": row,
                }
                for source, row, _ in _first_rows(pair, sources)
            ],
            "expect": pair.names,
            "reason": reasons[pair.fault][1],
            "reviewed_by": REVIEWER,
            "reviewed_on": dt.date(2026, 1, 5),
        }
        for pair in pairs
        if pair.fault in reasons
    ]


def planted_pairs(pairs: list[Pair], sources: list[RosterFile]) -> list[dict[str, Any]]:
    """Where each pair stands first, and how a build should count it."""
    return [
        {
            "id": pair.fault,
            "what": WHAT[pair.fault],
            "where": [
                {"source": source.id, "file": source.file, "row": row}
                for source, row, _ in _first_rows(pair, sources)
            ],
            "expect": {
                "mart": "facilities",
                "region_code": pair.facilities[0].first.town,
                "facility_names": pair.names,
                "counted": len(pair.facilities),
            },
        }
        for pair in pairs
    ]


def _first_rows(
    pair: Pair, sources: list[RosterFile]
) -> list[tuple[RosterFile, int, dict[str, Any]]]:
    """The first row of each name and facility."""
    found: dict[tuple[str, int], tuple[RosterFile, int, dict[str, Any]]] = {}
    numbers = {facility.number for facility in pair.facilities}
    for source in sources:
        for row, told in source.sheet.where:
            if told["number"] in numbers and source.member is None:
                found.setdefault((told["facility_name"], told["number"]), (source, row, told))
    names = {name: place for place, name in enumerate(pair.names)}
    return [found[key] for key in sorted(found, key=lambda key: (names[key[0]], key[1]))]
