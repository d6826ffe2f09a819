"""Typed cells as the text that a person would type for them."""

from __future__ import annotations

import datetime as dt
import math
import re
from decimal import Decimal
from typing import Literal

Moment = Literal["date", "datetime", "time", "duration", "month", "year"]

_DAY = 86_400_000  # milliseconds; the fractions that programs store are exact to about one
_LAST_DAY = 2_958_465  # 9999-12-31
_LEAP_DAY = 60  # 1900-02-29, which was none; spreadsheets count it since Lotus 1-2-3

# Formats that workbooks use by number alone; 27 to 36 and 50 to 58 are those of Chinese Excel.
_DATES = {14, 15, 16, 28, 29, 30, 31, 51, 53, 54, 58}
_MONTHS = {17, 27, 36, 50, 52, 57}  # 2025年12月; of a month without a day the end is meant
_TIMES = {18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56}
_BUILTIN: dict[int, Moment] = {
    **dict.fromkeys(_DATES, "date"),
    **dict.fromkeys(_MONTHS, "month"),
    **dict.fromkeys(_TIMES, "time"),
    22: "datetime",
    46: "duration",
}

_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]')
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]")
_CLOCK = re.compile(r"am/pm|a/p|h|s")
_CALENDAR = re.compile(r"y|d|aaa")  # aaa is the day of the week in Chinese formats
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(\.\d+)?Z?)?")
_DURATION = re.compile(r"(-?)PT?(?:(\d+)D)?T?(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(\.\d+)?S)?")
_NUMBER = re.compile(r"([+-]?\d+)|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def number_text(stored: str | float) -> str:
    """Write a number with at most 15 significant digits, which is what spreadsheets show.

    Args:
        stored: As the file has it. Integers written in full keep all their digits: identity
            numbers have 18. What is no number stays as it is.
    """
    text = stored.strip() if isinstance(stored, str) else repr(stored)
    match = _NUMBER.fullmatch(text)
    if match is None or len(text) > 4000:
        return str(stored)
    if match[1]:
        return str(int(text))
    number = float(text)
    if number.is_integer():
        # above 2 ** 53 the nearest short decimal is what was typed, the binary one is not
        return str(int(number)) if abs(number) <= 2**53 else _in_full(repr(number))
    return _in_full(format(number, ".15g")) if math.isfinite(number) else text


def moment_of_format(number: int, code: str | None) -> Moment | None:
    """Tell what a number format makes of a number.

    Args:
        number: Of the format; some mean something without a code.
        code: As in ``yyyy-mm-dd``; None where the file has none.

    Returns:
        None for a format that shows a number.
    """
    if code is None:
        return _BUILTIN.get(number)
    plain = _LITERAL.sub("", code.lower()).partition(";")[0]
    if "general" in plain:
        return None
    if _ELAPSED.search(plain):
        return "duration"
    has_clock = _CLOCK.search(plain) is not None
    has_date = _CALENDAR.search(plain) is not None or (not has_clock and "m" in plain)
    if has_date and not has_clock and "y" in plain and "d" not in plain and "aaa" not in plain:
        return "month" if "m" in plain else "year"
    if has_date:
        return "datetime" if has_clock else "date"
    return "time" if has_clock else None


def moment_text(stored: str | float, moment: Moment, is_1904: bool) -> str:
    """Write the serial number of a date, a time or both.

    Args:
        stored: Days since the beginning of the date system.
        moment: What the format of the cell shows.
        is_1904: Whether the days count from 1904, as old versions for the Macintosh did.

    Returns:
        The number itself where no calendar has such a day.
    """
    try:
        serial = float(stored)
        days, rest = divmod(round(serial * _DAY), _DAY)
    except (ValueError, OverflowError):
        return str(stored)
    if moment == "duration" and 0 <= days <= _LAST_DAY:
        return _clock(rest, days * 24)
    if moment == "time" and days == 0:
        return _clock(rest)
    if days == 0 and not is_1904 and moment == "datetime":
        return _clock(rest)
    if days < (0 if is_1904 else 1) or days > _LAST_DAY - (1462 if is_1904 else 0):
        return number_text(stored)
    day = _day(days, is_1904)
    if moment in ("month", "year"):
        year, month, _ = day.split("-")
        return f"{year}年{int(month)}月" if moment == "month" else f"{year}年"
    return day + (f" {_clock(rest)}" if rest else "")


def iso_text(stored: str) -> str:
    """Write a date or time that the file has in ISO form; midnight is dropped."""
    match = _ISO.fullmatch(stored)
    if match is None:
        return stored
    date, clock, fraction = match.groups()
    fraction = (fraction or "").rstrip("0").rstrip(".")
    if clock is None or (clock == "00:00:00" and not fraction):
        return date
    return f"{date} {clock}{fraction}"


def duration_text(stored: str) -> str:
    """Write a length of time such as ``PT03H04M00S`` as ``03:04:00``."""
    match = _DURATION.fullmatch(stored)
    if match is None:
        return stored
    sign, days, hours, minutes, seconds, fraction = match.groups()
    total = int(days or 0) * 24 + int(hours or 0)
    fraction = (fraction or "").rstrip("0").rstrip(".")
    return f"{sign}{total:02}:{int(minutes or 0):02}:{int(seconds or 0):02}{fraction}"


def _in_full(digits: str) -> str:
    """Without an exponent, unless the zeros would fill the cell."""
    exponent = digits.partition("e")[2]
    return digits if not exponent or abs(int(exponent)) > 30 else format(Decimal(digits), "f")


def _day(days: int, is_1904: bool) -> str:
    if is_1904:
        return str(dt.date(1904, 1, 1) + dt.timedelta(days))
    if days == _LEAP_DAY:
        return "1900-02-29"  # what the sheet shows; that there was no such day is found later
    epoch = dt.date(1899, 12, 31) if days < _LEAP_DAY else dt.date(1899, 12, 30)
    return str(epoch + dt.timedelta(days))


def _clock(milliseconds: int, more_hours: int = 0) -> str:
    seconds, fraction = divmod(milliseconds, 1000)
    hours, seconds = divmod(seconds, 3600)
    text = f"{hours + more_hours:02}:{seconds // 60:02}:{seconds % 60:02}"
    return text + (f".{fraction:03}".rstrip("0") if fraction else "")


def mark_raised(before: str, text: str) -> str:
    """Write raised or lowered text so that it does not become part of the number before it.

    A footnote mark of 1904 becomes ``1904[1]``, a power ``10^4``, a unit ``m²``.
    """
    before, text = before.rstrip(), text.strip()
    if not before or not text[:1].isdigit():
        return text
    if re.search(r"(^|\D)10$", before):
        return f"^{text}"
    return {"2": "²", "3": "³"}.get(text, text) if before[-1] in "mM" else f"[{text}]"
