"""Years and dates as tables write them, in the calendars that they use."""

from __future__ import annotations

import calendar as calendars
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Literal

from pipeline.values.cell_value import DatePart, DateValue, Value, open_text
from pipeline.values.words import DIGIT_NUMERALS, digits_of, read_numeral

Calendar = Literal["gregorian", "roc"]
DateOrder = Literal["ymd", "dmy", "mdy"]
DateSystem = Literal[1900, 1904]
_YEAR_LAST_ORDERS: tuple[DateOrder, ...] = ("dmy", "mdy")

# A year of another century is a number that strayed into the column.
_YEARS = range(1900, 2100)
# Of each era the year before its first, and the number of its last.
_ERAS = {
    "中华民国": (1911, 188),
    "民国": (1911, 188),
    "令和": (2018, 81),
    "平成": (1988, 31),
    "昭和": (1925, 64),
    "大正": (1911, 15),
}
_TRADITIONAL = str.maketrans("國華號", "国华号")
# The calendar of the Republic of China; bare years of it are read only where it is declared.
_ROC_OFFSET = 1911

# A circle is often typed for the zero of 二〇二三.
_NUMERAL = rf"[{DIGIT_NUMERALS}\u25cb]{{2,4}}|[{DIGIT_NUMERALS}十百]{{1,6}}"
_SMALL = rf"(?:\d{{1,2}}|[{DIGIT_NUMERALS}十廿]{{1,3}})"
_ERA = rf"(?P<era>{'|'.join(_ERAS)})?\s?"
_YEAR = rf"{_ERA}(?P<year>\d{{1,4}}|元|{_NUMERAL})"
_ONLY_YEAR = re.compile(rf"{_YEAR}(?:\s?(?P<suffix>年度?|年[底末]|\.0+))?", re.ASCII)
_MONTH = re.compile(
    rf"{_YEAR}\s?年\s?(?P<month>{_SMALL})\s?月(?:[份底末]?|\s?(?P<day>{_SMALL})\s?[日号]?)",
    re.ASCII,
)
_QUARTER = re.compile(
    rf"{_YEAR}\s?(?:年\s?第?(?P<han>[一二三四1-4])季度?|[年-]?\s?[Qq](?P<latin>[1-4]))", re.ASCII
)
_HALF = re.compile(rf"{_YEAR}\s?年\s?(?P<half>[上下])半年", re.ASCII)
_SEPARATED = re.compile(
    rf"{_ERA}(?P<year>\d{{1,4}})"
    r"(?P<mark>[-/.])(?P<month>\d{1,2})(?:(?P=mark)(?P<day>\d{1,2}))?",
    re.ASCII,
)
_JOINED = re.compile(r"(?P<year>\d{3,4})(?P<month>\d\d)(?P<day>\d\d)", re.ASCII)
_JOINED_MONTH = re.compile(r"(?P<year>\d{4})(?P<month>\d\d)", re.ASCII)
_YEAR_LAST = re.compile(
    r"(?P<first>\d{1,2})(?P<mark>[-/.])(?P<second>\d{1,2})(?P=mark)(?P<year>\d{4})", re.ASCII
)
_SERIAL = re.compile(r"(?P<days>\d{1,5})(?:\.\d+)?", re.ASCII)
# Without an offset: 16:00Z is the next day in China, and the zone that was meant is not known.
_TIMED = re.compile(
    r"(?P<day>.*[\d日号])(?:T|\s{1,2})(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?", re.ASCII
)


def read_year(text: str, *, calendar: Calendar = "gregorian") -> Value[int] | None:
    """Read a calendar year.

    Args:
        text: The cell, as written.
        calendar: How years of two or three digits count where they name no era.

    Returns:
        The Gregorian year, 1900 to 2099, or why it is missing; None where the text is no year.
        Two digits, school years and fiscal years are refused.
    """
    bare, footnote, missing = open_text(text)
    if missing:
        return Value(missing=missing, footnote=footnote)
    year = _read_only_year(bare.translate(_TRADITIONAL), calendar)
    return None if year is None else Value(year, footnote=footnote)


def read_date(
    text: str,
    *,
    calendar: Calendar = "gregorian",
    date_order: DateOrder = "ymd",
    date_system: DateSystem | None = None,
) -> DateValue | None:
    """Read a day, or the last day of a month, quarter, half or year.

    Args:
        text: The cell, as written; a time of day is dropped.
        calendar: How years of two or three digits count where they name no era.
        date_order: Order of dates whose year comes last. With "ymd" only dots are read, which
            part day, month and year in German.
        date_system: Epoch of Excel's serial numbers; None refuses them.

    Returns:
        The day, within 1900 to 2099, or why it is missing; None where the text is no date or may
        be read in two ways, which is refused.
    """
    bare, footnote, missing = open_text(text)
    if missing:
        return DateValue(missing=missing, footnote=footnote)
    bare = bare.translate(_TRADITIONAL)
    serial = _SERIAL.fullmatch(bare)
    if serial and date_system:
        date = _from_serial(serial["days"], calendar, date_system)
    elif timed := _TIMED.fullmatch(bare):
        date = _read_day(timed["day"], calendar, date_order)
        date = date if date and date.part == "day" else None
    else:
        date = _read_day(bare, calendar, date_order) or _read_longer(bare, calendar)
    return replace(date, footnote=footnote) if date else None


