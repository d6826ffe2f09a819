"""Finds the records that verdicts are about, and holds what came of them against the verdicts."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from pipeline.core.errors import Problem
from pipeline.core.messages import Message
from pipeline.dossier_files.verdicts_file import RosterRow, Verdict
from pipeline.warehouse.facility_matching.facilities import Facilities, Pair
from pipeline.warehouse.facility_matching.records import DESCRIPTION, Record


@dataclass(frozen=True)
class SettledPair:
    """A verdict with the records, by number, that it is about."""

    verdict: Verdict
    pair: Pair

    @property
    def is_same(self) -> bool:
        """Whether the two are one facility."""
        return self.verdict.entry.verdict == "same"


def find_settled_pairs(
    connection: duckdb.DuckDBPyConnection, records: list[Record], verdicts: list[Verdict]
) -> tuple[list[SettledPair], list[Problem]]:
    """Find the records that verdicts are about.

    Args:
        connection: Holds the raw tables and ``raw.facility_twins``.
        records: All records.
        verdicts: Verdicts of all dossiers.

    Returns:
        The verdicts that fit two records, and what is wrong with the others: rows or keys that are
        not there, names that changed, pairs that are no pair.
    """
    by_id = {record.record_id: index for index, record in enumerate(records)}
    by_key = {record.key: index for index, record in enumerate(records)}
    settled: list[SettledPair] = []
    problems: list[Problem] = []
    first: dict[frozenset[int], Verdict] = {}
    for verdict in verdicts:
        found = [
            by_id.get(_record_id(connection, row) or "") for row in verdict.entry.rows or ()
        ] or [by_key.get(key) for key in verdict.entry.facilities or ()]
        missing = _tell_missing(verdict, found, records)
        indexes = [index for index in found if index is not None]
        if missing or len(indexes) != 2:
            problems += missing
            continue
        pair = frozenset(indexes)
        message = _find_fault(records, indexes)
        if message is None and pair in first:
            message = Message("verdict.repeated", other=first[pair].entry.id)
        if message is not None:
            problems.append(Problem(verdict.place, message))
            continue
        first[pair] = verdict
        settled.append(SettledPair(verdict, (indexes[0], indexes[1])))
    return settled, problems


def _record_id(connection: duckdb.DuckDBPyConnection, row: RosterRow) -> str | None:
    found = connection.execute(
        f"""
        select coalesce(twins.record_id, shaping.record_id({DESCRIPTION}))
        from raw.facility_roster as rosters
        join raw.sources as sources using (source_id)
        left join raw.facility_twins as twins
            on rosters.source_id = twins.source_id and rosters.source_row = twins.source_row
            and rosters.source_sheet is not distinct from twins.source_sheet
        where rosters.source_id = ? and rosters.source_row = ?
            and rosters.source_sheet is not distinct from ?
        """,
        [row.source, row.row, row.sheet],
    ).fetchall()
    return str(found[0][0]) if found else None


def _tell_missing(
    verdict: Verdict, found: list[int | None], records: list[Record]
) -> list[Problem]:
    """What a verdict names and is not there, or is called otherwise now."""
    entry = verdict.entry
    messages = []
    for place, index in enumerate(found):
        if index is not None:
            name = records[index].facility_name
            if name != entry.expect[place]:
                message = Message("verdict.outdated", found=name, expected=entry.expect[place])
                messages.append(message)
        elif entry.rows:
            row = entry.rows[place]
            messages.append(Message("verdict.no_row", source=row.source, row=row.row))
        elif entry.facilities:
            messages.append(Message("verdict.no_facility", key=entry.facilities[place]))
    return [Problem(verdict.place, message) for message in messages]


def _find_fault(records: list[Record], indexes: list[int]) -> Message | None:
    one, other = (records[index] for index in indexes)
    if one is other:
        return Message("verdict.one_description")
    if one.region[0] != other.region[0]:
        return Message("verdict.fiction_and_fact")
    return None


def join_settled(facilities: Facilities, settled: list[SettledPair]) -> list[Problem]:
    """Join what verdicts say to be one facility, with all that evidence gave each of the two.

    Args:
        facilities: After all evidence.
        settled: The verdicts with their records.

    Returns:
        Verdicts that contradict each other, and pairs whose rows in one list give different
        numbers, of which we will not choose.
    """
    problems = []
    for one in settled:
        if one.is_same:
            source = facilities.find_list_with_other_numbers(*one.pair)
            if source is not None:
                message = Message("verdict.other_numbers", source=source)
                problems.append(Problem(one.verdict.place, message))
            facilities.join(*one.pair, "verdict")
    problems += [
        Problem(one.verdict.place, Message("verdict.contradicted"))
        for one in settled
        if not one.is_same and facilities.are_one(*one.pair)
    ]
    return problems


def insert_verdicts(
    connection: duckdb.DuckDBPyConnection, settled: list[SettledPair], keys: list[str]
) -> None:
    """Fill ``raw.verdicts``, one row per verdict, with the facilities that its pair belongs to."""
    for one in settled:
        entry = one.verdict.entry
        places = [value for row in entry.rows or () for value in (row.source, row.sheet, row.row)]
        connection.execute(
            "insert into raw.verdicts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                entry.id,
                one.verdict.dossier,
                entry.verdict,
                *(keys[index] for index in one.pair),
                *entry.expect,
                *(places or [None] * 6),
                entry.reason,
                entry.document,
                entry.reviewed_by,
                entry.reviewed_on,
            ],
        )
