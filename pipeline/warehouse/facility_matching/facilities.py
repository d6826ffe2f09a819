"""Joins records into facilities, and refuses joins that would hold two facilities in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from pipeline.warehouse.facility_matching.likeness import (
    ALIKE,
    MIDDLING,
    address_likeness,
    name_likeness,
)
from pipeline.warehouse.facility_matching.records import Record

How = Literal["credit_code", "local_id", "name_and_address", "new"]


def share_a_list(one: Record, other: Record) -> bool:
    """Whether a list of one register and one day holds both."""
    return one.register == other.register and bool(one.days & other.days)


def have_two_ids(one: Record, other: Record) -> bool:
    """Whether a list holds both with different local ids."""
    given = one.local_id is not None and other.local_id is not None
    return given and one.local_id != other.local_id and share_a_list(one, other)


def are_two(one: Record, other: Record) -> bool:
    """Whether two records cannot be one facility, whatever else speaks for it.

    They cannot with different valid credit codes. Two rows of one list are two facilities if their
    local ids differ, unless code and address are equal; and if name and address both clearly differ
    or, with no address to compare, the name does.
    """
    if one.code and other.code and one.code != other.code:
        return True
    if not share_a_list(one, other):
        return False
    address = address_likeness(one.address, other.address)
    if have_two_ids(one, other):
        return not (one.code and one.code == other.code and (address or 0) >= ALIKE)
    return (address or 0) < MIDDLING and name_likeness(one.name, other.name) < MIDDLING


class Facilities:
    """Sets of records, each a facility; at first every record is one."""

    def __init__(self, records: list[Record]) -> None:
        """Start with every record on its own.

        Args:
            records: In an order that does not depend on files.
        """
        self.records = records
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

    def are_two(self, one: int, other: int) -> bool:
        """Whether any record of one facility keeps it apart from the other."""
        return any(are_two(a, b) for a, b in self._pairs(one, other))

    def share_a_list(self, one: int, other: int) -> bool:
        """Whether any list holds both facilities."""
        return any(share_a_list(a, b) for a, b in self._pairs(one, other))

    def join(self, one: int, other: int, how: How) -> bool:
        """Make one facility of the facilities of two records, unless a record forbids it.

        Joins come in the order of their strength: what joins a record first is its evidence.

        Returns:
            Whether the two are one facility now.
        """
        if self.are_one(one, other):
            return True
        if self.are_two(one, other):
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
        founders = {number: self._founder(found) for number, found in self._members.items()}
        keys = {
            number: f"F{self.records[index].region[1]}-{self.records[index].record_id[:12]}"
            for number, index in founders.items()
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

    def _pairs(self, one: int, other: int) -> Iterator[tuple[Record, Record]]:
        return ((a, b) for a in self.members(one) for b in self.members(other))
