"""What may be wrong with a header, told with the line that would mend it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from pipeline.contracts import Contract
from pipeline.contracts.units import split_label
from pipeline.core.errors import Problem
from pipeline.dossier_files.source import IGNORE, PARENT_REGION, Source
from pipeline.dossier_files.sources_file import SOURCES_FILE
from pipeline.reading.grid import Grid
from pipeline.reading.headings import Heading
from pipeline.reading.table_search import HEADER_SEARCH_ROWS, Place
from pipeline.values.dates import read_date

_YEAR = re.compile(r"((?:19|20)\d{2})\s*年?(?:度|末|底)?")
_DAY = re.compile(r"(?:19|20)\d{2}(?:年\d{1,2}月(?:\d{1,2}日)?|([./-])\d{1,2}\1\d{1,2})")


def no_header(where: str, source: Source, notes: Sequence[str] = ()) -> Problem:
    """No row of the sheet looks like the header of such a table; a wrong encoding may be why."""
    wanted = [column.labels[0] for column in source.contract.columns.values() if column.labels]
    return Problem(
        where,
        "; ".join([f"no header row in the first {HEADER_SEARCH_ROWS} rows", *notes]),
        f"a row of which most cells are labels of contract {source.contract.name}: "
        + ", ".join(wanted),
        f"check contract and sheet, or map the labels under columns: in {SOURCES_FILE}",
        "data",
    )


def no_label(cell: str, text: str) -> Problem:
    """A column holds text below a header cell that is blank."""
    return Problem(
        cell,
        f"a column without header, holding {text!r}",
        "a label above every column that holds text",
        "write a label into the header",
        "data",
    )


def unknown_label(cell: str, label: str, source: Source) -> Problem:
    """A label that neither the contract nor ``sources.yml`` knows."""
    bare, unit = split_label(label.rsplit("/", maxsplit=1)[-1])
    meaning = source.meaning_of(bare) if unit else None
    if meaning and meaning.column != IGNORE:
        column = source.contract.columns[meaning.column]
        units = source.contracts.units.get(column.unit or "", {})
        return Problem(
            cell,
            f"{label!r}: {unit!r} is no unit of {column.name}",
            f"one of {', '.join(list(units)[:8])}" if units else "no unit in the label",
            f"correct the unit, or map the label in {SOURCES_FILE}: "
            f"columns: {{{label}: {column.name}}} if the brackets hold no unit",
            "data",
        )
    near = nearest_labels(bare, source.contract)
    return Problem(
        cell,
        f"unknown column {label!r}",
        f"a label of contract {source.contract.name}"
        + (f", for example {', '.join(near)}" if near else ""),
        f"map it in {SOURCES_FILE}: columns: {{{label}: <column>}}, or to {IGNORE};"
        " where the header goes on in the next row: read: {header_rows: 2}",
        "data",
    )


def no_such_column(where: str, label: str, labels: Sequence[str]) -> Problem:
    """A label of ``unpivot`` that the header does not have."""
    return Problem(
        where,
        f"unpivot: columns: {label}, which the header does not have",
        f"one of {', '.join(labels)}",
        f"correct the label in {SOURCES_FILE}",
    )


def nearest_labels(label: str, contract: Contract) -> list[str]:
    """Known labels that look most like one."""
    known = sorted(
        {known for column in contract.columns.values() for known in (*column.labels, column.name)}
    )
    return difflib.get_close_matches(label, known, n=3, cutoff=0.3)


def second_column(cell: str, label: str, first: str, column: str) -> Problem:
    """Two columns of the file stand for one column of the contract equally."""
    return Problem(
        cell,
        f"{label!r}, a second column for {column} beside {first!r}",
        "one column for each column of the contract",
        f"say which one is meant, in {SOURCES_FILE}: columns: {{{label}: {IGNORE}}}, "
        f"or columns: {{{first}: {IGNORE}}}",
    )


def missing_columns(
    headings: Sequence[Heading], grid: Grid, place: Place, where: str, source: Source
) -> list[Problem]:
    """Columns that the contract requires, and those given twice."""
    contract, entry = source.contract, source.entry
    present = {heading.column for heading in headings}
    if entry.unpivot:
        present.add(entry.unpivot.names_to)
    if entry.read.sections:
        present.add(entry.read.sections)
    constants = set(entry.constants) - {PARENT_REGION}
    if entry.as_of and contract.as_of:
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


def _given_twice(name: str, where: str, source: Source) -> Problem:
    key = "constants:" if name in source.entry.constants else "as_of:"
    return Problem(
        where,
        f"column {name} in the file and under {key}",
        "one of the two",
        f"remove {key} from the entry in {SOURCES_FILE}"
        if key == "as_of:"
        else f"remove it from constants: in {SOURCES_FILE}",
    )


def _missing(
    names: tuple[str, ...], grid: Grid, place: Place, where: str, source: Source
) -> Problem:
    contract = source.contract
    labels = [label for name in names for label in (contract.columns[name].labels or (name,))[:6]]
    next_step = (
        "add the column, map its label under columns:, or give one value for the whole "
        f"file under constants: in {SOURCES_FILE}"
    )
    hint = _dated_title(names, grid, place, source)
    return Problem(
        where,
        f"no column for {' or '.join(names)}" + (f"; the title says {hint[0]!r}" if hint else ""),
        f"a column labelled {', '.join(labels)}",
        f"if that date is meant, {hint[1]}; else {next_step}" if hint else next_step,
        "data",
    )


def _dated_title(
    names: tuple[str, ...], grid: Grid, place: Place, source: Source
) -> tuple[str, str] | None:
    """A title with a date, and what would say that it is meant, where a date is missing."""
    types = {source.contract.columns[name].type for name in names}
    if not types & {"date", "year"}:
        return None
    rows = grid.rows(place.start, place.header.start)
    for text in [*grid.lead, *(cell for row in rows for cell in row if cell)]:
        found = _YEAR.search(text)
        if found and "year" in types:
            name = next(n for n in names if source.contract.columns[n].type == "year")
            return text.strip()[:60], f"add constants: {{{name}: {found[1]}}}"
        if found:
            day = _day_of(text) or f"{found[1]}-12-31"
            return text.strip()[:60], f"add as_of: {day}, or say --as-of {day} to inspect and add"
    return None


def _day_of(title: str) -> str | None:
    """The day that a title names, the last one of a month; None where it names a year alone."""
    found = _DAY.search(title)
    read = read_date(found[0]) if found else None
    return read.value.isoformat() if read and read.value else None
