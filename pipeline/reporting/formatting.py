"""Numbers, dates and hedges as a Chinese reader expects them; null never becomes a number."""

from __future__ import annotations

import datetime as dt

from pipeline.reporting.labels import label

Number = int | float

DECIMALS = {"places_per_1000": 2, "places_per_child": 3}
WHOLE = {"residents", "children"}
SHORT_HASH = 12  # characters of a checksum: enough to tell builds apart, short enough to read out


def number(value: Number, unit: str, qualifier: str | None = None) -> str:
    """Write a value without its unit word; shares as percentages.

    Args:
        value: In the unit of the indicator, shares 0 to 1. Null is refused by its type: callers
            say in words why a value is missing.
        unit: Unit code, such as ``places_per_1000``.
        qualifier: How the issuer hedged the figure; None for an exact one.

    Returns:
        For example ``1,892``, ``约3.00``, ``24.1%``.
    """
    if unit == "ratio":
        text = f"{100 * value:,.1f}%"
    elif unit in DECIMALS:
        text = f"{value:,.{DECIMALS[unit]}f}"
    else:
        # half a child comes from bands of ages; the basis beside it says that it is modelled
        text = f"{value:,.0f}" if unit in WHOLE or float(value).is_integer() else f"{value:,.1f}"
    return (label("qualifier", qualifier) if qualifier else "") + text


def quantity(value: Number, unit: str, qualifier: str | None = None) -> str:
    """Write a value with its unit word, for example ``1,892 个``."""
    text = number(value, unit, qualifier)
    return text if unit == "ratio" else f"{text} {label('unit', unit)}"


def people(value: Number) -> str:
    """Write a number of persons."""
    return quantity(value, "residents")


def year_of(count_year: int | None) -> str:
    """Write the year of a count of people."""
    return "年份未知" if count_year is None else f"{count_year}年"


def people_in(value: Number, count_year: int | None) -> str:
    """Write a number of persons with the year of the count."""
    return f"{people(value)}（{year_of(count_year)}）"


def day(date: dt.date | None) -> str:
    """Write a date."""
    return "日期未知" if date is None else date.isoformat()


def span(first: object, last: object) -> str:
    """Write the dates or years that a chart covers, for its caption."""
    return f"时间：{first}。" if first == last else f"时间：{first} 至 {last}。"


def short_hash(checksum: str) -> str:
    """First characters of a checksum."""
    return checksum[:SHORT_HASH]