def order_that_texts_tell(texts: Iterable[str]) -> DateOrder | None:
    """Tell whether the days or the months come first in dates whose year comes last.

    Args:
        texts: Cells of one column, as written.

    Returns:
        The order in which every such date is a day, if one of them is none in the other order:
        13/04/2025 tells what 03/04/2025 means. None where nothing tells, or two dates disagree.
    """
    told: set[DateOrder] = set()
    for text in texts:
        orders: list[DateOrder] = [
            order for order in _YEAR_LAST_ORDERS if read_date(text, date_order=order)
        ]
        if len(orders) == 1:
            told.update(orders)
    return told.pop() if len(told) == 1 else None


def _read_day(text: str, calendar: Calendar, order: DateOrder) -> DateValue | None:
    """Read a day, or a month in one of the forms that may go on to a day."""
    found = _MONTH.fullmatch(text) or _SEPARATED.fullmatch(text)
    if found:
        return _from_parts(found, calendar)
    if found := _JOINED.fullmatch(text):
        return _on(_to_year(None, found["year"], calendar), int(found["month"]), int(found["day"]))
    found = _YEAR_LAST.fullmatch(text)
    if not found or (order == "ymd" and found["mark"] != "."):
        return None
    first, second = int(found["first"]), int(found["second"])
    month, day = (first, second) if order == "mdy" else (second, first)
    return _on(_to_year(None, found["year"], calendar), month, day)


def _from_parts(found: re.Match[str], calendar: Calendar) -> DateValue | None:
    year = _to_year(found["era"], found["year"], calendar)
    month = _to_number(found["month"])
    if found["day"]:
        return _on(year, month, _to_number(found["day"]))
    mark = found.groupdict().get("mark")
    return None if mark and _may_be_no_month(found) else _end_of(year, month, "month")


def _may_be_no_month(found: re.Match[str]) -> bool:
    """Tell forms that say more than a month: a bare year of another calendar, or two years.

    2023.1 is what Excel leaves of 2023.10, and 2008/09 is the school year of two autumns.
    """
    year, mark, month = found["year"], found["mark"], found["month"]
    if not found["era"] and len(year) != 4:
        return True
    return (mark == "." and month == "1") or (
        mark == "/" and len(month) == 2 and int(month) == (int(year) + 1) % 100
    )


def _read_longer(text: str, calendar: Calendar) -> DateValue | None:
    """Read a month in six digits, a quarter, a half or a year."""
    part: DatePart
    if found := _JOINED_MONTH.fullmatch(text):
        month, part = int(found["month"]), "month"
    elif found := _QUARTER.fullmatch(text):
        number = found["latin"] or found["han"]
        month, part = 3 * (_to_number(number) or 0), "quarter"
    elif found := _HALF.fullmatch(text):
        month, part = 6 if found["half"] == "上" else 12, "half"
    else:
        return _end_of(_read_only_year(text, calendar), 12, "year")
    era = found.groupdict().get("era")
    return _end_of(_to_year(era, found["year"], calendar), month, part)


def _read_only_year(text: str, calendar: Calendar) -> int | None:
    found = _ONLY_YEAR.fullmatch(text)
    if not found:
        return None
    era, suffix = found["era"], found["suffix"] or ""
    # 年度 of a Japanese era ends in March; only a bare number of four digits comes from Excel.
    fiscal = suffix == "年度" and era and not era.endswith("民国")
    odd = suffix.startswith(".") and (era or len(found["year"]) != 4)
    return None if fiscal or odd else _to_year(era, found["year"], calendar)


def _to_year(era: str | None, written: str, calendar: Calendar) -> int | None:
    """The Gregorian year; None where the number does not name one in its era or calendar."""
    digits = digits_of(written)
    if era:
        before, last = _ERAS[era]
        number = 1 if written == "元" else _to_number(digits or written)
        year = before + number if number and number <= last else None
    elif digits and len(digits) == 4:
        year = int(digits)
    elif written.isdecimal() and len(written) in (2, 3) and calendar == "roc":
        year = _ROC_OFFSET + int(written)
    else:
        return None
    return year if year in _YEARS else None


def _to_number(written: str) -> int | None:
    return int(written) if written.isascii() else read_numeral(written)


def _from_serial(days: str, calendar: Calendar, system: DateSystem) -> DateValue | None:
    """Read a serial number of Excel; one that is a year as well is refused.

    The system of 1900 counts a 29 February 1900, which there was not, as day 60.
    """
    serial = int(days)
    if _to_year(None, days, calendar) or not 1 <= serial < 80000:
        return None
    if system == 1904:
        date = dt.date(1904, 1, 1) + dt.timedelta(serial)
    elif serial == 60:
        return None
    else:
        date = dt.date(1899, 12, 31 if serial < 60 else 30) + dt.timedelta(serial)
    return DateValue(date, part="day") if date.year in _YEARS else None


def _on(year: int | None, month: int | None, day: int | None) -> DateValue | None:
    """The day; None where the calendar has no such day."""
    if year is None or month is None or day is None:
        return None
    try:
        return DateValue(dt.date(year, month, day), part="day")
    except ValueError:
        return None


def _end_of(year: int | None, month: int | None, part: DatePart) -> DateValue | None:
    """The last day of a time that ends with a month."""
    if year is None or month is None or not 1 <= month <= 12:
        return None
    return DateValue(dt.date(year, month, calendars.monthrange(year, month)[1]), part=part)
