"""Units as files write them: a scaling word such as 万, and a noun or sign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from ruamel.yaml import YAML

from pipeline.contracts.header_labels import normalise_label

_SPEC: dict[str, Any] = YAML(typ="safe").load(Path(__file__).with_name("units.yml"))
SCALE_WORDS: dict[str, int] = _SPEC["scales"]
SHARE_WORDS = {word: Decimal(share) for word, share in _SPEC["shares"].items()}
# Unit of the contracts -> words by which files may give it, without scales.
UNIT_NOUNS: dict[str, list[str]] = _SPEC["units"]
_PLACE = r"^(?:单位|計量單位|單位|计量单位|Unit|Einheit)\s*[:\uff1a]?\s*"
_IN_BRACKETS = re.compile(
    r"(?P<label>.+?)[(\uff08\[\u3010](?P<unit>[^()\uff08\uff09]+)[)\uff09\]\u3011]"
)


@dataclass(frozen=True)
class Unit:
    """A unit in which a column counts.

    Attributes:
        text: As the file gives it, for example 万人.
        factor: What a number is multiplied by to stand in the unit of the contract.
        where: Who says so: the header, a line of the file, or the entry of ``sources.yml``.
    """

    text: str
    factor: Decimal
    where: Literal["header", "line", "entry"]


def words_of(unit: str, nouns: list[str]) -> dict[str, Decimal]:
    """Every way to write a unit, with the factor that turns it into the unit itself.

    Args:
        unit: Our name of the unit.
        nouns: Words by which files give it.
    """
    words = {normalise_label(unit): Decimal(1)}
    for noun in nouns:
        words[normalise_label(noun)] = Decimal(1)
        for scale, factor in SCALE_WORDS.items():
            words[normalise_label(scale + noun)] = Decimal(factor)
            if unit != "ratio":
                words[normalise_label(scale)] = Decimal(factor)
    if unit == "ratio":
        words |= SHARE_WORDS
    return words


def split_label(label: str) -> tuple[str, str | None]:
    """Part a header label such as 常住人口(万人) into label and what stands in brackets."""
    found = _IN_BRACKETS.fullmatch(label)
    if not found:
        return label, None
    unit = re.sub(_PLACE, "", found["unit"], flags=re.IGNORECASE)
    return found["label"], unit
