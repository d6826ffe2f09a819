"""What the columns of marts are called, and what dbt says about them."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.core.workspace import PROJECT_ROOT
from pipeline.language import LANGUAGES
from pipeline.wording.errors import UnknownLabelError
from pipeline.wording.formatting import with_unit
from pipeline.wording.texts import language, say

COLUMNS_FILE = Path(__file__).parent / "columns.yml"
MART_MODELS = PROJECT_ROOT / "dbt_project" / "models" / "marts"
_DOC_BLOCK = re.compile(r"{% docs (\w+) %}\s*(.*?)\s*{% enddocs %}", re.DOTALL)
_DOC_CALL = re.compile(r"""{{ doc\(["'](\w+)["']\) }}""")
UNIT_CODES = {"year", "row", "degrees", "indicator", "figure"}  # units that no header shows


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
    return [SheetSpec(mart, **spec) for mart, spec in _load_table()["sheets"].items()]


def load_column(mart: str, name: str) -> MartColumn:
    """How a column of a mart is shown.

    Args:
        mart: Name of the mart.
        name: Column of the mart, or one that the workbook adds.

    Raises:
        UnknownLabelError: ``columns.yml`` does not name it.
    """
    table = _load_table()
    own = (table["marts"].get(mart) or {}).get("columns", {})
    spec = own.get(name) or table["columns"].get(name)
    if spec is None:
        raise UnknownLabelError("columns", f"{mart}.{name}", "columns.yml")
    shown = {key: value for key, value in spec.items() if key not in LANGUAGES}
    return MartColumn(
        name, spec[language()], **shown, description=_load_descriptions().get((mart, name), "")
    )


@functools.cache
def _load_table() -> dict[str, Any]:
    table: dict[str, Any] = YAML(typ="safe").load(COLUMNS_FILE)
    return table


@functools.cache
def _load_descriptions() -> dict[tuple[str, str], str]:
    """Mart and column -> description, the doc blocks that dbt's YAML refers to filled in."""
    blocks: dict[str, str] = {}
    for path in sorted(MART_MODELS.glob("*.md")):
        for name, text in _DOC_BLOCK.findall(path.read_text(encoding="utf-8")):
            blocks[name] = " ".join(text.split())
    return {
        (model["name"], column["name"]): _DOC_CALL.sub(
            lambda call: blocks.get(call[1], ""), column["description"]
        )
        for path in sorted(MART_MODELS.glob("*.yml"))
        for model in YAML(typ="safe").load(path)["models"]
        for column in model["columns"]
    }
