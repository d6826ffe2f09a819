"""Prints which published figures moved, and why."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.core.workspace import Workspace
from pipeline.published.lookup import measure_name
from pipeline.published.read_marts import Marts, Regions
from pipeline.published.set_comparison import DATES, Comparison, Move

SHOWN_MOVES = 50
OWN_HEADING = ("region_code", "indicator", *DATES)


def print_comparison(
    found: Comparison | None, workspace: Workspace, console: Console, *, show_all: bool
) -> None:
    """Print the sources that changed, then the figures that moved with their causes."""
    if found is None:
        console.print("没有上一次的发布 no build before this one; nothing to compare")
        return
    changed = [f"{source} ({what})" for source, what in found.sources.items()]
    if found.code_changed:
        changed.append("代码或定义 code or definitions")
    listed = ", ".join(changed) or "无 nothing"
    console.print(f"变化的来源 changed: {listed}", markup=False, soft_wrap=True)
    for mart in found.incomparable:
        console.print(f"{mart}: 结构不同，无法比较 of another grain than before; not compared")
    _print_counts(found, console)
    if not found.moves:
        return
    regions = Regions.of(Marts(workspace.marts)).by_code
    table = Table("地区 region", "数字 figure", "日期 date")
    for heading in ("旧 old", "新 new", "差 difference"):
        table.add_column(heading, justify="right")
    table.add_column("原因 because of")
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
            ", ".join(move.causes),
        )
    console.print(table)
    if len(shown) < len(found.moves):
        rest = len(found.moves) - len(shown)
        console.print(f"另有 {rest:,} 个 {rest:,} more; --all shows them")


def _print_counts(found: Comparison, console: Console) -> None:
    appeared = sum(move.old is None for move in found.moves)
    vanished = sum(move.new is None for move in found.moves)
    moved = len(found.moves) - appeared - vanished
    console.print(f"变动 moved {moved:,}, 新出现 appeared {appeared:,}, 消失 vanished {vanished:,}")


def _figure(move: Move) -> str:
    """For example ``托位数 indicator_values.value places stock counted filed``."""
    indicator = move.grain.get("indicator")
    rest = [value for key, value in move.grain.items() if key not in OWN_HEADING]
    parts = [measure_name(indicator or move.column), f"{move.mart}.{move.column}", indicator, *rest]
    return " ".join(dict.fromkeys(part for part in parts if part))


def _shown(value: float, sign: str = "") -> str:
    """A number as it is, without the digits that binary fractions add."""
    return f"{round(value, 6):{sign},.10g}"
