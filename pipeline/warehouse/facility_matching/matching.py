"""Evidence that records are one facility, strongest first; what it does not settle is doubtful."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Literal, get_args

from pipeline.core.messages import Message
from pipeline.warehouse.facility_matching.facilities import (
    Facilities,
    are_two,
    have_two_ids,
    share_a_list,
)
from pipeline.warehouse.facility_matching.likeness import (
    ALIKE,
    MIDDLING,
    address_likeness,
    name_likeness,
)
from pipeline.warehouse.facility_matching.records import Record
from pipeline.warehouse.facility_matching.similar_names import pairs_of_similar_names

logger = logging.getLogger(__name__)

# The more telling first: a pair of facilities is listed with one reason.
Reason = Literal[
    "shared_credit_code",
    "local_id_reused",
    "different_credit_codes",
    "similar_name_and_address",
    "similar_name_no_address",
    "same_name_other_address",
    "same_name_other_town",
]
REASONS: tuple[Reason, ...] = get_args(Reason)
# Evidence points both ways. The other reasons are notes on pairs that evidence decides to be two.
COUNTED_BOTH_WAYS = frozenset[Reason](
    {
        "different_credit_codes",
        "similar_name_and_address",
        "similar_name_no_address",
        "same_name_other_address",
    }
)

# Name and address together: 100 and 75, or 90 and 85, are one facility; 90 and 60 are a doubt.
MATCH_EACH, MATCH_BOTH = 75, 175
DOUBT_EACH, DOUBT_BOTH = MIDDLING, 150
# A facility has few descriptions. A code or an id on more than these stands for an authority or
# for nothing, and a name on more than these facilities distinguishes none.
MOST_RECORDS = 200
MOST_NAMESAKES = 20


@dataclass(frozen=True, slots=True)
class Doubt:
    """Two records, by number, whose facilities may be one."""

    one: int
    other: int
    reason: Reason


def match_all(facilities: Facilities) -> list[Doubt]:
    """Join what is one facility; tell what may be.

    Returns:
        Doubts, several perhaps of two facilities.
    """
    doubts = [
        *_match_by_code(facilities),
        *_match_by_local_id(facilities),
        *_match_by_name_and_address(facilities),
        *_match_by_name_alone(facilities),
        *_doubt_namesakes(
            facilities, lambda record: (record.region, record.name.full), "same_name_other_address"
        ),
        *_doubt_namesakes(
            facilities, lambda record: (record.scope, record.name.plain), "same_name_other_town"
        ),
    ]
    return [doubt for doubt in doubts if not facilities.are_one(doubt.one, doubt.other)]


def _identified(
    facilities: Facilities, key: Callable[[Record], Hashable | None]
) -> Iterator[list[int]]:
    """Numbers of the records with one identifier; a key that stands everywhere is none."""
    for group in _groups(facilities, key):
        if len(group) <= MOST_RECORDS:
            yield group
        else:
            identifier = str(key(facilities.records[group[0]]))
            logger.warning(Message("build.no_identifier", identifier=identifier, number=len(group)))


def _groups(
    facilities: Facilities, key: Callable[[Record], Hashable | None]
) -> Iterator[list[int]]:
    """Numbers of records with the same key, groups of at least two; a key of None is none."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, record in enumerate(facilities.records):
        found = key(record)
        if found is not None:
            groups[found].append(index)
    return (group for group in groups.values() if len(group) > 1)


def _match_by_code(facilities: Facilities) -> Iterator[Doubt]:
    """Join records with one valid code, unless a list gives the code to several facilities."""
    records = facilities.records
    for group in _identified(facilities, lambda r: r.code and (r.scope[0], r.code)):
        pairs = list(combinations(group, 2))
        if not any(are_two(records[one], records[other]) for one, other in pairs):
            for other in group[1:]:
                facilities.join(group[0], other, "credit_code")
            continue
        for one, other in pairs:
            if _is_one_house(records[one], records[other]):
                facilities.join(one, other, "credit_code")
        # Each with the first: a chain of a hundred branches is not five thousand doubts.
        yield from (Doubt(group[0], other, "shared_credit_code") for other in group[1:])


def _is_one_house(one: Record, other: Record) -> bool:
    """Whether two records with a code that several houses share are about the same of them."""
    address = address_likeness(one.address, other.address)
    if address is None:
        return one.region == other.region and name_likeness(one.name, other.name) >= ALIKE
    return one.region == other.region and address >= ALIKE


