"""Prints what inspecting a file found, and the entry of ``sources.yml`` that it leads to."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich import table as rich_table
from rich.console import Console
from rich.markup import escape
from ruamel.yaml import YAML

from pipeline.commands.preview import Preview
from pipeline.core.messages import Message, Text
from pipeline.dossier_files.source import IGNORE, Source
from pipeline.dossier_files.sources_file import SOURCES_FILE, SourceEntry
from pipeline.reading import Table
from pipeline.shaping.row_kinds import row_kind


def print_preview(found: Preview, console: Console) -> None:
    """Print how a file would be read: what was detected, its columns, rows, totals and refusals."""
    if found.table is not None and found.source is not None:
        _print_reading(found.table, found.source, console)
        _print_columns(found.table, found.source, console)
        _print_rows(found, console)
    for number, problem in enumerate(found.problems, start=1):
        console.print(f"[{number}] {problem}", markup=False, soft_wrap=True)
    title = Message("preview.entry") if found.is_declared else Message("preview.ready_entry")
    console.print(f"\n[bold]{title}[/bold]")
    console.print(entry_as_yaml(found.entry), markup=False, soft_wrap=True)


def entry_as_yaml(entry: SourceEntry) -> str:
    """The entry as a list item of ``sources.yml``, without what is left to detection."""
    stream = io.StringIO()
    yaml = YAML()
    yaml.width = 200
    yaml.indent(mapping=2, sequence=4, offset=2)
    yaml.dump([plain_entry(entry)], stream)
    return stream.getvalue().rstrip()


def plain_entry(entry: SourceEntry) -> dict[str, Any]:
    """The keys of an entry that say something."""
    return entry.model_dump(exclude_defaults=True, exclude_none=True)


def _print_reading(table: Table, source: Source, console: Console) -> None:
    contract = Message("preview.contract", contract=source.contract.in_words)
    console.print(f"[bold]{escape(source.file)}[/bold]  {contract}")
    notes = list(table.detected)
    if table.grid.sheet:
        notes.insert(0, Message("preview.sheet", sheet=table.grid.sheet))
    for note in notes:
        console.print(f"  {escape(str(note))}")


def _print_columns(table: Table, source: Source, console: Console) -> None:
    grid = rich_table.Table(
        str(Message("preview.letter")),
        str(Message("preview.label")),
        str(Message("preview.column")),
        str(Message("preview.because")),
    )
    header = table.header
    for index, label in header.labels.items():
        heading = header.headings.get(index) or header.unpivoted.get(index)
        letter = heading.letter if heading else "-"
        because = _because(label, index, table, source)
        column = heading.column if heading else IGNORE
        name, unit = _column_in_words(column, source), table.units.get(column)
        shown = f"{name} x {unit.factor:f}" if unit else name
        grid.add_row(letter, escape(label), escape(shown), escape(str(because)))
    day = source.day_of_file(header.filled_columns(source.entry.read.sections))
    dated = source.contract.as_of
    constants = source.entry.constants | ({dated: day} if dated and day else {})
    for name, text in constants.items():
        because = Message("preview.constant", text=text)
        grid.add_row("-", "-", escape(_column_in_words(name, source)), escape(str(because)))
    console.print(grid)


def _column_in_words(name: str, source: Source) -> str:
    """A column of the contract as people call it; any other one by its name."""
    column = source.contract.columns.get(name)
    return str(column.in_words) if column else name


def _because(label: str, index: int, table: Table, source: Source) -> Text:
    if index in table.header.unpivoted:
        return Message("preview.unpivoted", label=label)
    own = source.entry.columns.get(label) or source.entry.columns.get(label.rsplit("/")[-1])
    if own:
        return SOURCES_FILE
    if label in table.header.unneeded:
        return f"ignore: {source.entry.ignore}"
    if index in table.header.conditions.values() and index not in table.header.headings:
        return "where"
    return Message("preview.label_of_contract", contract=source.contract.in_words)


def _print_rows(found: Preview, console: Console) -> None:
    if found.counts:
        counts = found.counts
        aside = [
            Message("preview.kind", kind=row_kind(kind), number=number)
            for kind, number in found.set_aside
        ]
        read = Message(
            "preview.counts",
            read=counts.read,
            loaded=counts.loaded,
            refused=counts.rejected,
            set_aside=counts.set_aside,
        )
        kinds = Message("preview.kinds", kinds=aside) if aside else ""
        console.print(f"{read}{kinds}", markup=False)
        for note in counts.notes:
            console.print(str(note), markup=False)
    source = found.source
    if source is None:
        return
    columns = [_column_in_words(name, source) for name in found.columns]
    _print_table(console, Message("preview.first_rows"), columns, found.rows)
    row, column = Message("preview.row"), Message("preview.column_of_table")
    stated, difference = Message("preview.stated"), Message("preview.difference")
    _print_table(
        console,
        Message("preview.totals"),
        [row, column, stated, Message("preview.sum_of_rows"), difference],
        [(row, _column_in_words(name, source), *rest) for row, name, *rest in found.totals],
    )
    _print_table(
        console,
        Message("preview.refused"),
        [
            *(row, Message("preview.cell"), column, Message("preview.found")),
            *(Message("preview.reason"), Message("preview.nearest"), Message("preview.next_step")),
        ],
        [
            (row, cell, _column_in_words(name, source), *rest)
            for row, cell, name, *rest in found.rejects
        ],
    )


def _print_table(
    console: Console, title: Message, columns: Sequence[Text], rows: Iterable[Sequence[Any]]
) -> None:
    shown = list(rows)
    if not shown:
        return
    grid = rich_table.Table(*map(str, columns), title=str(title), title_justify="left")
    for row in shown:
        grid.add_row(*("" if value is None else escape(_shown(value)) for value in row))
    console.print(grid)


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
