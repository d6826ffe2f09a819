"""Answers what changed since the build before: which figures, by how much, because of what."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from pipeline.published.figure_marts import figure_marts
from pipeline.published.set_comparison import Comparison, Move, compare_sets
from pipeline.reporting.formulas import figure_name, figure_unit
from pipeline.reporting.markup import Column, Html, paragraphs, stack, table
from pipeline.reporting.overview import Overview
from pipeline.values.shown import Figure, Place, count_of, place_figure
from pipeline.wording.formatting import day, quantity
from pipeline.wording.texts import chinese, join, mark_number, say

MOST_MOVES = 30  # `python -m pipeline diff --all` shows the rest
# figures that readers look at first; others follow from them
FIRST_MARTS = ("indicator_values", "target_gaps", "region_years")


def load_changes(marts: str, previous: str) -> Comparison | None:
    """Compare a set with the one that was published before it.

    Args:
        marts: Folder of the set that the page belongs to.
        previous: Folder of the set before; blank for none.

    Returns:
        What differs; None where there was no set before.
    """
    if not previous or not (Path(previous) / "manifest.json").is_file():
        return None
    return compare_sets(Path(previous), Path(marts))


def in_words(found: Comparison | None) -> Html | None:
    """How many figures moved, appeared and vanished, and which sources changed."""
    if found is None:
        return paragraphs([say("changes.first")])
    reasons = [chinese(source) for source in found.sources]
    if found.code_changed:
        reasons.append(say("changes.code"))
    because = say("changes.because", reasons=join("items", reasons)) if reasons else ""
    if not found.moves:
        return paragraphs(filter(None, [say("changes.none"), because]))
    sentence = say(
        "changes.some",
        **{
            kind: count_of([move for move in found.moves if _kind(move) == kind])
            for kind in ("moved", "appeared", "vanished")
        },
    )
    return paragraphs(filter(None, [sentence, because]))


def move_table(found: Comparison | None, overview: Overview) -> Html | None:
    """The figures that moved, those of real regions first; None where none did."""
    if found is None or not found.moves:
        return None
    regions = overview.regions.by_code
    known = [move for move in found.moves if move.grain["region_code"] in regions]
    known.sort(
        key=lambda move: (
            regions[move.grain["region_code"]]["is_fictional"],
            move.mart not in FIRST_MARTS,
        )
    )
    shown = known[:MOST_MOVES]
    rows = [
        [
            chinese(regions[move.grain["region_code"]]["region_name"]),
            figure_name(move.mart, dict(move.grain), move.column),
            _when(move),
            _value(move, move.old, "previous/"),
            _value(move, move.new),
            join("items", [_cause(cause) for cause in move.causes]),
        ]
        for move in shown
    ]
    columns = [
        Column(say("changes.region")),
        Column(say("changes.figure")),
        Column(say("changes.when"), keeps_line=True),
        Column(say("changes.before"), is_number=True),
        Column(say("changes.now"), is_number=True),
        Column(say("changes.cause")),
    ]
    listed = table(columns, rows, name=say("changes.name"))
    rest = [move for move in found.moves if move not in shown]
    return stack([listed, paragraphs([say("changes.rest", count=count_of(rest))] if rest else [])])


def _kind(move: Move) -> str:
    return "appeared" if move.old is None else "vanished" if move.new is None else "moved"


def _when(move: Move) -> str:
    """Its date or year."""
    if "-" in move.when:
        return day(dt.date.fromisoformat(move.when))
    return mark_number(move.when, 0) if move.when else ""


def _value(move: Move, value: Figure | None, folder: str = "") -> str:
    """A figure of the set now, or in a folder of its own of the set before."""
    if value is None:
        return say("changes.nothing")
    key = tuple(move.grain[part] for part in figure_marts()[move.mart].grain)
    value = place_figure(value, Place(f"{folder}{move.mart}", move.column, key))
    return quantity(value, figure_unit(move.mart, dict(move.grain), move.column))


def _cause(cause: str) -> str:
    if cause in ("definition", "elsewhere"):
        return say(f"changes.{cause}")
    return chinese(cause)
