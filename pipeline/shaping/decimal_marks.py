"""Numbers that read two ways, 1.234 or 1,234: the other texts of their column tell, or none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.values.numbers import Mark, read_number

# One group of three behind a point: a thousand and more, or a number with three decimals.
POINT_BEFORE_THREE = r"-?[1-9]\d{0,2}\.\d{3}"


def decimal_mark(texts: Iterable[str]) -> Mark:
    """The mark before the decimals of a column, as far as its texts show it.

    Args:
        texts: Texts of the column that are no plain numbers.

    Returns:
        A comma where some texts can be read in no other way (1.234.567 or 3,5), and none can be
        read with a point alone; else a point.
    """
    listed = list(texts)
    readings = [(read_number(t), read_number(t, decimal=",")) for t in listed]
    with_comma = any(point is None and comma is not None for point, comma in readings)
    with_point = any(comma is None and point is not None for point, comma in readings)
    return "," if with_comma and not with_point else "."


def reads_two_ways(text: str, texts: Iterable[str], mark: Mark, *, is_count: bool) -> bool:
    """Whether a text may mean two numbers, and the texts beside it do not settle which.

    Args:
        text: The cell.
        texts: All texts of its column that are no plain numbers.
        mark: What ``decimal_mark`` says of them.
        is_count: Whether the column counts single things, so that three decimals are odd.
    """
    point, comma = read_number(text), read_number(text, decimal=",")
    if point is None or comma is None or point == comma or point.value == comma.value:
        return False
    listed = list(texts)
    if mark == ",":
        # A count has no three decimals; elsewhere another comma must stand before decimals.
        shows_comma = any("," in each and read_number(each) is None for each in listed)
        return "," in text and (is_count or not shows_comma)
    others = [(read_number(t), read_number(t, decimal=",")) for t in listed]
    if any(p is None and c is not None for p, c in others):
        return True  # the column has both marks
    is_group = re.fullmatch(POINT_BEFORE_THREE, text.strip()) is not None
    settled = any(c is None and p is not None for p, c in others)
    return is_count and is_group and not settled
