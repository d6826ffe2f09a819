"""Units as files write them: a scaling word such as 万, and a noun or sign."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from pipeline.contracts.header_labels import normalise_label

_SCALES = {
    "十": 10**1,
    "百": 10**2,
    "千": 10**3,
    "万": 10**4,
    "萬": 10**4,
    "十万": 10**5,
    "百万": 10**6,
    "千万": 10**7,
    "亿": 10**8,
    "億": 10**8,
}
_SHARES = {
    "%": Decimal("0.01"),
    "\u2030": Decimal("0.001"),
    "百分比": Decimal("0.01"),
    "成": Decimal("0.1"),
}
_PLACE = r"(?:单位|計量單位|單位|计量单位|Unit|Einheit)\s*[:\uff1a]\s*"
_UNIT_LINE = re.compile(
    _PLACE.replace(":\\uff1a]", ":\\uff1a]?") + r"(?P<units>[^)\uff09\]\u3011\s:\uff1a]+)",
    re.IGNORECASE,
)
# a scaled unit alone in its row, or in brackets behind a title
_SCALED = r"[(\uff08]((?:[十百千万亿萬億]+[^()\uff08\uff09]{0,4}|%|\u2030))[)\uff09]"
_SCALED_UNIT = re.compile(f"{_SCALED}$|^{_SCALED}")
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
        for scale, factor in _SCALES.items():
            words[normalise_label(scale + noun)] = Decimal(factor)
            if unit != "ratio":
                words[normalise_label(scale)] = Decimal(factor)
    if unit == "ratio":
        words |= _SHARES
    return words


def is_scaled(text: str) -> bool:
    """Whether a unit has a scaling word or is a share, so that overlooking it would be wrong."""
    text = normalise_label(text)
    return text in _SHARES or any(text.startswith(scale) for scale in _SCALES)


def split_label(label: str) -> tuple[str, str | None]:
    """Part a header label such as 常住人口(万人) into label and what stands in brackets."""
    found = _IN_BRACKETS.fullmatch(label)
    if not found:
        return label, None
    unit = re.sub("^" + _PLACE, "", found["unit"])
    return found["label"], unit


def units_stated_in(text: str) -> list[str]:
    """Units that a line such as 单位:万人、元 states for a whole table."""
    found = _UNIT_LINE.search(text)
    if found:
        return [part for part in re.split(r"[、,\uff0c;\uff1b]", found["units"]) if part]
    scaled = _SCALED_UNIT.search("".join(text.split()))
    return [next(filter(None, scaled.groups()))] if scaled else []
