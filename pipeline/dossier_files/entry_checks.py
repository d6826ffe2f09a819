"""Checks of one entry of ``sources.yml`` against the contract that it is read by."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.contracts import normalise_label
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text, listed
from pipeline.dossier_files.source import IGNORE, PARENT_REGION, ROSTER, Source
from pipeline.values.words import read_flag

MAY_BE_COMPLETE = (ROSTER, "population")  # tables from which follows what they leave out


def check_entry(source: Source, documents: frozenset[str], place: Text) -> list[Problem]:
    """Everything in an entry that its contract does not have.

    Args:
        source: The entry with its contract.
        documents: Ids of the dossier's documents.
        place: How messages call the entry.
    """
    return [
        *_check_columns(source, place),
        *_check_ignore(source, place),
        *_check_constants(source, documents, place),
        *_check_unpivot(source, place),
        *_check_terms(source, place),
        *_check_units(source, place),
        *_check_as_of(source, place),
        *_check_complete_for(source, place),
    ]


def _check_columns(source: Source, place: Text) -> list[Problem]:
    known = set(source.contract.columns)
    return [
        Problem(
            place,
            Message(
                "entry.unknown_column",
                label=label,
                column=column,
                known=source.contract.columns_in_words,
                contract=source.contract.in_words,
                ignore=IGNORE,
            ),
        )
        for label, column in source.entry.columns.items()
        if column not in known | {IGNORE}
    ]


def _check_ignore(source: Source, place: Text) -> list[Problem]:
    """Where labels may be ignored, they cannot tell what the file holds."""
    if source.entry.ignore is None or source.entry.contract is not None:
        return []
    message = Message(
        "entry.rest_of_what", value=source.entry.ignore, contract=source.contract.in_words
    )
    return [Problem(place, message)]


def _check_constants(source: Source, documents: frozenset[str], place: Text) -> list[Problem]:
    """A constant stands for a column of the contract; one of a closed list is a word of it."""
    problems = []
    for name, text in source.entry.constants.items():
        column = source.contract.columns.get(name)
        if name == PARENT_REGION:
            continue
        if column is None:
            message = Message(
                "entry.unknown_constant",
                name=name,
                known=source.contract.columns_in_words,
                contract=source.contract.in_words,
                parent=PARENT_REGION,
            )
            problems.append(Problem(place, message))
            continue
        words: Iterable[str] | None = None
        if column.type == "term":
            words = source.words_of(column)
        elif column.type == "document":
            words = documents
        if words is not None and normalise_label(text) not in words:
            known = listed(words)
            message = Message("entry.constant_not_listed", name=name, text=text, known=known)
            problems.append(Problem(place, message))
    return problems


def _check_unpivot(source: Source, place: Text) -> list[Problem]:
    unpivot, sections = source.entry.unpivot, source.entry.read.sections
    named = []
    if unpivot:
        named = [("unpivot: names_to", name) for name in unpivot.names_to]
        named.append(("unpivot: values_to", unpivot.values_to))
    if sections:
        named.append(("read: sections", sections))
    known = source.contract.columns_in_words
    return [
        Problem(place, Message("entry.key_names_no_column", key=key, column=column, known=known))
        for key, column in named
        if column not in source.contract.columns
    ]


def _check_terms(source: Source, place: Text) -> list[Problem]:
    terms = [column for column in source.contract.columns.values() if column.type == "term"]
    codes = {code for column in terms for code in source.words_of(column).values()}
    flags = any(column.type == "flag" for column in source.contract.columns.values())
    known = listed([*sorted(codes), *(("yes", "no") if flags else ())])
    return [
        Problem(place, Message("entry.unknown_term", word=word, code=code, known=known))
        for word, code in source.entry.terms.items()
        if code not in codes and not (flags and _is_yes_or_no(code))
    ]


def _is_yes_or_no(code: str) -> bool:
    flag = read_flag(code)
    return flag is not None and flag.value is not None


def _check_units(source: Source, place: Text) -> list[Problem]:
    problems = []
    for name, unit in source.entry.read.units.items():
        column = source.contract.columns.get(name)
        if column is None or not column.unit:
            counted = [c.in_words for c in source.contract.columns.values() if c.unit]
            message = Message(
                "entry.no_counted_column", name=name, known=counted or Message("layout.none")
            )
            problems.append(Problem(place, message))
        elif source.factor_of(unit, column) is None:
            words = source.contracts.units.get(column.unit, {})
            message = Message("entry.unknown_unit", name=name, unit=unit, known=listed(words))
            problems.append(Problem(place, message))
    return problems


def _check_as_of(source: Source, place: Text) -> list[Problem]:
    entry, contract = source.entry, source.contract
    if entry.as_of is None:
        return []
    if contract.as_of is None:
        return [Problem(place, Message("entry.no_as_of", contract=contract.in_words))]
    if contract.as_of in entry.constants:
        return [Problem(place, Message("entry.as_of_twice", column=contract.as_of))]
    return []


def _check_complete_for(source: Source, place: Text) -> list[Problem]:
    if not source.entry.complete_for or source.contract.name in MAY_BE_COMPLETE:
        return []
    known = [source.contracts.by_name[name].in_words for name in MAY_BE_COMPLETE]
    return [Problem(place, Message("entry.never_complete", contracts=known))]
