"""Gives every description of a facility the facility that it means, and lists what is doubtful."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import duckdb
import pyarrow as pa

from pipeline.core.errors import Problem
from pipeline.core.messages import Message
from pipeline.dossier_files.verdicts_file import Verdict
from pipeline.warehouse.facility_matching.facilities import Facilities
from pipeline.warehouse.facility_matching.likeness import address_likeness, name_likeness
from pipeline.warehouse.facility_matching.listings import read_rows, split_twins
from pipeline.warehouse.facility_matching.matching import (
    REASONS,
    Doubt,
    find_evidence,
    lowest,
    match_all,
    select_doubts,
)
from pipeline.warehouse.facility_matching.records import (
    DESCRIPTION,
    Record,
    as_twins,
    read_records,
)
from pipeline.warehouse.facility_matching.settled_pairs import (
    find_settled_pairs,
    insert_verdicts,
    join_settled,
)

logger = logging.getLogger(__name__)


def identify_facilities(
    connection: duckdb.DuckDBPyConnection, numbers: Sequence[str], verdicts: list[Verdict]
) -> list[Problem]:
    """Fill ``raw.facility_records`` and ``raw.doubtful_matches`` from ``raw.facility_roster``.

    The rules are those of ADR-0012 and ADR-0024. The same rows give the same keys and pairs, in
    whatever order they come. Without rosters the tables stay empty.

    ``raw.facility_records`` has one row per distinct way in which rows describe a facility; its
    columns, beside those that describe it, null where not given:

    * ``record_id`` (text, never null): ``shaping.record_id`` of the description; roster rows have
      the same, but for those in ``raw.facility_twins``: several rows of one list that describe a
      facility in the same words are several records
    * ``facility_key`` (text, never null): ``F``, the region and a hash of the facility's earliest
      description; it stays when later lists come
    * ``matched_by`` (text, never null): strongest evidence that joined it to its facility:
      ``credit_code``, ``local_id``, ``name_and_address``, or else ``verdict``; ``new`` for the
      earliest description
    * ``credit_code_is_valid`` (boolean): null where no code is given
    * ``local_id_is_rounded`` (boolean): whether a spreadsheet rounded the id, so that it identifies
      nothing; null where no id is given
    * ``first_as_of``, ``last_as_of`` (date, never null): first and last list that it stands in
    * ``rows`` (bigint, rows, never null): roster rows with this description

    ``raw.doubtful_matches`` has one row per pair of facilities that are kept apart and may be one,
    the lower key first, with the two descriptions that raise the doubt:

    * ``name_likeness``, ``address_likeness`` (integer, 0 to 100): the latter null where an address
      is not given
    * ``reason`` (text, never null): one of ``REASONS``
    * ``doubt_group`` (text): the lowest key of the facilities that chains of such pairs connect;
      null where evidence decides that the two are two. Those of a group are counted both ways

    Args:
        connection: The warehouse, with the views of all raw tables.
        numbers: Columns of a roster that count or measure something.
        verdicts: What persons decided about pairs; goes before all evidence.

    Returns:
        Verdicts that fit no pair, or contradict the rows or each other.
    """
    records = _read_records(connection, numbers)
    settled, problems = find_settled_pairs(connection, records, verdicts)
    if not records:
        return problems
    evidence = find_evidence(records, (one.pair for one in settled if one.is_same))
    facilities = Facilities(records, (one.pair for one in settled if not one.is_same))
    together = evidence.together(records)
    rows = read_rows(connection, [records[i].description for i in together], DESCRIPTION, numbers)
    for index, described in zip(together, rows, strict=True):
        facilities.listings.add(index, split_twins(described)[records[index].twin])
    doubts = match_all(facilities, evidence)
    problems += join_settled(facilities, settled)
    doubts = select_doubts(facilities, doubts)
    keys = facilities.keys()
    _insert_records(connection, facilities, keys)
    insert_verdicts(connection, settled, keys)
    doubtful = _insert_doubts(connection, records, keys, doubts)
    logger.info(
        Message(
            "build.facilities",
            facilities=len(set(keys)),
            descriptions=len(records),
            doubtful=doubtful,
        )
    )
    return problems


def _read_records(connection: duckdb.DuckDBPyConnection, numbers: Sequence[str]) -> list[Record]:
    """All records; fills ``raw.facility_twins`` with rows that their list tells from others."""
    records = read_records(connection)
    repeated = [record for record in records if record.rows > record.days.bit_count()]
    if not repeated:
        return records
    found = connection.execute("select distinct as_of from raw.facility_roster order by as_of")
    days = [day for (day,) in found.fetchall()]
    described = read_rows(connection, [r.description for r in repeated], DESCRIPTION, numbers)
    split = {record.record_id: [record] for record in records}
    twin_rows: dict[str, list[object]] = {
        name: [] for name in ("source_id", "source_sheet", "source_row", "record_id")
    }
    for record, rows in zip(repeated, described, strict=True):
        twins = split_twins(rows)
        split[record.record_id] = as_twins(record, twins, days)
        for twin, of_twin in zip(split[record.record_id][1:], twins[1:], strict=True):
            for row in of_twin:
                place = (row.list_key[0], row.source_sheet, row.source_row, twin.record_id)
                for column, value in zip(twin_rows.values(), place, strict=True):
                    column.append(value)
    if twin_rows["source_id"]:
        _insert(connection, "facility_twins", twin_rows)
    together = [record for twins in split.values() for record in twins]
    return sorted(together, key=lambda record: record.record_id)


def _insert_records(
    connection: duckdb.DuckDBPyConnection, facilities: Facilities, keys: list[str]
) -> None:
    records = facilities.records
    columns: dict[str, list[object]] = {"record_id": [r.record_id for r in records]}
    for place, name in enumerate(DESCRIPTION.split(", ")):
        columns[name] = [record.description[place] for record in records]
    given = columns["credit_code"]
    columns |= {
        "facility_key": list(keys),
        "matched_by": list(facilities.evidence()),
        "credit_code_is_valid": [
            None if code is None else record.code is not None
            for code, record in zip(given, records, strict=True)
        ],
        "local_id_is_rounded": [
            None if record.exact_id is None else record.local_id is None for record in records
        ],
        "first_as_of": [record.first_as_of for record in records],
        "last_as_of": [record.last_as_of for record in records],
        "rows": [record.rows for record in records],
    }
    _insert(connection, "facility_records", columns)


def _insert_doubts(
    connection: duckdb.DuckDBPyConnection,
    records: list[Record],
    keys: list[str],
    doubts: list[Doubt],
) -> int:
    """Insert one row per pair of facilities: the most telling reason, then the likest records."""
    best: dict[tuple[str, str], tuple[tuple[object, ...], dict[str, object]]] = {}
    for doubt in doubts:
        one, other = sorted((doubt.one, doubt.other), key=lambda index: keys[index])
        a, b = records[one], records[other]
        name = name_likeness(a.name, b.name)
        address = address_likeness(a.address, b.address)
        rank = (not doubt.is_open, REASONS.index(doubt.reason), -name - (address or 0), one, other)
        pair = (keys[one], keys[other])
        if pair in best and best[pair][0] <= rank:
            continue
        described = DESCRIPTION.split(", ")
        name_at, address_at = described.index("facility_name"), described.index("address")
        best[pair] = (
            rank,
            {
                "facility_key": pair[0],
                "other_facility_key": pair[1],
                "facility_name": a.description[name_at],
                "other_facility_name": b.description[name_at],
                "address": a.description[address_at],
                "other_address": b.description[address_at],
                "name_likeness": name,
                "address_likeness": address,
                "reason": doubt.reason,
            },
        )
    rows = [best[pair][1] for pair in sorted(best)]
    open_pairs = {
        frozenset((keys[doubt.one], keys[doubt.other])) for doubt in doubts if doubt.is_open
    }
    groups: dict[str, str] = {}
    for keys_of_pair in open_pairs:
        kept, moved = sorted(lowest(groups, key) for key in keys_of_pair)
        groups[moved] = kept
    for pair, row in zip(sorted(best), rows, strict=True):
        row["doubt_group"] = lowest(groups, pair[0]) if frozenset(pair) in open_pairs else None
    if rows:
        _insert(
            connection, "doubtful_matches", {name: [row[name] for row in rows] for name in rows[0]}
        )
    return len(rows)


def _insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: dict[str, list[object]]
) -> None:
    connection.register("identified", pa.table(columns))
    connection.execute(f"insert into raw.{table} by name from identified")
    connection.unregister("identified")
