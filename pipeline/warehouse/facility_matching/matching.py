"""Evidence that records are one facility, strongest first; what it does not settle is doubtful."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal, TypeVar, get_args

from pipeline.core.messages import Message
from pipeline.warehouse.facility_matching.facilities import (
    Facilities,
    Pair,
    have_other_marks,
    have_two_codes,
    have_two_ids,
    share_a_day,
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
    "one_list_other_numbers",
    "one_list_same_numbers",
    "shared_credit_code",
    "one_code_other_parts",
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
        "one_list_other_numbers",
        "one_list_same_numbers",
        "one_code_other_parts",
        "different_credit_codes",
        "similar_name_and_address",
        "similar_name_no_address",
        "same_name_other_address",
        "same_name_other_town",
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
    """Two records, by number, whose facilities may be one.

    Attributes:
        one: A record.
        other: Another one.
        reason: What makes them alike.
        is_open: Whether evidence points both ways, so that they are counted both ways; else it
            decides that they are two, and the doubt is a note.
    """

    one: int
    other: int
    reason: Reason
    is_open: bool = True


def find_evidence(records: list[Record], same: Iterable[Pair] = ()) -> Evidence:
    """Find the pairs of records that may be one facility.

    Args:
        records: All records.
        same: Pairs that a person said to be one.
    """
    codes = list(_identified(records, lambda r: r.code and (r.scope[0], r.code)))
    ids = list(_identified(records, lambda record: record.local_id))
    names = [
        pair
        for pair in pairs_of_similar_names(records)
        if _compare(records[pair[0]], records[pair[1]]) != (None, None)
        or _may_be_listed_twice(records[pair[0]], records[pair[1]])
    ]
    return Evidence(codes, ids, names, list(same))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Records, by number, that may be one facility.

    Attributes:
        codes: Groups with one credit code.
        ids: Groups with one local id.
        names: Pairs with like names and addresses.
        same: Pairs that a person said to be one.
    """

    codes: list[list[int]]
    ids: list[list[int]]
    names: list[Pair]
    same: list[Pair]

    def together(self, records: list[Record]) -> list[int]:
        """Records that one facility may hold beside another one of the same day and register."""
        groups: dict[int, int] = {}
        links = [
            *((group[0], other) for group in (*self.codes, *self.ids) for other in group[1:]),
            *self.names,
            *self.same,
        ]
        for one, other in links:
            kept, moved = sorted((lowest(groups, one), lowest(groups, other)))
            groups[moved] = kept
        members: dict[int, list[int]] = defaultdict(list)
        for index in groups:
            members[lowest(groups, index)].append(index)
        return sorted(
            index for group in members.values() if _share_days(group, records) for index in group
        )


Key = TypeVar("Key", int, str)


def lowest(groups: dict[Key, Key], key: Key) -> Key:
    """The lowest key of the group that links put a key into; a new key is a group of its own."""
    while (upper := groups.setdefault(key, key)) != key:
        groups[key] = groups[upper]
        key = upper
    return key


def _share_days(group: list[int], records: list[Record]) -> bool:
    seen: dict[str, int] = defaultdict(int)
    for index in group:
        record = records[index]
        if seen[record.register] & record.days:
            return True
        seen[record.register] |= record.days
    return False


def match_all(facilities: Facilities, evidence: Evidence) -> list[Doubt]:
    """Join what evidence says to be one facility; tell what may be.

    Returns:
        Doubts, several perhaps of two facilities, some of which later joins may settle.
    """
    return [
        *_match_by_code(facilities, evidence.codes),
        *_match_by_local_id(facilities, evidence.ids),
        *_match_by_name_and_address(facilities, evidence.names),
        *_match_by_name_alone(facilities),
        *_doubt_namesakes(
            facilities, lambda record: (record.region, record.name.full), "same_name_other_address"
        ),
        *_doubt_namesakes(
            facilities, lambda record: (record.scope, record.name.plain), "same_name_other_town"
        ),
    ]


def select_doubts(facilities: Facilities, doubts: list[Doubt]) -> list[Doubt]:
    """Those that are not settled, each with whether it is open.

    Args:
        facilities: After all joins.
        doubts: As ``match_all`` tells them.
    """
    return [
        replace(doubt, is_open=_is_open(facilities, doubt))
        for doubt in doubts
        if not facilities.are_one(doubt.one, doubt.other)
        and not facilities.are_told_apart(doubt.one, doubt.other)
    ]


