"""Numbers that read two ways: the other numbers of their column tell which is meant, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.values.cell_value import NumberValue
from pipeline.values.numbers import Mark, read_number

# One group of three behind a point: a thousand and more, or a number with three decimals.
POINT_BEFORE_THREE = r"-?[1-9]\d{0,2}\.\d{3}"
# Decimals behind a point, however the other numbers are written.
POINT_ELSEWHERE = r"-?\d+\.(\d{1,2}|\d{4,})"
# So few digits that beside 3万 they may mean 万 as well.
FEW_DIGITS = r"[1-9]\d{0,2}(\.\d{1,4})?"
_LARGE_SCALE = 1000
_FEWEST_FRACTIONS = 2  # one is a slip
_LIKELY_SPREAD = 100  # between the numbers of the regions of one table


@dataclass(frozen=True)
class Evidence:
    """What the texts of a column that are no plain numbers say together.

    Attributes:
        is_count: Whether it counts single things, so that no number has decimals.
        has_comma: Whether some text can only be read with a comma before decimals: 1.234.567, 3,5.
        has_point: Whether some text can only be read with a point before decimals.
        shows_comma: Whether some text has a comma before decimals, where none reads otherwise.
        scale: Largest scale that cells bring themselves (10000 of 3万人); 1 where none does.
        largest: Largest number with such a scale, or with decimals where most have some.
        is_torn: Whether most commas of a count stand before decimals, though a count has none: then
            another one is no sign of thousands.
        fractions: How many numbers of a count have decimals.
    """

    is_count: bool
    has_comma: bool = False
    has_point: bool = False
    shows_comma: bool = False
    scale: Decimal = Decimal(1)
    largest: Decimal = Decimal(0)
    is_torn: bool = False
    fractions: int = 0

    @property
    def mark(self) -> Mark:
        """The mark before the decimals of the column."""
        return "," if self.has_comma and not self.has_point else "."

    def is_ambiguous(self, text: str) -> bool:
        """Whether a text may mean two numbers, and the texts beside it do not settle which."""
        point, comma = read_number(text), read_number(text, decimal=",")
        if self.is_count and self.largest and point and point.value and point.factor == 1:
            scaled = point.value * self.scale
            is_few = re.fullmatch(FEW_DIGITS, text.strip()) is not None
            if is_few and scaled <= _LIKELY_SPREAD * self.largest:
                return True
        if self.is_torn and "," in text:
            return True
        if point is None or comma is None or point.value == comma.value:
            return False
        if self.has_comma and self.has_point:
            return True
        if self.mark == ",":
            # A count has no decimals; elsewhere another comma must stand before some.
            return "," in text and (self.is_count or not self.shows_comma)
        is_group = re.fullmatch(POINT_BEFORE_THREE, text.strip()) is not None
        return self.is_count and is_group and not self.has_point


def weigh(texts: Iterable[str], *, is_count: bool) -> Evidence:
    """What texts of a column say together.

    Args:
        texts: Its distinct texts that are no plain numbers.
        is_count: Whether it counts single things.
    """
    has_comma = has_point = shows_comma = False
    grouped = misfits = fractions = 0
    scale, largest = Decimal(1), Decimal(0)
    for text in texts:
        point = read_number(text)
        if point and point.value is not None and point.factor >= _LARGE_SCALE:
            scale, largest = max(scale, point.factor), max(largest, point.value)
        if "," not in text and "." not in text:
            continue
        fractions += _is_fraction(point)
        comma = read_number(text, decimal=",")
        if point is None and comma is not None and _fits(comma.value, is_count=is_count):
            has_comma = True
            shows_comma |= "," in text
        elif comma is None and point is not None and _fits(point.value, is_count=is_count):
            has_point = True
        misfits += "," in text and point is None and comma is not None
        grouped += "," in text and point is not None
    is_torn = is_count and misfits > grouped
    return Evidence(
        is_count, has_comma, has_point, shows_comma, scale, largest, is_torn, fractions * is_count
    )


def weigh_fractions(evidence: Evidence, texts: Iterable[str], distinct: int) -> Evidence:
    """Let the decimals of a count speak, if most of its numbers have some: its unit is not stated.

    Args:
        evidence: What the texts say together.
        texts: Those that are no plain numbers.
        distinct: How many distinct texts the column has.
    """
    if evidence.fractions < _FEWEST_FRACTIONS or evidence.fractions * 2 < distinct:
        return evidence
    numbers = [number for text in texts if _is_fraction(number := read_number(text))]
    largest = max(number.value for number in numbers if number and number.value is not None)
    return replace(evidence, largest=max(evidence.largest, largest))


def _is_fraction(number: NumberValue | None) -> bool:
    """Whether a number without a scale of its own has decimals other than 0."""
    if number is None or number.value is None or number.factor != 1:
        return False
    return bool(number.value != number.value.to_integral_value())


def _fits(value: Decimal | None, *, is_count: bool) -> bool:
    return value is None or not is_count or value == value.to_integral_value()
