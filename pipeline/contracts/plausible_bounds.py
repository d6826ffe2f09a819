"""What a figure can be, by measure and level of its region."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

_BOUNDS = ("unusual_below", "unusual_above", "impossible_above")


@dataclass(frozen=True)
class PlausibleBound:
    """What a figure of a region can be.

    Attributes:
        measure: An indicator, a column of a contract, or a rate of two of them.
        level: Level of the region.
        numerator: Measure that is divided, for a rate; None for one that is held as it is.
        denominator: Measure that it is divided by; None likewise.
        unusual_below: Less, other than 0, is to be looked at; None where nothing is.
        unusual_above: More is to be looked at; None where nothing is.
        impossible_above: No region of the level can have more; None where all is possible.
    """

    measure: str
    level: str
    numerator: str | None
    denominator: str | None
    unusual_below: Decimal | None
    unusual_above: Decimal | None
    impossible_above: Decimal | None


def read_plausible_bounds(
    specs: Mapping[str, Mapping[str, Any]], levels: Iterable[str]
) -> tuple[PlausibleBound, ...]:
    """Bounds of every measure at every level that has some.

    Args:
        specs: As in ``plausible_bounds.yml``.
        levels: All levels of regions; ``every_level`` stands for them.

    Raises:
        ValueError: A level or a bound that there is not, or bounds out of order.
    """
    levels = tuple(levels)
    found = []
    for measure, spec in specs.items():
        per = spec.get("per", {})
        for level, bounds in spec.items():
            if level == "per":
                continue
            if level not in (*levels, "every_level") or not set(bounds) <= set(_BOUNDS):
                msg = f"plausible_bounds.yml: {measure!r} has no such level or bound: {level!r}"
                raise ValueError(msg)
            numbers = [Decimal(str(bounds[b])) if b in bounds else None for b in _BOUNDS]
            given = [number for number in numbers if number is not None]
            if given != sorted(given):
                msg = f"plausible_bounds.yml: bounds of {measure!r} at {level!r} are out of order"
                raise ValueError(msg)
            found += [
                PlausibleBound(
                    measure, each, per.get("numerator"), per.get("denominator"), *numbers
                )
                for each in (levels if level == "every_level" else (level,))
            ]
    return tuple(found)
