"""Which rows are headers, of one row or of two."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.reading.formats.pasted.labels import Labels
from pipeline.reading.formats.pasted.ragged import RaggedRow
from pipeline.reading.formats.pasted.shapes import YEAR_SHAPES


def find_headers(rows: Sequence[RaggedRow], labels: Labels) -> list[tuple[int, int | None]]:
    """Upper and lower row of each header; None where it has one row."""
    headers: list[tuple[int, int | None]] = []
    index = 0
    while index < len(rows):
        known = labels.count_known(rows[index])
        sub = _find_lower(rows, index, labels) if known else None
        if sub is not None:
            known += labels.count_known(rows[sub]) or len(rows[sub].filled)
        if known > 1 and sum(map(bool, rows[index].cells)) > 1:
            headers.append((index, sub))
            index = index if sub is None else sub
        index += 1
    return headers


def _find_lower(rows: Sequence[RaggedRow], top: int, labels: Labels) -> int | None:
    """Second row of the header that begins at ``top``."""
    if labels.header_rows == 1:
        return None
    after = range(top + 1, min(top + 3, len(rows)))  # a rule line may stand between the two
    index = next((index for index in after if not rows[index].is_note), None)
    if index is None or labels.header_rows == 2:
        return index
    shapes = [shape for shape in rows[index].shapes if shape != "blank"]
    is_years = len(shapes) > 1 and YEAR_SHAPES.issuperset(shapes)
    return index if is_years or labels.count_known(rows[index]) else None
