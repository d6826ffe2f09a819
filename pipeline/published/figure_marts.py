"""Marts whose figures have a lineage, and what tells the figures of each apart."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.wording.mart_dictionary import described_marts

ORDER = (
    "region_years",
    "indicator_values",
    "headline_variants",
    "target_gaps",
    "quota_progress",
    "quota_totals",
    "target_paths",
    "town_gaps",
)


@dataclass(frozen=True)
class FigureMart:
    """A mart whose figures have a lineage.

    Attributes:
        name: Name of the mart.
        grain: Columns that tell its rows apart.
        columns: Columns that hold figures.
    """

    name: str
    grain: tuple[str, ...]
    columns: tuple[str, ...]

    def key(self, row: Mapping[str, Any]) -> str:
        """Identity of the figures of a row within the mart, as ``figure_lineage`` writes it."""
        return "|".join("" if row[part] is None else str(row[part]) for part in self.grain)


@functools.cache
def figure_marts() -> dict[str, FigureMart]:
    """Marts with figures, the plainest first, as dbt's test ``has_lineage`` describes them."""
    marts = described_marts()
    return {name: FigureMart(name, marts[name].grain, marts[name].figures) for name in ORDER}
