"""What dbt's project says of the marts: what a row is, what every column is called and means."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import Any

from pipeline.core.parsed_project import read_manifest


@dataclass(frozen=True)
class DescribedColumn:
    """A column of a mart as dbt's project describes it.

    Attributes:
        name: Its name.
        description: What it says, in English.
        data_type: Its type in the warehouse.
        is_required: Whether it is never null.
        meta: Header in each language (``zh``, ``en``), and where it has them ``unit``, ``codes``
            and ``bar``; the head of ``_marts.yml`` says what they mean.
    """

    name: str
    description: str
    data_type: str
    is_required: bool
    meta: dict[str, Any]


@dataclass(frozen=True)
class DescribedMart:
    """A mart as dbt's project describes it.

    Attributes:
        name: Its name.
        description: What a row is, then what it is for, in English.
        grain: Columns that tell its rows apart.
        sheet: Sheet of the workbook: ``title``, ``about`` and ``position``.
        columns: Its columns by name, in their order.
        figures: Columns whose figures have a lineage.
    """

    name: str
    description: str
    grain: tuple[str, ...]
    sheet: dict[str, Any]
    columns: dict[str, DescribedColumn]
    figures: tuple[str, ...]


@functools.cache
def described_marts() -> dict[str, DescribedMart]:
    """Every mart by name, in the order of the workbook, from dbt's own ``manifest.json``."""
    nodes = read_manifest()["nodes"].values()
    figures = {
        test["test_metadata"]["kwargs"]["mart"]: tuple(test["test_metadata"]["kwargs"]["columns"])
        for test in nodes
        if (test.get("test_metadata") or {}).get("name") == "has_lineage"
    }
    marts = [
        _describe(node, figures.get(node["name"], ()))
        for node in nodes
        if node["resource_type"] == "model" and node["schema"] == "marts"
    ]
    return {mart.name: mart for mart in sorted(marts, key=lambda mart: mart.sheet["position"])}


def _describe(model: dict[str, Any], figures: tuple[str, ...]) -> DescribedMart:
    meta = model["config"]["meta"]
    columns = [
        DescribedColumn(
            name=column["name"],
            description=column["description"],
            data_type=column["data_type"],
            is_required=any(rule["type"] == "not_null" for rule in column["constraints"]),
            meta=column["config"]["meta"],
        )
        for column in model["columns"].values()
    ]
    return DescribedMart(
        name=model["name"],
        description=model["description"],
        grain=tuple(meta["grain"]),
        sheet=meta["sheet"],
        columns={column.name: column for column in columns},
        figures=figures,
    )
