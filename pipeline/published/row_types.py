"""Writes the types of the rows of marts, ``rows.py``, from what dbt's YAML says of their columns.

``python -m pipeline.published.row_types`` after a column of a mart changed; a test says so, too.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.published.figure_marts import DESCRIPTIONS

FILE = Path(__file__).parent / "rows.py"
HEAD = '''\
"""Rows of the published marts, made by ``row_types.py`` from dbt's YAML; edited there alone."""

from __future__ import annotations

import datetime as dt
from typing import TypedDict, final

from pipeline.values.shown import Figure, Ordinal
'''
# A column of whole years is an integer, what is counted a bigint.
TYPES = {
    "varchar": "str",
    "boolean": "bool",
    "date": "dt.date",
    "integer": "Ordinal",
    "bigint": "Figure",
    "double": "Figure",
}
ORDINALS = {"source_row", "quarter"}


def describe_rows() -> str:
    """The text of ``rows.py``."""
    models = [
        model
        for path in sorted(DESCRIPTIONS.glob("*.yml"))
        for model in YAML(typ="safe").load(path.read_text(encoding="utf-8")).get("models", [])
    ]
    models.sort(key=lambda model: str(model["name"]))
    parts = [HEAD, *(_describe(model) for model in models)]
    names = "".join(f'    {_class_name(model)}: "{model["name"]}",\n' for model in models)
    parts.append(f"\n\nMART_OF: dict[type, str] = {{\n{names}}}\n")
    return "".join(parts)


def _describe(model: dict[str, Any]) -> str:
    columns = "".join(f"    {column['name']}: {_type(column)}\n" for column in model["columns"])
    grain = ", ".join(model["config"]["meta"]["grain"])
    described = f'    """A row of mart ``{model["name"]}``; its grain is {grain}."""\n'
    if len(described) > 100:
        described = f'    """A row of mart ``{model["name"]}``."""\n'
    return f"\n\n@final\nclass {_class_name(model)}(TypedDict):\n{described}\n{columns}"


def _class_name(model: dict[str, Any]) -> str:
    words = str(model["name"]).split("_")
    return "".join(word.capitalize() for word in words) + "Row"


def _type(column: dict[str, Any]) -> str:
    plain = "Ordinal" if column["name"] in ORDINALS else TYPES[column["data_type"]]
    is_required = {"type": "not_null"} in column.get("constraints", [])
    return plain if is_required else f"{plain} | None"


if __name__ == "__main__":
    FILE.write_text(describe_rows(), encoding="utf-8", newline="\n")
