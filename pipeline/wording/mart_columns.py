"""What the columns of marts are called, and what dbt says about them."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.language import LANGUAGES
from pipeline.wording.errors import UnknownLabelError
from pipeline.wording.formatting import with_unit
from pipeline.wording.mart_dictionary import described_marts
from pipeline.wording.texts import language, say

MARTS_FILE = "dbt_project/models/marts/_marts.yml"
WORKBOOK_COLUMNS = Path(__file__).parent / "workbook_columns.yml"
UNITS_OF_THE_INDICATOR = ("indicator", "indicator_per_year")  # the row's indicator tells them
# units that no header shows
UNIT_CODES = {"year", "quarter", "row", "rows", "degrees", "counted", "figure"}.union(
    UNITS_OF_THE_INDICATOR
)


@dataclass(frozen=True)
class MartColumn:
    """How workbook and pages name a column of a mart.

    Attributes:
        name: Its name in the mart.
        label: Its name in the language that is spoken.
        unit: Unit code; None for a plain number and for text.
        codes: What puts its codes into words: a table of ``labels.yml``, or a reader of
            ``pipeline.workbook.words``; None for none.
        bar: Whether the workbook draws data bars.
        description: What it says, in English, as in dbt's YAML; empty for a column of the
            workbook's own.
    """

    name: str
    label: str
    unit: str | None = None
    codes: str | None = None
    bar: bool = False
    description: str = ""

    @property
    def header(self) -> str:
        """Its name with the unit."""
        if self.unit is None or self.unit in UNIT_CODES:
            return self.label
        return with_unit(self.label, self.unit)

    @property
    def note(self) -> str:
        """What hovers over the header."""
        return "\n".join(
            filter(
                None, [self.label, say("workbook.column_name", name=self.name), self.description]
            )
        )


@dataclass(frozen=True)
class SheetSpec:
    """A sheet that shows a mart.

    Attributes:
        mart: Name of the mart.
        title: Name of the sheet.
        about: What it holds, for the cover.
    """

    mart: str
    title: str
    about: str


def load_sheets() -> list[SheetSpec]:
    """Marts that the workbook shows, in its order."""
    return [
        SheetSpec(mart.name, mart.sheet["title"], mart.sheet["about"])
        for mart in described_marts().values()
    ]


def load_column(mart: str, name: str) -> MartColumn:
    """How a column of a mart is shown.

    Args:
        mart: Name of the mart.
        name: Column of the mart, or one that the workbook adds.

    Raises:
        UnknownLabelError: Neither dbt's project nor ``workbook_columns.yml`` names it.
    """
    marts = described_marts()
    described = marts[mart].columns.get(name) if mart in marts else None
    spec = described.meta if described else _load_added_columns().get(name)
    if spec is None:
        raise UnknownLabelError("columns", f"{mart}.{name}", MARTS_FILE)
    shown = {key: value for key, value in spec.items() if key not in LANGUAGES}
    return MartColumn(
        name, spec[language()], **shown, description=described.description if described else ""
    )


@functools.cache
def _load_added_columns() -> dict[str, Any]:
    """Columns that the workbook adds to a mart: its own, or those of another mart."""
    own: dict[str, Any] = YAML(typ="safe").load(WORKBOOK_COLUMNS)
    marts = reversed(described_marts().values())  # the first mart that has a name says what it is
    return {name: column.meta for mart in marts for name, column in mart.columns.items()} | own
