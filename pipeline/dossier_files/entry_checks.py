"""Checks of one entry of ``sources.yml`` against the contract that it is read by."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.contracts import normalise_label
from pipeline.core.errors import Problem
from pipeline.dossier_files.source import IGNORE, PARENT_REGION, ROSTER, Source


def check_entry(source: Source, documents: frozenset[str], place: str) -> list[Problem]:
    """Everything in an entry that its contract does not have.

    Args:
        source: The entry with its contract.
        documents: Ids of the dossier's documents.
        place: How messages call the entry.
    """
    return [
        *_check_columns(source, place),
        *_check_constants(source, documents, place),
        *_check_unpivot(source, place),
        *_check_terms(source, place),
        *_check_units(source, place),
        *_check_as_of(source, place),
        *_check_complete_for(source, place),
    ]


def _not_one_of(place: str, found: str, known: Iterable[str], next_step: str) -> Problem:
    return Problem(place, found, f"one of {', '.join(sorted(set(known)))}", next_step)


def _check_columns(source: Source, place: str) -> list[Problem]:
    known = set(source.contract.columns)
    return [
        _not_one_of(
            place,
            f"columns: {label} -> {column}",
            known,
            f"name a column of contract {source.contract.name}, or {IGNORE}",
        )
        for label, column in source.entry.columns.items()
        if column not in known | {IGNORE}
    ]


def _check_constants(source: Source, documents: frozenset[str], place: str) -> list[Problem]:
    """A constant stands for a column of the contract; one of a closed list is a word of it."""
    problems = []
    for name, text in source.entry.constants.items():
        column = source.contract.columns.get(name)
        if name == PARENT_REGION:
            continue
        if column is None:
            next_step = f"name a column of contract {source.contract.name}, or {PARENT_REGION}"
            problems.append(
                _not_one_of(place, f"constants: {name}", source.contract.columns, next_step)
            )
            continue
        words: Iterable[str] | None = None
        if column.type == "term":
            words = source.words_of(column)
        elif column.type == "document":
            words = documents
        if words is not None and normalise_label(text) not in words:
            problems.append(
                _not_one_of(place, f"constants: {name}: {text}", words, "use a word of the list")
            )
    return problems


def _check_unpivot(source: Source, place: str) -> list[Problem]:
    unpivot, sections = source.entry.unpivot, source.entry.read.sections
    named = (
        {"unpivot: names_to": unpivot.names_to, "unpivot: values_to": unpivot.values_to}
        if unpivot
        else {}
    )
    if sections:
        named["read: sections"] = sections
    return [
        _not_one_of(
            place, f"{key}: {column}", source.contract.columns, "name a column of the contract"
        )
        for key, column in named.items()
        if column not in source.contract.columns
    ]


def _check_terms(source: Source, place: str) -> list[Problem]:
    terms = [column for column in source.contract.columns.values() if column.type == "term"]
    codes = {code for column in terms for code in source.words_of(column).values()}
    return [
        _not_one_of(place, f"terms: {word}: {code}", codes, "use a code of the list")
        for word, code in source.entry.terms.items()
        if code not in codes
    ]


def _check_units(source: Source, place: str) -> list[Problem]:
    problems = []
    for name, unit in source.entry.read.units.items():
        column = source.contract.columns.get(name)
        if column is None or not column.unit:
            counted = [c.name for c in source.contract.columns.values() if c.unit]
            problems.append(
                _not_one_of(place, f"read: units: {name}", counted, "name a column that counts")
            )
        elif source.factor_of(unit, column) is None:
            words = source.contracts.units.get(column.unit, {})
            problems.append(
                _not_one_of(
                    place, f"read: units: {name}: {unit}", words, "use a unit of the column"
                )
            )
    return problems


def _check_as_of(source: Source, place: str) -> list[Problem]:
    entry, contract = source.entry, source.contract
    if entry.as_of is None:
        return []
    if contract.as_of is None:
        return [
            Problem(
                place,
                "as_of",
                f"no such key, because contract {contract.name} has no date for a whole file",
                "remove the key",
            )
        ]
    if contract.as_of in entry.constants:
        return [
            Problem(
                place,
                f"as_of and constants: {contract.as_of}",
                "one of the two",
                f"remove {contract.as_of} from constants:",
            )
        ]
    return []


def _check_complete_for(source: Source, place: str) -> list[Problem]:
    if not source.entry.complete_for or source.contract.name == ROSTER:
        return []
    return [
        Problem(
            place,
            "complete_for",
            f"a source of contract {ROSTER}: only a roster lists facilities",
            "remove the key, or correct the contract",
        )
    ]
