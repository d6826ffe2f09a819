"""Reduces roster rows to the distinct ways in which they describe a facility."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from pipeline.contracts import normalise_label
from pipeline.warehouse.facility_matching.credit_codes import read_credit_code
from pipeline.warehouse.facility_matching.likeness import (
    Address,
    Name,
    fold_address,
    fold_name,
    fold_text,
)
from pipeline.warehouse.facility_matching.listings import ListedRow

DESCRIPTION = (
    "is_fictional, register, region_code, facility_id, facility_name, credit_code, address"
)
BATCH = 10_000


@dataclass(frozen=True, slots=True)
class Record:
    """One way in which rows of one register describe a facility.

    Attributes:
        record_id: Hash of the description.
        description: The columns of ``DESCRIPTION``, as issued.
        first_as_of: Day of the first list that it stands in.
        last_as_of: Day of the last one.
        rows: Rows of this description; ``twin`` tells several of one list apart.
        days: One bit for each day of a list, set where it stands in the list.
        region: Whether it is fictional, and the code of its region.
        scope: Whether it is fictional, and the code of its county.
        local_id: Register, county and folded id without noughts in front, which spreadsheets drop;
            None where no id is given, or one that a spreadsheet rounded.
        exact_id: The folded id as given: within a list 7 and 007 are two, and so are rounded ids
            that differ.
        code: Valid credit code, folded; None where none is given or it is not valid.
        name: Folded.
        address: Folded; None where not given.
        twin: 0, or which of several rows of one list with this description it is.
    """

    record_id: str
    description: tuple[bool, str, str, str | None, str, str | None, str | None]
    first_as_of: dt.date
    last_as_of: dt.date
    rows: int
    days: int
    region: tuple[bool, str]
    scope: tuple[bool, str]
    local_id: tuple[str, tuple[bool, str], str] | None
    exact_id: str | None
    code: str | None
    name: Name
    address: Address | None
    twin: int = 0

    @property
    def key(self) -> str:
        """Key of its facility if it is the one that founds it."""
        return f"F{self.region[1]}-{self.record_id[:12]}"

    @property
    def facility_name(self) -> str:
        """Name, as issued."""
        return self.description[4]

    @property
    def register(self) -> str:
        """The register that it stands in."""
        return self.description[1]


def read_records(connection: duckdb.DuckDBPyConnection) -> list[Record]:
    """Read the distinct descriptions, in an order that does not depend on files.

    Args:
        connection: Holds the raw tables and the names of regions.
    """
    days = connection.execute("select count(distinct as_of) from raw.facility_roster").fetchall()
    if not days[0][0]:
        return []
    regions = _Regions(connection)
    found = connection.execute(
        f"""
        with days as (
            select as_of, (row_number() over (order by as_of) - 1)::integer as day
            from (select distinct as_of from raw.facility_roster)
        )
        select
            shaping.record_id({DESCRIPTION}) as record_id, {DESCRIPTION},
            shaping.identifier(facility_id) is not null, shaping.identifier(credit_code),
            min(as_of), max(as_of), count(*), bitstring_agg(day, 0, {days[0][0] - 1})::varchar
        from raw.facility_roster
        join raw.sources using (source_id)
        join days using (as_of)
        group by {DESCRIPTION}
        order by record_id
        """
    )
    batches = iter(lambda: found.fetchmany(BATCH), [])  # as text they take as much again
    return [_record(row, regions) for batch in batches for row in batch]


def as_twins(record: Record, twins: list[list[ListedRow]], days: list[dt.date]) -> list[Record]:
    """Records of rows that lists tell apart though they say the same of a facility.

    Args:
        record: The description of all.
        twins: Rows of each, as ``split_twins`` tells them apart.
        days: All days of lists, in order.
    """
    bits = {day: 1 << (len(days) - 1 - place) for place, day in enumerate(days)}
    records = []
    for twin, rows in enumerate(twins):
        stands_on = {row.list_key[1] for row in rows}
        # The first keeps the id of the description, which rows that no list repeats have as well.
        text = f"{record.record_id}\x1f{twin}" if twin else record.record_id
        name = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest() if twin else text
        records.append(
            replace(
                record,
                record_id=name,
                first_as_of=min(stands_on),
                last_as_of=max(stands_on),
                rows=len(rows),
                days=sum(bits[day] for day in stands_on),
                twin=twin,
            )
        )
    return records


class _Regions:
    """Names and counties of regions."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._parents: dict[str, str | None] = dict(
            connection.execute("select region_code, parent_code from shaping.region_parents")
            .fetchall()
        )  # fmt: skip
        self._towns = {
            code
            for (code,) in connection.execute(
                "select distinct region_code from raw.region_list where level = 'town'"
            ).fetchall()
        }
        self._own: dict[str, list[str]] = defaultdict(list)
        for code, name in connection.execute(
            "select distinct region_code, region_name from shaping.region_names"
        ).fetchall():
            self._own[code].append(fold_text(name))
        self._names: dict[str, frozenset[str]] = {}

    def county(self, code: str) -> str:
        """The region right above a town; any other region itself, as rows that name no town do."""
        return (self._parents.get(code) or code) if code in self._towns else code

    def names(self, code: str) -> frozenset[str]:
        """Names of a region and of those above."""
        if code not in self._names:
            chain: list[str] = []
            above: str | None = code
            while above is not None and above not in chain:
                chain.append(above)
                above = self._parents.get(above)
            self._names[code] = frozenset(name for region in chain for name in self._own[region])
        return self._names[code]


def _without_noughts(exact_id: str) -> str:
    return (exact_id.lstrip("0") or "0") if exact_id.isdigit() else exact_id


def _record(row: tuple[Any, ...], regions: _Regions) -> Record:
    record_id, is_fictional, register, region, local_id, name, _, address, *evidence = row
    is_id, code, *lists = evidence
    first_as_of, last_as_of, rows, days = lists
    names = regions.names(region)
    scope = (is_fictional, regions.county(region))
    exact_id = None if local_id is None else normalise_label(local_id)
    folded_id = _without_noughts(exact_id) if exact_id is not None and is_id else None
    return Record(
        record_id=record_id,
        description=row[1:8],
        first_as_of=first_as_of,
        last_as_of=last_as_of,
        rows=rows,
        days=int(days, 2),
        region=(is_fictional, region),
        scope=scope,
        local_id=None if folded_id is None else (register, scope, folded_id),
        exact_id=exact_id,
        code=None if code is None else read_credit_code(code),
        name=fold_name(name, names),
        address=fold_address(address, names),
    )
