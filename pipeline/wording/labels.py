"""Words for the codes that marts hold, in the language that is spoken."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.contracts import load_contracts
from pipeline.language import LANGUAGES
from pipeline.wording.errors import UnknownLabelError
from pipeline.wording.texts import in_sentence, language, say

LABELS_FILE = Path(__file__).parent / "labels.yml"


def load_labels() -> dict[str, dict[str, str]]:
    """Labels in the language that is spoken: table -> code -> words."""
    return _load_labels()[language()]


@functools.cache
def _load_labels() -> dict[str, dict[str, dict[str, str]]]:
    """Language -> table -> code -> words."""
    return {
        spoken: {
            table: {code: entry[spoken] for code, entry in codes.items()}
            for table, codes in _load_entries().items()
        }
        for spoken in LANGUAGES
    }


@functools.cache
def _load_entries() -> dict[str, dict[str, Any]]:
    """Table -> code -> language -> words."""
    entries: dict[str, dict[str, Any]] = YAML(typ="safe").load(LABELS_FILE)
    return entries


def label(table: str, code: object) -> str:
    """Put a code into words.

    Args:
        table: Table of ``labels.yml``, such as ``status``.
        code: Code as a mart holds it.

    Returns:
        The words in the language that is spoken.

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
        return str(indicator(code)["label" if language() == "zh" else "label_en"])
    return label("measure", code)


def measure_in_sentence(code: str) -> str:
    """The same within a sentence."""
    return in_sentence(measure_label(code))


def column_label(name: str, contract: str | None = None) -> str:
    """Chinese header of a contract's column; its English name in English and where it has none.

    Args:
        name: The column.
        contract: Its contract; None for the first contract that has such a column.
    """
    if language() == "en":
        return name.replace("_", " ").capitalize()
    known = load_contracts().by_name
    for one in [known[contract]] if contract else known.values():
        column = one.columns.get(name)
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


def unit_word(unit: str, value: float) -> str:
    """Word for a unit behind a number, in English singular or plural.

    Raises:
        UnknownLabelError: There is no such unit.
    """
    words = label("unit", unit)
    if language() == "en" and value == 1:
        return str(_load_entries()["unit"][unit].get("one", words))
    return words


def missing_reason(code: str, reason: object) -> str:
    """Why an indicator has no value, for example ``未报告托位数``."""
    spec = indicator(code)
    parts = {
        part: measure_in_sentence(spec[part]) if part in spec else ""
        for part in ("numerator", "denominator")
    }
    return label("missing_reason", reason).format(**parts)


def no_value(code: str, reason: object) -> str:
    """What stands where an indicator has no value: never a blank, never 0."""
    return say(
        "value.missing",
        missing=label("value_origin", "missing"),
        reason=missing_reason(code, reason),
    )
