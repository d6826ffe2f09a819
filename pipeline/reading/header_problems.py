"""What may be wrong with a header, and the line that would mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence

from pipeline.contracts import Column, Contract, normalise_label
from pipeline.contracts.units import split_label
from pipeline.core.errors import Problem
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import IGNORE, PARENT_REGION, Source
from pipeline.reading.grid import Grid
from pipeline.reading.headings import NO_FIGURE, Header
from pipeline.reading.table_search import HEADER_SEARCH_ROWS, Place
from pipeline.values.dates import read_date

# A Chinese label has few characters: 备案状况 and 备案状态 share three of four. English ones share
# letters by chance, as Age and age_0 do.
ALIKE, ALIKE_IN_LETTERS = 0.7, 0.8
SHORTEST_PART = 3  # characters of a known label within another one
_YEAR = re.compile(r"((?:19|20)\d{2})\s*年?(?:度|末|底)?")
_DAY = re.compile(r"(?:19|20)\d{2}(?:年\d{1,2}月(?:\d{1,2}日)?|([./-])\d{1,2}\1\d{1,2})")


def no_header(where: Text, source: Source, notes: Sequence[Message] = ()) -> Problem:
    """No row of the sheet looks like the header of such a table; a wrong encoding may be why."""
    wanted = [column.labels[0] for column in source.contract.columns.values() if column.labels]
    found = Message("header.no_header_found", rows=HEADER_SEARCH_ROWS)
    message = Message(
        "header.no_header",
        found=[found, *notes],
        contract=source.contract.in_words,
        labels=wanted,
    )
    return Problem(where, message, "data")


def no_label(cell: Text, text: str, letter: str) -> Problem:
    """A column holds text below a header cell that is blank."""
    message = Message("header.no_label", text=text, letter=letter, ignore=IGNORE)
    return Problem(cell, message, "data")


def unknown_label(cell: Text, label: str, source: Source) -> Problem:
    """A label that neither the contract nor ``sources.yml`` knows."""
    bare, unit = split_label(label.rsplit("/", maxsplit=1)[-1])
    meaning = source.meaning_of(bare) if unit else None
    if meaning and meaning.column != IGNORE:
        column = source.contract.columns[meaning.column]
        units = list(source.contracts.units.get(column.unit or "", {}))[:8]
        message = Message(
            "header.unknown_unit",
            label=label,
            unit=unit,
            column=column.in_words,
            expected=Message("value.one_of", known=units) if units else Message("header.no_unit"),
            key=column.name,
        )
        return Problem(cell, message, "data")
    near = nearest_labels(bare, source.contract)
    contract = source.contract.in_words
    message = Message(
        "header.unknown_label",
        label=label,
        expected=Message("header.label_such_as", contract=contract, labels=near)
        if near
        else Message("header.label", contract=contract),
        ignore=IGNORE,
    )
    return Problem(cell, message, "data")


def needed_perhaps(cell: Text, label: str, header: Header, source: Source) -> list[Problem]:
    """An unknown label that looks like that of a column which nothing fills.

    Where all unknown columns are ignored, such a column would be lost unnoticed.
    """
    last = label.rsplit("/", maxsplit=1)[-1]
    bare, unit = split_label(last)
    meaning = source.meaning_of(bare) if unit else None
    if meaning and meaning.column != IGNORE:
        return [unknown_label(cell, label, source)]
    given = {heading.column for heading in header.loaded} | {*header.names_to}
    given |= set(source.entry.constants)
    given |= {"document_id"} if source.entry.document else set()
    near = [
        column
        for column in source.contract.columns.values()
        if column.name not in given.union(NO_FIGURE)
        and any(_look_alike(bare, known) for known in (*column.labels, column.name))
    ]
    if not near:
        return []
    message = Message(
        "header.may_be_needed",
        label=label,
        columns=[column.in_words for column in near],
        key=near[0].name,
        ignore=IGNORE,
    )
    return [Problem(cell, message, "data")]


def _look_alike(label: str, known: str) -> bool:
    """Whether a label is a known one with a slip or an addition."""
    label, known = normalise_label(label), normalise_label(known)
    is_part = len(known) >= SHORTEST_PART and known in label
    ratio = difflib.SequenceMatcher(None, label, known).ratio()
    if known.isascii():
        return ratio >= ALIKE_IN_LETTERS
    return is_part or ratio >= ALIKE


def no_such_column(where: Text, label: str, labels: Sequence[str]) -> Problem:
    """A label of ``unpivot`` that the header does not have."""
    return Problem(where, Message("header.no_unpivot_label", label=label, labels=list(labels)))


def unmatched_keys(header: Header, where: Text, source: Source) -> list[Problem]:
    """Labels of ``columns:`` that the header does not have, of columns that the file then lacks.

    They are told where the entry leaves unknown labels out: a slip would leave out what was meant.
    """
    entry, columns = source.entry, source.contract.columns
    if entry.ignore is None:
        return []
    filled = header.filled_columns(entry.read.sections)
    return [
        Problem(
            where,
            Message(
                "header.no_mapped_label",
                label=label,
                column=columns[column].in_words,
                labels=list(header.labels.values()),
            ),
        )
        for label, column in entry.columns.items()
        if column in columns and column not in filled.union(NO_FIGURE)
    ]


def no_condition(where: Text, label: str, several: Sequence[str], labels: Iterable[str]) -> Problem:
    """A label of ``where`` that the header does not have, or that several columns have."""
    if several:
        message = Message("header.where_is_several", label=label, labels=list(several))
    else:
        message = Message("header.no_where_label", label=label, labels=list(labels))
    return Problem(where, message)


def measure_without_year(cell: Text, label: str) -> Problem:
    """A measure that has no year stands beside columns that have one each."""
    return Problem(cell, Message("header.measure_without_year", label=label, ignore=IGNORE))


def _labels_of(column: Column, in_english: bool) -> list[str]:
    """Labels of a column in the language of the file; its name where there is none."""
    labels = (*column.labels, column.name)
    return [each for each in labels if each.isascii() == in_english] or [column.name]


def nearest_labels(label: str, contract: Contract) -> list[str]:
    """Known labels that look most like one."""
    columns = contract.columns.values()
    known = sorted({known for column in columns for known in _labels_of(column, label.isascii())})
    return difflib.get_close_matches(label, known, n=3, cutoff=0.3)


def second_column(cell: Text, label: str, first: str, column: Message) -> Problem:
    """Two columns of the file stand for one column of the contract equally."""
    message = Message(
        "header.second_column", label=label, column=column, first=first, ignore=IGNORE
    )
    return Problem(cell, message)


def missing_columns(
    header: Header, grid: Grid, place: Place, where: Text, source: Source
) -> list[Problem]:
    """Columns that the contract requires, and those given twice."""
    contract, entry = source.contract, source.entry
    present = header.filled_columns(entry.read.sections)
    present |= set(entry.unpivot.names_to) if entry.unpivot else set()
    constants = set(entry.constants) - {PARENT_REGION}
    if contract.as_of and source.day_of_file(present):
        constants.add(contract.as_of)
    given = present | constants
    groups = [((c.name,), c) for c in contract.columns.values() if c.required and c.default is None]
    wanted = [names for names, _ in groups] + [*contract.one_of, *contract.any_column]
    if contract.has_region:
        wanted.append(("region_code", "region_name"))
    if entry.document is None:
        wanted.append(("document_id",))
    problems = [
        _missing(names, grid, place, where, source) for names in wanted if not given & set(names)
    ]
    return problems + [_given_twice(name, where, source) for name in sorted(present & constants)]


def _given_twice(name: str, where: Text, source: Source) -> Problem:
    column = source.contract.columns[name].in_words
    if name in source.entry.constants:
        return Problem(where, Message("header.constant_twice", column=column))
    return Problem(where, Message("header.as_of_twice", column=column))


def _missing(
    names: tuple[str, ...], grid: Grid, place: Place, where: Text, source: Source
) -> Problem:
    contract = source.contract
    columns = [contract.columns[name].in_words for name in names]
    issued = [cell for row in grid.rows(place.header.start, place.header.stop) for cell in row]
    in_english = all(text.isascii() for text in issued if text)
    labels = [
        label for name in names for label in _labels_of(contract.columns[name], in_english)[:6]
    ]
    hint = _dated_title(names, grid, place, source)
    if hint is None:
        message = Message("header.missing", columns=columns, labels=labels)
    else:
        title, remedy = hint
        message = Message(
            "header.missing_but_dated", columns=columns, labels=labels, title=title, remedy=remedy
        )
    return Problem(where, message, "data")


def _dated_title(
    names: tuple[str, ...], grid: Grid, place: Place, source: Source
) -> tuple[str, Message] | None:
    """A title with a date, and what would say that it is meant, where a date is missing."""
    types = {source.contract.columns[name].type for name in names}
    if not types & {"date", "year"}:
        return None
    rows = grid.rows(place.start, place.header.start)
    texts = (row[index] for row in rows for index in place.columns)
    for text in [*grid.lead, *(text for text in texts if text)]:
        found = _YEAR.search(text)
        if found and "year" in types:
            name = next(n for n in names if source.contract.columns[n].type == "year")
            return text.strip()[:60], Message("header.add_constant", name=name, year=found[1])
        if found:
            day = _day_of(text) or f"{found[1]}-12-31"
            return text.strip()[:60], Message("header.add_as_of", day=day)
    return None


def _day_of(title: str) -> str | None:
    """The day that a title names, the last one of a month; None where it names a year alone."""
    found = _DAY.search(title)
    read = read_date(found[0]) if found else None
    return read.value.isoformat() if read and read.value else None
