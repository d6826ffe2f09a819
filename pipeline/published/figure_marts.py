"""Marts whose figures have a lineage, and what tells the figures of each apart."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML

from pipeline.core.workspace import PROJECT_ROOT

DESCRIPTIONS = PROJECT_ROOT / "dbt_project" / "models" / "marts"
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
    found = {}
    for path in sorted(DESCRIPTIONS.glob("*.yml")):
        for model in YAML(typ="safe").load(path.read_text(encoding="utf-8"))["models"]:
            for test in model.get("data_tests", []):
                if "has_lineage" in test:
                    given = test["has_lineage"]["arguments"]
                    found[model["name"]] = FigureMart(
                        model["name"], tuple(given["grain"]), tuple(given["columns"])
                    )
    return {name: found[name] for name in ORDER}
