"""Stores the corrections of all dossiers, and holds each against the row that it corrects."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline.core.errors import Problem
from pipeline.core.messages import Message
from pipeline.core.sql import literal, quoted
from pipeline.dossier_files.corrections_file import Correction
from pipeline.shaping import stored_rows
from pipeline.shaping.findings import broken_bounds
from pipeline.shaping.row_kinds import row_kind
from pipeline.wording.refusals import refusal_messages


def insert_corrections(
    connection: duckdb.DuckDBPyConnection, corrections: Iterable[Correction]
) -> None:
    """Fill ``raw.corrections``, which the views of the raw tables apply to their rows."""
    for correction in corrections:
        entry = correction.entry
        connection.execute(
            "insert into raw.corrections values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                entry.id,
                correction.source.dossier,
                entry.source,
                entry.sheet,
                entry.row,
                entry.letter,
                entry.column,
                _as_text(entry.expect),
                _as_text(entry.value),
                entry.reason,
                entry.document,
                entry.reviewed_by,
                entry.reviewed_on,
            ],
        )


def find_outdated(
    connection: duckdb.DuckDBPyConnection, corrections: Iterable[Correction], rows: Path
) -> list[Problem]:
    """Corrections whose row is not there, or says something else than expected.

    Args:
        connection: The warehouse, with all sources loaded.
        corrections: The corrections.
        rows: Folder of the rows of all sources, as issued.
    """
    problems = []
    for correction in corrections:
        entry = correction.entry
        stored = _stored_values(connection, correction, rows)
        place = {(sheet, letter): value for sheet, letter, value in stored}
        anchor = _row_of_merged_cell(connection, correction)
        column = correction.source.contract.columns[entry.column].in_words
        if anchor is not None:
            message = Message(
                "correction.merged",
                row=entry.row,
                column=column,
                anchor=anchor,
            )
            problems.append(Problem(correction.place, message))
        elif (entry.sheet, entry.letter) not in place:
            problems.append(_no_such_row(connection, correction, list(place)))
        elif (value := place[entry.sheet, entry.letter]) != entry.expect:
            message = Message(
                "correction.outdated",
                column=column,
                row=entry.row,
                file=correction.source.file,
                found=_shown(value),
                expected=_shown(entry.expect),
            )
            problems.append(Problem(correction.place, message))
        else:
            problems += _find_broken_bounds(connection, correction, rows)
    return problems


def _stored_values(
    connection: duckdb.DuckDBPyConnection, correction: Correction, rows: Path
) -> list[tuple[str | None, str | None, Any]]:
    """Sheet, letter and value of the column in every loaded row of that number."""
    entry, source = correction.entry, correction.source
    stored = stored_rows(connection, source, rows)
    return connection.execute(
        f"select source_sheet, source_letter, {quoted(entry.column)} from ({stored})"
        " where source_row = ?",
        [entry.row],
    ).fetchall()


def _find_broken_bounds(
    connection: duckdb.DuckDBPyConnection, correction: Correction, rows: Path
) -> list[Problem]:
    """A new value that a row with it would be refused for."""
    entry, source = correction.entry, correction.source
    column = source.contract.columns[entry.column]
    if entry.value is None or not column.is_number:
        return []
    value = f"cast({literal(str(entry.value))} as {column.sql_type})"
    indicator = "indicator" if "indicator" in source.contract.columns else "null"
    bounds = broken_bounds(column, source.contracts, value, value, indicator)
    stored = stored_rows(connection, source, rows)
    return [
        Problem(
            correction.place,
            Message(
                "correction.out_of_bounds",
                value=_shown(entry.value),
                reason=reason,
                next_step=next_step,
            ),
        )
        for condition, refusal in bounds
        for reason, next_step in [refusal_messages(refusal.code, refusal.parameters)]
        if connection.execute(
            f"select 1 from ({stored}) where source_row = ?"
            " and source_sheet is not distinct from ? and source_letter is not distinct from ?"
            f" and {condition}",
            [entry.row, entry.sheet, entry.letter],
        ).fetchall()
    ]


def _row_of_merged_cell(
    connection: duckdb.DuckDBPyConnection, correction: Correction
) -> int | None:
    """Row in which the corrected cell begins, if it is merged with cells above."""
    entry = correction.entry
    found: list[tuple[int]] = connection.execute(
        "select anchor_row from raw.merged_cells"
        " where source_id = ? and column_name = ? and source_row = ? and anchor_row != source_row",
        [entry.source, entry.column, entry.row],
    ).fetchall()
    return found[0][0] if found else None


def _no_such_row(
    connection: duckdb.DuckDBPyConnection,
    correction: Correction,
    others: list[tuple[str | None, str | None]],
) -> Problem:
    entry, source = correction.entry, correction.source
    named = [("sheet", entry.sheet), ("letter", entry.letter)]
    found = [
        Message("correction.row", row=entry.row),
        *(Message("correction.key", key=key, value=value) for key, value in named if value),
    ]
    if others:
        sheets, letters = ({one for one in both if one} for both in zip(*others, strict=True))
        expected = [
            Message("correction.key_one_of", key=key, known=sorted(known))
            if known
            else Message("correction.no_key", key=key)
            for key, known in (("sheet", sheets), ("letter", letters))
        ]
        message = Message("correction.several_cells", found=found, expected=expected)
        return Problem(correction.place, message)
    refused = connection.execute(
        "select reason_code, parameters from audit.rejected_rows"
        " where source_id = ? and source_row = ? order by all",
        [source.id, entry.row],
    ).fetchall()
    set_aside = connection.execute(
        "select row_kind from audit.set_aside_rows where source_id = ? and source_row = ?",
        [source.id, entry.row],
    ).fetchall()
    reasons = [refusal_messages(*refusal)[0] for refusal in refused]
    reasons += [Message("correction.set_aside", kind=row_kind(kind)) for (kind,) in set_aside]
    if not reasons:
        message = Message("correction.no_row", found=found, file=source.file)
        return Problem(correction.place, message)
    message = Message("correction.row_not_loaded", found=found, reason=reasons[0], file=source.file)
    return Problem(correction.place, message)


def _shown(value: Any) -> str:
    return "null" if value is None else str(_as_text(value))


def _as_text(value: Any) -> str | None:
    """The text that stands for a value in SQL, whatever its type."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case Decimal():
            return f"{value.normalize():f}"
        case dt.date():
            return value.isoformat()
        case _:
            return str(value)
