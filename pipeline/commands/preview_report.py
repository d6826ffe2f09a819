"""Prints what inspecting a file found, and the entry of ``sources.yml`` that it leads to."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid
from ruamel.yaml import YAML

from pipeline.commands.preview import Preview
from pipeline.dossier_files.source import IGNORE, Source
from pipeline.dossier_files.sources_file import SOURCES_FILE, SourceEntry
from pipeline.reading import Table


def print_preview(found: Preview, console: Console) -> None:
    """Print how a file would be read: what was detected, its columns, rows, totals and refusals."""
    if found.table is not None and found.source is not None:
        _print_reading(found.table, found.source, console)
        _print_columns(found.table, found.source, console)
        _print_rows(found, console)
    for number, problem in enumerate(found.problems, start=1):
        console.print(f"[{number}] {problem}", markup=False, soft_wrap=True)
    title = "sources.yml 中的条目 entry" if found.is_declared else "可用的条目 ready entry"
    console.print(f"\n[bold]{title}[/bold] ({SOURCES_FILE}, sources:)")
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
    console.print(f"[bold]{escape(source.file)}[/bold]  contract {source.contract.name}")
    if table.grid.sheet:
        console.print(f"  sheet or table: {escape(table.grid.sheet)}")
    for note in table.detected:
        console.print(f"  {escape(note)}")


def _print_columns(table: Table, source: Source, console: Console) -> None:
    grid = Grid("列 column", "表头 label", "合同列 column of the contract", "依据 because")
    header = table.header
    for index, label in header.labels.items():
        heading = header.headings.get(index) or header.unpivoted.get(index)
        letter = heading.letter if heading else "-"
        because = _because(label, index, table, source)
        column = heading.column if heading else IGNORE
        unit = table.units.get(column)
        grid.add_row(letter, label, f"{column} x {unit.factor:f}" if unit else column, because)
    constants = source.entry.constants | (
        {"as_of": source.entry.as_of} if source.entry.as_of else {}
    )
    for name, text in constants.items():
        grid.add_row("-", "-", name, f"constant {text}")
    console.print(grid)


def _because(label: str, index: int, table: Table, source: Source) -> str:
    if index in table.header.unpivoted:
        return f"unpivot: {label!r} becomes a value"
    own = source.entry.columns.get(label) or source.entry.columns.get(label.rsplit("/")[-1])
    return SOURCES_FILE if own else f"label of contract {source.contract.name}"


def _print_rows(found: Preview, console: Console) -> None:
    if found.counts:
        counts = found.counts
        aside = ", ".join(f"{kind} {number}" for kind, number in found.set_aside)
        console.print(
            f"读取 read {counts.read} = 载入 loaded {counts.loaded}"
            f" + 拒绝 refused {counts.rejected} + 非数据行 set aside {counts.set_aside}"
            + (f" ({aside})" if aside else "")
        )
    _print_table(console, "首行 first rows", found.columns, found.rows)
    _print_table(
        console,
        "合计核对 stated totals",
        ["row", "column", "stated", "sum of rows", "difference"],
        found.totals,
    )
    _print_table(
        console,
        "拒绝 refused",
        ["row", "cell", "column", "found", "reason", "nearest", "do next"],
        found.rejects,
    )


def _print_table(
    console: Console, title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    listed = list(rows)
    if not listed:
        return
    grid = Grid(*columns, title=title, title_justify="left")
    for row in listed:
        grid.add_row(*("" if value is None else escape(_shown(value)) for value in row))
    console.print(grid)


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value)