def _match_by_local_id(facilities: Facilities) -> Iterator[Doubt]:
    """Join records with one id of a register and county, unless it went to another facility."""
    records = facilities.records
    joins = []
    for group in _identified(facilities, lambda record: record.local_id):
        for one, other in combinations(group, 2):
            if facilities.are_one(one, other):
                continue
            likeness = _likeness_under_one_id(records[one], records[other])
            if likeness is None:
                yield Doubt(one, other, "local_id_reused")
            else:
                joins.append((-likeness, one, other))
    for _, one, other in sorted(joins):
        if not facilities.join(one, other, "local_id"):
            yield Doubt(one, other, "local_id_reused")


def _likeness_under_one_id(one: Record, other: Record) -> int | None:
    """How alike two records with one id are; None if the id means two facilities."""
    name = name_likeness(one.name, other.name)
    address = address_likeness(one.address, other.address)
    if one.region != other.region:
        # Towns of a county may number each for itself: an id alone is no move.
        is_one = name >= ALIKE or (address or 0) >= ALIKE
    else:
        is_one = name >= MIDDLING or address is None or address >= MIDDLING
    return name + (address or 0) if is_one and not are_two(one, other) else None


def _match_by_name_and_address(facilities: Facilities) -> Iterator[Doubt]:
    """Join records of a town whose name and address are alike."""
    records = facilities.records
    joins = []
    doubts = []
    for one, other in pairs_of_similar_names(records):
        if facilities.are_one(one, other):
            continue
        likeness, reason = _compare(records[one], records[other])
        if reason is not None:
            doubts.append(Doubt(one, other, reason))
        elif likeness is not None:
            joins.append((-likeness, one, other))
    for _, one, other in sorted(joins):
        if not facilities.join(one, other, "name_and_address"):
            yield Doubt(one, other, "similar_name_and_address")
    for doubt in doubts:
        is_settled = facilities.are_two(doubt.one, doubt.other)
        if doubt.reason == "different_credit_codes" or not is_settled:
            yield doubt


def _compare(one: Record, other: Record) -> tuple[int | None, Reason | None]:
    """Likeness of name and address together if they join two records, or why they may be one."""
    if have_two_ids(one, other):  # nearly all pairs of a full list: nothing to compare
        return None, None
    address = address_likeness(one.address, other.address)
    if address is not None and address < DOUBT_EACH:
        return None, None
    name = name_likeness(one.name, other.name)
    if address is None:
        is_doubtful = name >= ALIKE and not share_a_list(one, other)
        return None, "similar_name_no_address" if is_doubtful else None
    both = name + address
    if min(name, address) >= MATCH_EACH and both >= MATCH_BOTH:
        if one.code and other.code and one.code != other.code:
            return None, "different_credit_codes"
        return (None if are_two(one, other) else both), None
    is_doubtful = min(name, address) >= DOUBT_EACH and both >= DOUBT_BOTH
    return None, "similar_name_and_address" if is_doubtful else None


def _match_by_name_alone(facilities: Facilities) -> Iterator[Doubt]:
    """Join facilities without any address to the only one of the same name in their town."""
    for group in _groups(facilities, lambda record: (record.region, record.name.full)):
        found = _one_of_each(facilities, group)
        if len(found) == 1 or len(found) > MOST_NAMESAKES:
            continue
        without = [
            index for index in found if not any(r.address for r in facilities.members(index))
        ]
        if not without:
            continue
        pairs = list(combinations(found, 2))
        possible = [pair for pair in pairs if not facilities.share_a_list(*pair)]
        possible = [pair for pair in possible if not facilities.are_two(*pair)]
        is_unique = len(found) - len(without) <= 1 and possible == pairs
        for one, other in possible:
            if is_unique:
                facilities.join(one, other, "name_and_address")
            elif one in without or other in without:
                yield Doubt(one, other, "similar_name_no_address")


def _doubt_namesakes(
    facilities: Facilities, key: Callable[[Record], Hashable], reason: Reason
) -> Iterator[Doubt]:
    """Doubt facilities that may have moved: their lists, and so they, never stand side by side."""
    for group in _groups(facilities, key):
        found = _one_of_each(facilities, group)
        if len(found) > MOST_NAMESAKES:
            continue
        pairs = list(combinations(found, 2))
        # A name that one list gives to several distinguishes none of them.
        if not any(facilities.share_a_list(*pair) for pair in pairs):
            yield from (
                Doubt(one, other, reason)
                for one, other in pairs
                if not facilities.are_two(one, other)
            )


def _one_of_each(facilities: Facilities, group: list[int]) -> list[int]:
    """The first record of each facility in a group."""
    first: dict[int, int] = {}
    for index in group:
        first.setdefault(facilities.facility(index), index)
    return list(first.values())