def _is_open(facilities: Facilities, doubt: Doubt) -> bool:
    if doubt.reason not in COUNTED_BOTH_WAYS or facilities.are_decided(doubt.one, doubt.other):
        return False
    if doubt.reason == "same_name_other_town":
        # A brand has one name in several towns, but not one address.
        one, other = (facilities.records[index].address for index in (doubt.one, doubt.other))
        likeness = address_likeness(one, other)
        return likeness is None or likeness >= MIDDLING
    return True


def _identified(
    records: list[Record], key: Callable[[Record], Hashable | None]
) -> Iterator[list[int]]:
    """Numbers of the records with one identifier; a key that stands everywhere is none."""
    for group in _groups(records, key):
        if len(group) <= MOST_RECORDS:
            yield group
        else:
            identifier = str(key(records[group[0]]))
            logger.warning(Message("build.no_identifier", identifier=identifier, number=len(group)))


def _groups(records: list[Record], key: Callable[[Record], Hashable | None]) -> Iterator[list[int]]:
    """Numbers of records with the same key, groups of at least two; a key of None is none."""
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        found = key(record)
        if found is not None:
            groups[found].append(index)
    return (group for group in groups.values() if len(group) > 1)


def _match_by_code(facilities: Facilities, groups: list[list[int]]) -> Iterator[Doubt]:
    """Join records with one valid code, unless a list gives the code to several facilities."""
    records = facilities.records
    for group in groups:
        pairs = list(combinations(group, 2))
        if not any(
            facilities.are_apart(*pair) or have_other_marks(*(records[index] for index in pair))
            for pair in pairs
        ):
            for other in group[1:]:
                facilities.join(group[0], other, "credit_code")
            continue
        likest_first = sorted(
            (-_likeness(records[one], records[other]), one, other)
            for one, other in pairs
            if _is_one_house(records[one], records[other])
        )
        for _, one, other in likest_first:
            facilities.join(one, other, "credit_code")
        yield from _doubts_in_lists(facilities, pairs)
        yield from (
            Doubt(one, other, "one_code_other_parts")
            for one, other in pairs
            if have_other_marks(records[one], records[other])
        )
        # Each with the first: a chain of a hundred branches is not five thousand doubts.
        yield from (Doubt(group[0], other, "shared_credit_code") for other in group[1:])


def _doubts_in_lists(facilities: Facilities, pairs: Iterable[Pair]) -> Iterator[Doubt]:
    """Pairs that a list holds side by side, and whose rows leave open whether they are two."""
    for one, other in pairs:
        if facilities.in_one_list(one, other) == "doubtful":
            differ = facilities.listings.compare(one, other) == "differ"
            yield Doubt(one, other, "one_list_other_numbers" if differ else "one_list_same_numbers")


def _likeness(one: Record, other: Record) -> int:
    return name_likeness(one.name, other.name) + (address_likeness(one.address, other.address) or 0)


def _is_one_house(one: Record, other: Record) -> bool:
    """Whether two records with a code that several houses share are about the same of them."""
    if have_other_marks(one, other):
        return False
    address = address_likeness(one.address, other.address)
    if address is None:
        return one.region == other.region and name_likeness(one.name, other.name) >= ALIKE
    return one.region == other.region and address >= ALIKE


def _match_by_local_id(facilities: Facilities, groups: list[list[int]]) -> Iterator[Doubt]:
    """Join records with one id of a register and county, unless it went to another facility."""
    records = facilities.records
    joins = []
    for group in groups:
        pairs = [pair for pair in combinations(group, 2) if not facilities.are_one(*pair)]
        yield from _doubts_in_lists(facilities, pairs)
        for one, other in pairs:
            likeness = _likeness_under_one_id(records[one], records[other])
            if likeness is not None and not facilities.are_apart(one, other):
                joins.append((-likeness, one, other))
            elif records[one].exact_id == records[other].exact_id:
                yield Doubt(one, other, "local_id_reused")
    for _, one, other in sorted(joins):
        if not facilities.join(one, other, "local_id"):
            yield Doubt(one, other, "local_id_reused")


