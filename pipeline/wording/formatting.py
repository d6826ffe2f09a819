"""Numbers, dates and hedges as readers of each language expect them; null never becomes one."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from pipeline.values.shown import Count, Figure, Ordinal, is_marking, unmarked
from pipeline.wording.labels import label, unit_word
from pipeline.wording.texts import chinese, join, language, mark_figure, mark_number, say

DECIMALS = {"places_per_1000": 2, "places_per_child": 3}
WHOLE = {"residents", "children"}
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
EXACT_DIGITS = 10  # more are the noise of a double
SHORT_HASH = 12  # characters of a checksum: enough to tell builds apart, short enough to read out


def number(value: Figure, unit: str, qualifier: str | None = None) -> str:
    """Write a value without its unit word; shares as percentages.

    Args:
        value: In the unit of the indicator, shares 0 to 1. Null is refused by its type: callers
            say in words why a value is missing.
        unit: Unit code, such as ``places_per_1000``.
        qualifier: How the issuer hedged the figure; None for an exact one.

    Returns:
        For example ``1,892``, ``约3.00`` (in English ``about 3.00``), ``24.1%``.
    """
    if unit == "ratio":
        text = f"{100 * value:,.1f}%"
    elif unit in DECIMALS:
        text = f"{value:,.{DECIMALS[unit]}f}"
    else:
        # half a child comes from bands of ages; the basis beside it says that it is modelled
        text = f"{value:,.0f}" if unit in WHOLE or float(value).is_integer() else f"{value:,.1f}"
    text = mark_figure(text, value)
    if qualifier is None:
        return text
    return say("number.hedged", qualifier=label("qualifier", qualifier), number=text)


def count(value: Count | Figure) -> str:
    """Write how many there are of something that a text or a heading names, such as ``1,892``."""
    return mark_number(f"{value:,.0f}", value)


def degrees(value: Figure) -> str:
    """Write a longitude or latitude, to about ten metres."""
    return mark_figure(f"{value:.4f}", value)


def exact(value: Figure) -> str:
    """Write a value of any unit with all digits that say something."""
    return mark_figure(f"{value:,.{EXACT_DIGITS}g}", value)


def signed(value: Figure) -> str:
    """Write a whole difference with its sign."""
    return mark_figure(f"{value:+,.0f}", value)


def factor(value: int) -> str:
    """Write a number that a formula itself holds, such as the ``1,000`` of a rate."""
    return mark_number(f"{value:,}", value)


def unrounded(value: Figure, unit: str) -> str | None:
    """Write a value with all digits that say something; None where ``number`` shows them all."""
    scale, sign = (100, "%") if unit == "ratio" else (1, "")
    with unmarked():
        shown = float(number(value, unit).rstrip("%").replace(",", ""))
    digits = f"{scale * value:,.{EXACT_DIGITS}g}"
    return digits + sign if float(digits.replace(",", "")) != shown else None


def quantity(value: Figure, unit: str, qualifier: str | None = None) -> str:
    """Write a value with its unit word, for example ``1,892 个``, in English ``1,892 places``."""
    text = number(value, unit, qualifier)
    # added rather than formatted, so that markup stays markup
    return text if unit == "ratio" else text + " " + unit_word(unit, value)


def points(share: Figure) -> str:
    """Write a difference between shares (0 to 1) in percentage points."""
    return say("number.points", points=mark_figure(f"{100 * share:,.1f}", share, "*100"))


def people(value: Figure) -> str:
    """Write a number of persons."""
    return quantity(value, "residents")


def year_of(year: Ordinal | None) -> str:
    """Write a year; of a count of people it may be unknown."""
    return say("number.year_unknown") if year is None else say("number.year", year=year)


def end_of(year: Ordinal) -> str:
    """Write the last day of a year."""
    return say("number.end_of_year", year=year)


def in_brackets(words: str, more: str) -> str:
    """Write something with a remark in brackets behind it."""
    return say("number.in_brackets", words=words, more=more)


def people_in(value: Figure, count_year: Ordinal | None) -> str:
    """Write a number of persons with the year of the count."""
    return in_brackets(people(value), year_of(count_year))


def day(date: dt.date | None) -> str:
    """Write a date: ``2023-12-31``, in English ``31 December 2023``."""
    if date is None:
        return say("number.date_unknown")
    # not strftime's %B, which follows the machine's locale
    words = f"{date.day} {MONTHS[date.month - 1]} {date.year}" if language() == "en" else str(date)
    return Markup('<time datetime="{}">{}</time>').format(date, words) if is_marking() else words


def span(first: str, last: str) -> str:
    """Write the dates or years that a chart covers, for its caption."""
    if first == last:
        return say("number.one_date", date=first)
    return say("number.period", first=first, last=last)


def with_unit(name: str, unit: str) -> str:
    """Write what a column or an axis shows, with its unit: ``托位数（个）``."""
    words = unit_beside(name, unit)
    return say("number.with_unit", name=name, unit=words) if words else name


def unit_beside(name: str, unit: str) -> str:
    """Word for a unit beside the name of what is counted; empty where an English name says it."""
    words = label("unit", unit)
    return "" if language() == "en" and words in name.lower() else words


def quoted(title: str) -> str:
    """Write the title of a document, which stays Chinese."""
    return say("number.title", title=chinese(title))


def quoted_all(titles: set[str]) -> str:
    """Write the titles of several documents."""
    return join("items", [quoted(title) for title in sorted(titles)])


def place_words(locator: str | None) -> str:
    """Write where in a document a figure stands, as its issuer says it."""
    return say("value.no_locator") if locator is None else chinese(locator)


def short_hash(checksum: str) -> str:
    """First characters of a checksum."""
    return checksum[:SHORT_HASH]
