"""Writes the types of the rows of marts, ``rows.py``, from what dbt says of their columns.

``python -m pipeline.published.row_types`` after a column of a mart changed; a test says so, too.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.wording.mart_dictionary import DescribedColumn, DescribedMart, described_marts

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
    marts = [mart for _, mart in sorted(described_marts().items())]
    parts = [HEAD, *(_describe(mart) for mart in marts)]
    names = "".join(f'    {_class_name(mart)}: "{mart.name}",\n' for mart in marts)
    parts.append(f"\n\nMART_OF: dict[type, str] = {{\n{names}}}\n")
    return "".join(parts)


def _describe(mart: DescribedMart) -> str:
    columns = "".join(f"    {column.name}: {_type(column)}\n" for column in mart.columns.values())
    described = f'    """A row of mart ``{mart.name}``; its grain is {", ".join(mart.grain)}."""\n'
    if len(described) > 100:
        described = f'    """A row of mart ``{mart.name}``."""\n'
    return f"\n\n@final\nclass {_class_name(mart)}(TypedDict):\n{described}\n{columns}"


def _class_name(mart: DescribedMart) -> str:
    return "".join(word.capitalize() for word in mart.name.split("_")) + "Row"


def _type(column: DescribedColumn) -> str:
    plain = "Ordinal" if column.name in ORDINALS else TYPES[column.data_type]
    return plain if column.is_required else f"{plain} | None"


if __name__ == "__main__":
    FILE.write_text(describe_rows(), encoding="utf-8", newline="\n")
