"""Ways in which the labels of a header may stand above the columns."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from pipeline.core.messages import Message
from pipeline.reading.formats.pasted.ragged import RaggedRow
from pipeline.reading.formats.pasted.refusal import refuse_two_lines

_MOST_LAYOUTS = 1_000  # ways to set the labels of a header that are worth trying


@dataclass(frozen=True)
class Layout:
    """Where the labels of a header stand.

    Attributes:
        sizes: Columns below each label of the upper row; empty where labels stand as written.
        parts: Labels above each column, from top to bottom.
    """

    sizes: tuple[int, ...]
    parts: tuple[tuple[str, ...], ...]


def layouts_of(top: RaggedRow, sub: RaggedRow, width: int) -> Iterator[Layout]:
    """Ways to set the labels of two header rows."""
    if min(len(top.cells), len(sub.cells)) >= width and (sub.own >= width or not sub.cells[0]):
        yield _as_written(top.cells[:width], sub.cells[:width])
    upper, lower = top.filled, sub.filled
    groups = len(upper) + len(lower) - width
    if not (all(upper) and all(lower) and 0 < groups <= min(len(upper), len(lower) // 2)):
        return
    ways = math.comb(len(upper), groups) * math.comb(len(lower) - groups - 1, groups - 1)
    if ways > _MOST_LAYOUTS:
        refuse_two_lines(top.line, sub.line, Message("pasted.too_many_ways"))
    for chosen in combinations(range(len(upper)), groups):
        for parts in _split(len(lower), groups):
            sizes = [1] * len(upper)
            for place, size in zip(chosen, parts, strict=True):
                sizes[place] = size
            layout = _grouped(upper, lower, sizes)
            grouped = [part for part in layout.parts if len(part) > 1]
            if len(set(grouped)) == len(grouped):  # no label twice in one group
                yield layout


def _split(cells: int, groups: int) -> Iterator[list[int]]:
    """Ways to split cells into groups of at least two."""
    spare = cells - groups  # with one cell a group set aside, the rest are groups of at least one
    for cuts in combinations(range(1, spare), groups - 1):
        yield [stop - start + 1 for start, stop in pairwise((0, *cuts, spare))]


def _as_written(upper: Sequence[str], lower: Sequence[str]) -> Layout:
    parts: list[tuple[str, ...]] = []
    group = ""
    for above, below in zip(upper, lower, strict=True):
        group = above or group
        parts.append((group, below) if below else (above,))
    return Layout((), tuple(parts))


def _grouped(upper: Sequence[str], lower: Sequence[str], sizes: Sequence[int]) -> Layout:
    rest = iter(lower)
    parts: list[tuple[str, ...]] = []
    for label, size in zip(upper, sizes, strict=True):
        parts += [(label,)] if size == 1 else [(label, next(rest)) for _ in range(size)]
    return Layout(tuple(sizes), tuple(parts))
