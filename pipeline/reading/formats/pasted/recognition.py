"""Whether a text holds a pasted table at all."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from pipeline.reading.formats.pasted.lines import (
    FEWEST_CELLS,
    LINE_END,
    LONGEST_CELL,
    PIPE,
    PIPES,
    TAB,
    Line,
)
from pipeline.reading.formats.pasted.shapes import VALUE_SHAPES, shape_of

_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3})")
_SEPARATOR = re.compile(f"[,;\t{PIPES}]")
_REGULAR_SHARE = 0.8  # of the lines; cells of other lines may hold the delimiter too
_FEWEST_MARKED = 3  # lines; fewer are a menu or a path at the top of a page


def looks_pasted(text: str) -> bool:
    """Whether a text holds a pasted table rather than regular delimited records.

    Args:
        text: A whole file. Delimited records below a preamble of prose are regular.
    """
    lines = LINE_END.split(text)
    return _is_ragged(lines, PIPE, ",\t;") or _is_ragged(lines, TAB, ",;") or _has_cell_lines(lines)


def _is_ragged(lines: Sequence[str], mark: re.Pattern[str], others: str) -> bool:
    """Whether lines hold a delimiter so irregularly that they were no delimited file."""
    marked = [(number, line) for number, line in enumerate(lines) if mark.search(line)]
    if len(marked) < _FEWEST_MARKED or _is_quoted(marked, mark) or _is_regular(marked, others):
        return False
    counts = [len(mark.findall(line)) for _, line in marked]
    if mark is PIPE and set(counts) == {1}:
        return len(marked) >= FEWEST_CELLS and all(Line(*line).is_terminated for line in marked)
    if mark is PIPE and any("--" in line[1] and Line(*line, PIPE).is_rule for line in marked):
        return True
    return any(
        first != second and (below[0] == above[0] + 1 or _are_spaced(above, below))
        for (above, first), (below, second) in pairwise(zip(marked, counts, strict=True))
    )


def _are_spaced(above: tuple[int, str], below: tuple[int, str]) -> bool:
    """Whether two lines are cells with one other line between them."""
    return below[0] == above[0] + 2 and all(Line(*line).is_terminated for line in (above, below))


def _is_quoted(marked: Sequence[tuple[int, str]], mark: re.Pattern[str]) -> bool:
    """Whether quotes explain lines with more or fewer delimiters than others."""
    for _, line in marked:
        pieces = line.split('"')
        if len(pieces) % 2 == 0 or any(mark.search(piece) for piece in pieces[1::2]):
            return True
    return False


def _is_regular(marked: Sequence[tuple[int, str]], delimiters: str) -> bool:
    """Whether nearly all lines hold another delimiter equally often."""
    texts = [_THOUSANDS.sub("", line) if "," in line else line for _, line in marked]
    for delimiter in delimiters:
        (count, lines), *_ = Counter(text.count(delimiter) for text in texts).most_common(1)
        if count and lines >= _REGULAR_SHARE * len(texts):
            return True
    return False


def _has_cell_lines(lines: Sequence[str]) -> bool:
    """Whether texts and values take turns on short lines."""
    turns = values = length = 0
    above = ""
    for line in lines:
        text = line.strip()
        if not text:
            continue
        if len(text) > LONGEST_CELL or _SEPARATOR.search(_THOUSANDS.sub("", text)):
            turns = values = length = 0
            above = ""
            continue
        shape = shape_of(text)
        length += 1
        values += shape in VALUE_SHAPES
        turns += shape in VALUE_SHAPES and above == "text"
        above = shape
        if turns > 1 and length >= FEWEST_CELLS and values * 5 >= length:
            return True
    return False
