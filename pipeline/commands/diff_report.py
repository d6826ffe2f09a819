"""Prints which published figures moved, and why."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.core.messages import Message
from pipeline.core.workspace import Workspace
from pipeline.published.lookup import measure_name
from pipeline.published.read_marts import Marts, Regions
from pipeline.published.set_comparison import DATES, Comparison, Move

SHOWN_MOVES = 50
# What of a source changed, and causes that are no source.
CHANGES = {
    "file": Message("diff.file"),
    "entry": Message("diff.entry"),
    "added": Message("diff.added"),
    "removed": Message("diff.removed"),
}
CAUSES = {"definition": Message("diff.definition"), "elsewhere": Message("diff.elsewhere")}
OWN_HEADING = ("region_code", "indicator", *DATES)


def print_comparison(
    found: Comparison | None, workspace: Workspace, console: Console, *, show_all: bool
) -> None:
    """Print the sources that changed, then the figures that moved with their causes."""
    if found is None:
        console.print(str(Message("diff.no_build_before")))
        return
    changed = [
        Message("diff.source", source=source, what=[CHANGES[part] for part in parts])
        for source, parts in found.sources.items()
    ]
    if found.code_changed:
        changed.append(Message("diff.code"))
    line = Message("diff.changed", sources=changed or Message("diff.nothing"))
    console.print(str(line), markup=False, soft_wrap=True)
    for mart in found.incomparable:
        console.print(str(Message("diff.incomparable", mart=mart)))
    _print_counts(found, console)
    if not found.moves:
        return
    regions = Regions.of(Marts(workspace.marts)).by_code
    headings = (Message("diff.region"), Message("diff.figure"), Message("diff.date"))
    table = Table(*map(str, headings))
    for heading in (Message("diff.old"), Message("diff.new"), Message("diff.difference")):
        table.add_column(str(heading), justify="right")
    table.add_column(str(Message("diff.because")))
    shown = found.moves if show_all else found.moves[:SHOWN_MOVES]
    for move in shown:
        code = move.grain["region_code"]
        name = regions[code]["region_name"] if code in regions else ""  # it may have vanished
        difference = "" if move.difference is None else _shown(move.difference, "+")
        table.add_row(
            *(escape(text) for text in (f"{name} {code}".strip(), _figure(move))),
            move.when,
            "—" if move.old is None else _shown(move.old),
            "—" if move.new is None else _shown(move.new),
            difference,
            str(Message("diff.causes", causes=[CAUSES.get(one, one) for one in move.causes])),
        )
    console.print(table)
    if len(shown) < len(found.moves):
        rest = len(found.moves) - len(shown)
        console.print(str(Message("diff.more", number=rest)))


def _print_counts(found: Comparison, console: Console) -> None:
    appeared = sum(move.old is None for move in found.moves)
    vanished = sum(move.new is None for move in found.moves)
    moved = len(found.moves) - appeared - vanished
    counts = Message("diff.counts", moved=moved, appeared=appeared, vanished=vanished)
    console.print(str(counts))


def _figure(move: Move) -> str:
    """For example ``托位数 indicator_values.value places stock counted filed``."""
    indicator = move.grain.get("indicator")
    rest = [value for key, value in move.grain.items() if key not in OWN_HEADING]
    parts = [measure_name(indicator or move.column), f"{move.mart}.{move.column}", indicator, *rest]
    return " ".join(dict.fromkeys(part for part in parts if part))


def _shown(value: float, sign: str = "") -> str:
    """A number as it is, without the digits that binary fractions add."""
    return f"{round(value, 6):{sign},.10g}"
