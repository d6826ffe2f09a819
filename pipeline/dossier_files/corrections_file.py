"""``corrections.yml`` of a dossier: known errors of issuers, and what is used instead."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field

from pipeline.contracts import Column, Contract
from pipeline.contracts.loader import REGION
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text, listed
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import DossierFile, Filled, Identifier, Strict, parse_yaml

CORRECTIONS_FILE = "corrections.yml"

# What YAML has to hold for a column of a type; numbers and dates in quotes are texts.
EXPECTED = {
    "integer": Message("value.integer"),
    "number": Message("value.number"),
    "year": Message("value.year"),
    "date": Message("value.date"),
    "flag": Message("value.flag"),
}
LARGEST = 10**18  # what a decimal(24, 6) of schema raw holds


class CorrectionEntry(Strict):
    """One known error, as written in ``corrections.yml``; ``expect`` and ``value`` may be null."""

    id: Identifier
    source: Filled
    sheet: Filled | None = None
    row: Annotated[int, Field(ge=1, strict=True)]
    letter: Annotated[str, Field(pattern="^[A-Z]{1,3}$")] | None = None  # of unpivoted columns
    column: Filled
    expect: Any
    value: Any
    reason: Filled
    document: Filled | None = None
    reviewed_by: Filled
    reviewed_on: dt.date


class CorrectionsFile(Strict):
    """Everything that one ``corrections.yml`` may say."""

    corrections: list[CorrectionEntry]


@dataclass(frozen=True)
class Correction:
    """A correction whose source and column are known.

    Attributes:
        entry: The entry, ``expect`` and ``value`` in the type of the column.
        source: The source whose row it corrects.
    """

    entry: CorrectionEntry
    source: Source

    @property
    def place(self) -> Message:
        """How messages call it."""
        return _place(self.source.dossier, self.entry)


def parse_corrections_file(folder: Path) -> tuple[list[CorrectionEntry], list[Problem]]:
    """Read the ``corrections.yml`` of a dossier's folder, if there is one.

    Returns:
        Its entries, or none together with everything that is wrong with the form of the file.
    """
    path = folder / CORRECTIONS_FILE
    if not path.is_file():
        return [], []
    parsed, problems = parse_yaml(path, f"{folder.name}/{CORRECTIONS_FILE}", CorrectionsFile)
    return parsed.corrections if parsed else [], problems


def check_corrections(
    entries: list[CorrectionEntry], dossier: DossierFile, sources: Iterable[Source]
) -> tuple[tuple[Correction, ...], list[Problem]]:
    """Check what corrections refer to: sources, columns, types of values and documents.

    Args:
        entries: Entries of ``corrections.yml``.
        dossier: What the ``sources.yml`` beside it says.
        sources: Those of its sources whose contract is known.

    Returns:
        The corrections, and all problems found in them.
    """
    by_id = {source.id: source for source in sources}
    declared = {source.id for source in dossier.sources}
    documents = {document.id for document in dossier.documents}
    corrections: list[Correction] = []
    problems = _find_repeated_cells(entries, dossier.dossier)
    for entry in entries:
        place = _place(dossier.dossier, entry)
        if entry.source not in declared:
            problems.append(_not_one_of(place, "source", entry.source, listed(declared)))
        if entry.document is not None and entry.document not in documents:
            problems.append(_not_one_of(place, "document", entry.document, listed(documents)))
        if entry.source not in by_id:
            continue  # unknown, or already among the problems of sources.yml
        source = by_id[entry.source]
        column, found = _check_column(entry, source, place)
        problems += found
        if column is None:
            continue
        typed = {}
        for key in ("expect", "value"):
            typed[key], found = _type_value(key, getattr(entry, key), column, source, place)
            problems += found
        corrections.append(Correction(entry.model_copy(update=typed), source))
    return tuple(corrections), problems


def cells_to_excuse(
    entries: Iterable[CorrectionEntry], source: str, contract: Contract
) -> frozenset[tuple[str, int, str | None]]:
    """Cells of a source whose number a correction replaces; it may be impossible.

    Args:
        entries: All corrections of the dossier.
        source: Id of the source.
        contract: Its contract.

    Returns:
        Cells as ``Source.corrected_cells`` has them.
    """
    excused = set()
    for entry in entries:
        column = contract.columns.get(entry.column)
        if entry.source != source or column is None or not column.is_number:
            continue
        if _as_type(entry.expect, column) is not None:
            excused.add((entry.column, entry.row, entry.letter))
    return frozenset(excused)


def _place(dossier: str, entry: CorrectionEntry) -> Message:
    return Message("place.correction", file=f"{dossier}/{CORRECTIONS_FILE}", id=entry.id)


def _not_one_of(place: Text, key: str, found: str, known: object) -> Problem:
    return Problem(place, Message("correction.not_one_of", key=key, found=found, known=known))


def _find_repeated_cells(entries: list[CorrectionEntry], dossier: str) -> list[Problem]:
    cells = Counter((e.source, e.sheet, e.row, e.letter, e.column) for e in entries)
    return [
        Problem(
            f"{dossier}/{CORRECTIONS_FILE}",
            Message(
                "correction.repeated", number=number, source=cell[0], row=cell[2], column=cell[4]
            ),
        )
        for cell, number in cells.items()
        if number > 1
    ]


def _check_column(
    entry: CorrectionEntry, source: Source, place: Text
) -> tuple[Column | None, list[Problem]]:
    column = source.contract.columns.get(entry.column)
    known = {
        c.name: c.in_words
        for c in source.contract.columns.values()
        if c.name not in REGION and not c.personal  # old and new value are published
    }
    if column is None or column.name not in known:
        words = [known[name] for name in sorted(known)]
        return None, [_not_one_of(place, "column", entry.column, words)]
    if column.required and entry.value is None:
        message = Message(
            "correction.value_missing",
            contract=source.contract.in_words,
            column=column.in_words,
        )
        return None, [Problem(place, message)]
    if entry.expect == entry.value and type(entry.expect) is type(entry.value):
        return None, [Problem(place, Message("correction.no_change", value=repr(entry.value)))]
    return column, []


def _type_value(
    key: str, value: Any, column: Column, source: Source, place: Text
) -> tuple[Any, list[Problem]]:
    """A value of YAML in the type of its column, null as it is."""
    if value is None:
        return None, []
    if column.type in ("term", "document"):
        codes = source.documents if column.type == "document" else _codes_of(source, column)
        if not isinstance(value, str) or value not in codes:
            return None, [_not_one_of(place, key, repr(value), listed(codes))]
        return value, []
    typed = _as_type(value, column)
    if typed is not None:
        return typed, []
    expected = EXPECTED.get(column.type, Message("value.text"))
    message = Message(
        "correction.wrong_type",
        key=key,
        value=repr(value),
        expected=expected,
        column=column.in_words,
    )
    return None, [Problem(place, message)]


def _codes_of(source: Source, column: Column) -> set[str]:
    return set(source.words_of(column).values())


def _as_type(value: Any, column: Column) -> Any:
    """None where the value is not of the type."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    match column.type:
        case "flag":
            return value if isinstance(value, bool) else None
        case "date":
            is_day = isinstance(value, dt.date) and not isinstance(value, dt.datetime)
            return value if is_day else None
        case "year":
            return value if is_whole and 1000 <= value <= 9999 else None
        case "integer":
            return value if is_whole and abs(value) < LARGEST else None
        case "number":
            return _as_decimal(value) if is_whole or isinstance(value, float) else None
        case _:
            return value if isinstance(value, str) and value else None


def _as_decimal(value: float) -> Decimal | None:
    number = Decimal(str(value))
    if not number.is_finite() or abs(number) >= LARGEST:
        return None
    return number if number == round(number, 6) else None
