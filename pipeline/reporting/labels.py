"""Chinese words for the codes that marts hold."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.contracts import load_contracts
from pipeline.reporting.errors import UnknownLabelError

LABELS_FILE = Path(__file__).parent / "labels.yml"


@functools.cache
def load_labels() -> dict[str, dict[str, str]]:
    """Load the label table: table -> code -> Chinese words."""
    labels: dict[str, dict[str, str]] = YAML(typ="safe").load(LABELS_FILE)
    return labels


def label(table: str, code: object) -> str:
    """Put a code into words.

    Args:
        table: Table of ``labels.yml``, such as ``status``.
        code: Code as a mart holds it.

    Returns:
        The Chinese words.

    Raises:
        UnknownLabelError: The table has no such code; null is not a code either.
    """
    try:
        return load_labels()[table][str(code)]
    except KeyError:
        raise UnknownLabelError(table, code) from None


def indicator(code: str) -> dict[str, Any]:
    """Definition of an indicator, as in ``contracts/indicators.yml``.

    Raises:
        UnknownLabelError: No such indicator.
    """
    try:
        return load_contracts().indicators[code]
    except KeyError:
        raise UnknownLabelError("indicator", code) from None


def indicator_order(code: str) -> int:
    """Position of an indicator in its definitions, by which tables are sorted."""
    return list(load_contracts().indicators).index(code)


def measure_label(code: str) -> str:
    """Name of an indicator, or of a part of a formula that is not one."""
    if code in load_contracts().indicators:
        return str(indicator(code)["label"])
    return label("measure", code)


def column_label(name: str) -> str:
    """Chinese header of a contract's column; its English name where it has none."""
    for contract in load_contracts().by_name.values():
        column = contract.columns.get(name)
        chinese = [text for text in (column.labels if column else ()) if not text.isascii()]
        if chinese:
            return chinese[0]
    return name


def measure_unit(code: str) -> str:
    """Unit code of an indicator, of a population measure or of a ledger cell."""
    if code in load_contracts().indicators:
        return str(indicator(code)["unit"])
    label("measure", code)
    if code.endswith("_ratio"):
        return "ratio"
    return (
        "places"
        if code in {"ledger_places", "stated_total_places", "stated_total"}
        else "residents"
    )


def missing_reason(code: str, reason: object) -> str:
    """Why an indicator has no value, for example ``未报告托位数``."""
    spec = indicator(code)
    parts = {
        part: measure_label(spec[part]) if part in spec else ""
        for part in ("numerator", "denominator")
    }
    return label("missing_reason", reason).format(**parts)


def no_value(code: str, reason: object) -> str:
    """What stands where an indicator has no value: never a blank, never 0."""
    return f"{label('value_origin', 'missing')}：{missing_reason(code, reason)}"
