"""What the rest of the pipeline knows about the labels of columns."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.formats.pasted.ragged import RaggedRow
from pipeline.reading.formats.pasted.shapes import SILENT_SHAPES, YEAR_SHAPES, Shape, shape_of

# "any" is a column that is not loaded: its label is known, its cells may look like anything.
ColumnKind = Literal["number", "year", "date", "text", "any"]
Knows = Callable[[str], ColumnKind | None]
_LONGEST_LABEL = 80


class Labels:
    """What is known about labels of columns."""

    def __init__(self, knows: Knows, options: ReadOptions) -> None:
        """Remember answers, as ``knows`` may take its time."""
        self._knows, self._answers = knows, dict[str, ColumnKind | None]()
        self.header_rows = options.header_rows
        self.calendar = options.calendar

    def kind(self, *parts: str) -> ColumnKind | None:
        """What the cells below a label look like; its parts come from several header rows."""
        named = [part for part in parts if part]
        if not named:
            return None
        asked = ["/".join(named), named[-1]]
        if shape_of(named[-1]) in YEAR_SHAPES:
            asked.append(named[0])  # 托位数 above 2023年: the group says what the numbers are
        return next((kind for label in asked if (kind := self._ask(label)) is not None), None)

    def is_known(self, text: str) -> bool:
        """Whether a text is a known label."""
        return self._ask(text) is not None

    def count_known(self, row: RaggedRow) -> int:
        """How many labels of a row are known; 0 if the row cannot be one of labels.

        Years count once any label is known: they head the columns of a series.
        """
        if row.is_note or "date" in row.shapes:
            return 0
        known = years = 0
        for cell, shape in zip(row.filled, row.shapes, strict=True):
            if shape == "number" and cell[-1].isdecimal():  # 3岁 may be a label, 3 is none
                return 0
            known += shape in ("text", "number") and self.is_known(cell)
            years += shape in YEAR_SHAPES
        return known + years if known else 0

    def agree(self, kind: ColumnKind | None, shape: Shape) -> bool | None:
        """Whether a cell looks as its label says; None where that cannot be told."""
        if kind in (None, "any") or shape in SILENT_SHAPES:
            return None
        if kind == "text":
            return True if shape == "text" else None
        if kind == "date":
            return None if shape in YEAR_SHAPES else shape == "date"
        if kind == "year" and shape == "number":
            return self.calendar == "roc"
        return shape == "bare_year" or shape == kind

    def _ask(self, label: str) -> ColumnKind | None:
        if len(label) > _LONGEST_LABEL:
            return None
        if label not in self._answers:
            self._answers[label] = self._knows(label)
        return self._answers[label]
