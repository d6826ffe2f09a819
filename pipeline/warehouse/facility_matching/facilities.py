"""Joins records into facilities, and refuses joins that would hold two facilities in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Literal

from pipeline.warehouse.facility_matching.likeness import (
    ALIKE,
    MIDDLING,
    address_likeness,
    name_likeness,
)
from pipeline.warehouse.facility_matching.listings import Agreement, Listings
from pipeline.warehouse.facility_matching.records import Record

How = Literal["credit_code", "local_id", "name_and_address", "verdict", "new"]
Verdict = Literal["one", "two", "doubtful"]
Pair = tuple[int, int]


def share_a_day(one: Record, other: Record) -> bool:
    """Whether lists of one register and one day hold both."""
    return one.register == other.register and bool(one.days & other.days)


def have_two_ids(one: Record, other: Record) -> bool:
    """Whether lists of one register and day hold both with different local ids."""
    given = one.local_id is not None and other.local_id is not None
    return given and one.exact_id != other.exact_id and share_a_day(one, other)


def have_two_codes(one: Record, other: Record) -> bool:
    """Whether both have valid credit codes, different ones."""
    return one.code is not None and other.code is not None and one.code != other.code


def have_other_marks(one: Record, other: Record) -> bool:
    """Whether both names tell houses or parts of one brand apart, in different ways."""
    pairs = ((one.name.marks, other.name.marks), (one.name.part, other.name.part))
    return any(a and b and a != b for a, b in pairs)


def judge_in_list(one: Record, other: Record, numbers: Agreement) -> Verdict:
    """What two rows of one list are, by the evidence of the rows alone.

    They are two facilities unless their id or valid credit code agrees, or all of name, address and
    numbers do. Where this evidence contradicts itself, it is doubtful.

    Args:
        one: A row's description.
        other: Another row's.
        numbers: How the numbers of the rows agree.
    """
    address = address_likeness(one.address, other.address)
    name = name_likeness(one.name, other.name)
    is_same_name = one.name.full == other.name.full
    is_same_place = one.address == other.address
    is_elsewhere = address is not None and address < MIDDLING
    is_clearly_other = name < MIDDLING and (address or 0) < MIDDLING
    is_same_code = one.code is not None and one.code == other.code
    has_other_ids = None not in (one.exact_id, other.exact_id) and one.exact_id != other.exact_id
    if has_other_ids and is_same_code and not is_elsewhere and address is not None:
        # One house with two numbers, or two houses that one operator runs there.
        is_one = name >= MIDDLING and address >= ALIKE and numbers != "differ"
        return "one" if is_one else "two"
    if has_other_ids or have_two_codes(one, other):
        is_repeated = is_same_name and is_same_place and numbers == "equal"
        return "doubtful" if is_repeated else "two"
    if one.local_id is not None and one.exact_id == other.exact_id:
        if is_clearly_other:
            return "two"
        is_one = numbers != "differ" and not have_other_marks(one, other)
        return "one" if is_one else "doubtful"
    if is_same_code:
        if is_clearly_other or is_elsewhere or have_other_marks(one, other):
            is_repeated = is_same_name and numbers == "equal"
            return "doubtful" if is_repeated else "two"
        # A mark that only one of them has may be left out of the other, or tell a branch.
        is_open = numbers == "differ" or one.name.marks != other.name.marks
        return "doubtful" if is_open else "one"
    if is_same_name and is_same_place:
        return "doubtful" if numbers == "differ" else "one"
    # One of several is missing or spelt otherwise, and the numbers are the same all the same.
    is_nearly_so = (
        address is None or address >= ALIKE
        if is_same_name
        else name >= ALIKE and address is not None and is_same_place
    )
    return "doubtful" if is_nearly_so and numbers == "equal" else "two"


class Facilities:
    """Sets of records, each a facility; at first every record is one."""

    def __init__(self, records: list[Record], settled_as_two: Iterable[Pair] = ()) -> None:
        """Start with every record on its own.

        Args:
            records: In an order that does not depend on files.
            settled_as_two: Pairs of records that a person told apart.
        """
        self.records = records
        self.listings = Listings()
        self._settled_as_two = {frozenset(pair) for pair in settled_as_two}
        self._facility = list(range(len(records)))
        self._members = {index: [index] for index in range(len(records))}
        self._how: list[How] = ["new"] * len(records)

    def facility(self, index: int) -> int:
        """Number of the facility that a record belongs to so far."""
        return self._facility[index]

    def members(self, index: int) -> list[Record]:
        """Records of the facility of a record."""
        return [self.records[member] for member in self._members[self._facility[index]]]

    def are_one(self, one: int, other: int) -> bool:
        """Whether two records belong to one facility so far."""
        return self._facility[one] == self._facility[other]

    def in_one_list(self, one: int, other: int) -> Verdict | None:
        """What two records are as rows of one list; None where no list holds both."""
        a, b = self.records[one], self.records[other]
        if not share_a_day(a, b):
            return None
        if not (self.listings.holds(one) and self.listings.holds(other)):
            return "two"  # nothing but a chain of others connects them
        numbers = self.listings.compare(one, other)
        return None if numbers is None else judge_in_list(a, b, numbers)

    def are_apart(self, one: int, other: int) -> bool:
        """Whether two records cannot be one facility, whatever else speaks for it."""
        a, b = self.records[one], self.records[other]
        if have_two_codes(a, b) or self.are_settled_as_two(one, other):
            return True
        if not share_a_day(a, b):
            return False
        in_list = self.in_one_list(one, other)
        if in_list is not None:
            return in_list != "one"
        address = address_likeness(a.address, b.address) or 0
        if have_two_ids(a, b):
            return not (a.code and a.code == b.code and address >= ALIKE)
        return address < MIDDLING and name_likeness(a.name, b.name) < MIDDLING

    def are_settled_as_two(self, one: int, other: int) -> bool:
        """Whether a person told two records apart."""
        return frozenset((one, other)) in self._settled_as_two

    def are_told_apart(self, one: int, other: int) -> bool:
        """Whether a person told any records of two facilities apart."""
        return any(self.are_settled_as_two(a, b) for a, b in self._pairs(one, other))

    def find_list_with_other_numbers(self, one: int, other: int) -> str | None:
        """Source of a list that holds both facilities with different numbers; None if none does."""
        sources = (
            self.listings.find_difference(a, b)
            for a, b in self._pairs(one, other)
            if self.listings.holds(a) and self.listings.holds(b)
        )
        return next((source for source in sources if source is not None), None)

    def are_two(self, one: int, other: int) -> bool:
        """Whether any record of one facility keeps it apart from the other."""
        return any(self.are_apart(a, b) for a, b in self._pairs(one, other))

    def are_decided(self, one: int, other: int) -> bool:
        """Whether a list or a person tells that two facilities are two."""
        return any(
            self.are_settled_as_two(a, b)
            or self.in_one_list(a, b) == "two"
            or (have_two_ids(self.records[a], self.records[b]) and self.in_one_list(a, b) is None)
            for a, b in self._pairs(one, other)
        )

    def share_a_day(self, one: int, other: int) -> bool:
        """Whether lists of one register and day hold both facilities."""
        return any(
            share_a_day(self.records[a], self.records[b]) for a, b in self._pairs(one, other)
        )

    def join(self, one: int, other: int, how: How) -> bool:
        """Make one facility of the facilities of two records, unless a record forbids it.

        A person's verdict goes before what records say.

        Joins come in the order of their strength: what joins a record first is its evidence.

        Returns:
            Whether the two are one facility now.
        """
        if self.are_one(one, other):
            return True
        if how != "verdict" and self.are_two(one, other):
            return False
        for index in (one, other):
            if self._how[index] == "new":
                self._how[index] = how
        kept, moved = self._facility[one], self._facility[other]
        if len(self._members[kept]) < len(self._members[moved]):
            kept, moved = moved, kept
        for index in self._members[moved]:
            self._facility[index] = kept
        self._members[kept] += self._members.pop(moved)
        return True

    def keys(self) -> list[str]:
        """Key of the facility of every record: town and hash of the record that founded it."""
        keys = {
            number: self.records[self._founder(found)].key
            for number, found in self._members.items()
        }
        return [keys[number] for number in self._facility]

    def evidence(self) -> list[How]:
        """By what every record was joined to its facility; ``new`` for the one that founded it."""
        how = list(self._how)
        for found in self._members.values():
            how[self._founder(found)] = "new"
        return how

    def _founder(self, members: Iterable[int]) -> int:
        """The earliest record, of several the one with the strongest identifier.

        Later lists add records behind it, so that the key stays.
        """

        def rank(index: int) -> tuple[object, ...]:
            record = self.records[index]
            is_weak = (record.code is None, record.local_id is None)
            return (record.first_as_of, *is_weak, record.record_id)

        return min(members, key=rank)

    def _pairs(self, one: int, other: int) -> Iterator[Pair]:
        return product(self._members[self._facility[one]], self._members[self._facility[other]])