def _likeness_under_one_id(one: Record, other: Record) -> int | None:
    """How alike two records with one id are; None if the id means two facilities."""
    name = name_likeness(one.name, other.name)
    address = address_likeness(one.address, other.address)
    if one.region != other.region or one.exact_id != other.exact_id:
        # Towns of a county may number each for itself, and 7 is 007 only where a spreadsheet
        # dropped the noughts: an id alone is no move.
        is_one = name >= ALIKE or (address or 0) >= ALIKE
    else:
        is_one = name >= MIDDLING or address is None or address >= MIDDLING
    return _likeness(one, other) if is_one else None


def _match_by_name_and_address(facilities: Facilities, pairs: list[Pair]) -> Iterator[Doubt]:
    """Join records of a town whose name and address are alike."""
    joins = []
    doubts = []
    for one, other in pairs:
        if facilities.are_one(one, other):
            continue
        likeness, reason = _compare_listed(facilities, one, other)
        if reason is not None:
            doubts.append(Doubt(one, other, reason))
        elif likeness is not None and not facilities.are_apart(one, other):
            joins.append((-likeness, one, other))
    for _, one, other in sorted(joins):
        if not facilities.join(one, other, "name_and_address"):
            yield Doubt(one, other, "similar_name_and_address")
    yield from _doubts_in_lists(facilities, pairs)
    for doubt in doubts:
        is_settled = facilities.are_two(doubt.one, doubt.other)
        if doubt.reason == "different_credit_codes" or not is_settled:
            yield doubt


def _compare_listed(
    facilities: Facilities, one: int, other: int
) -> tuple[int | None, Reason | None]:
    """As ``_compare``, but of records in one list by the stricter rule of lists."""
    a, b = facilities.records[one], facilities.records[other]
    in_list = facilities.in_one_list(one, other)
    if in_list is None:
        return _compare(a, b)
    return _likeness(a, b) if in_list == "one" else None, None


def _may_be_listed_twice(one: Record, other: Record) -> bool:
    """Whether rows of one list with these descriptions may be about one facility."""
    is_same_name = one.name.full == other.name.full
    return share_a_day(one, other) and (
        (is_same_name and (address_likeness(one.address, other.address) or ALIKE) >= ALIKE)
        or (one.address == other.address and name_likeness(one.name, other.name) >= ALIKE)
    )


def _compare(one: Record, other: Record) -> tuple[int | None, Reason | None]:
    """Likeness of name and address together if they join two records, or why they may be one."""
    if have_two_ids(one, other):  # nearly all pairs of a full list: nothing to compare
        return None, None
    address = address_likeness(one.address, other.address)
    if address is not None and address < DOUBT_EACH:
        return None, None
    name = name_likeness(one.name, other.name)
    if address is None:
        is_doubtful = name >= ALIKE and not share_a_day(one, other)
        return None, "similar_name_no_address" if is_doubtful else None
    both = name + address
    if min(name, address) >= MATCH_EACH and both >= MATCH_BOTH:
        if have_two_codes(one, other):
            return None, "different_credit_codes"
        return both, None
    is_doubtful = min(name, address) >= DOUBT_EACH and both >= DOUBT_BOTH
    return None, "similar_name_and_address" if is_doubtful else None


def _match_by_name_alone(facilities: Facilities) -> Iterator[Doubt]:
    """Join facilities without any address to the only one of the same name in their town."""
    for group in _groups(facilities.records, lambda record: (record.region, record.name.full)):
        found = _one_of_each(facilities, group)
        if len(found) == 1 or len(found) > MOST_NAMESAKES:
            continue
        without = [
            index for index in found if not any(r.address for r in facilities.members(index))
        ]
        if not without:
            continue
        pairs = list(combinations(found, 2))
        possible = [pair for pair in pairs if not facilities.share_a_day(*pair)]
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
    for group in _groups(facilities.records, key):
        found = _one_of_each(facilities, group)
        if len(found) > MOST_NAMESAKES:
            continue
        pairs = list(combinations(found, 2))
        # A name that one list gives to several distinguishes none of them.
        if not any(facilities.share_a_day(*pair) for pair in pairs):
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
