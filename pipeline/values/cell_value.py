"""What one cell says, and how its text is folded before a reader looks at it."""

from __future__ import annotations

import datetime as dt
import functools
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Generic, Literal, TypeVar

T = TypeVar("T")

# Longer texts are remarks, and bound the work of every pattern.
LONGEST_TEXT = 200

# Why a cell holds no figure. The signs are those of official statistics; see ``_MISSING_WORDS``.
Missing = Literal["dash", "not_applicable", "not_available", "suppressed", "unknown", "not_yet"]
# Why a table has none where its cell holds a text: beside these, what nobody can read as a value.
NOT_UNDERSTOOD = "not_understood"
# How the issuer hedged a figure. The number stands for the bound that is named.
Qualifier = Literal["about", "over", "under", "at_least", "at_most"]
# What the cell named; any but a day stands for its last day.
DatePart = Literal["day", "month", "quarter", "half", "year"]


@dataclass(frozen=True)
class Value(Generic[T]):
    """What one cell says.

    A text that says nothing of the wanted kind makes no ``Value``: it is refused with None.

    Attributes:
        value: What was read. None where ``missing`` says why, and for a range of numbers.
        missing: Why there is no figure; None where there is one. Never means zero.
        footnote: Mark that was taken off the end, as written; None where there was none.
    """

    value: T | None = None
    missing: Missing | None = None
    footnote: str | None = None


@dataclass(frozen=True)
class NumberValue(Value[Decimal]):
    """A number or a range of numbers, in single units: 42.3万人 is 423000.

    Attributes:
        qualifier: How the figure is hedged; None where it is stated plainly.
        low: Lower end of a range; None where the cell is no range.
        high: Upper end of a range, above ``low``; None where the cell is no range.
        unit: Noun or sign, without the word that scales: 人 of 万人, %, 托位/千人. None where
            the cell gives the number alone. Whether it fits the column is for the caller to judge.
        factor: What the written number was multiplied by: 10000 for 万, 0.01 for %. It is 1 for
            numerals that are spelled out or in several parts (三万六, 3万6千); for a range it is
            that of the upper end.
        precision: Step of the last digit written, in single units: 1000 for 42.3万, 1 for 1,904,
            0.0001 for 33.18%, 10 for 一百二十; for a range the larger one. None where ``missing``.
    """

    qualifier: Qualifier | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    factor: Decimal = Decimal(1)
    precision: Decimal | None = None


@dataclass(frozen=True)
class DateValue(Value[dt.date]):
    """A day, or the last day of a longer time: figures as of a month stand for its end.

    Attributes:
        part: What the cell named; None where ``missing``.
    """

    part: DatePart | None = None


# Signs that fill a cell which has no figure. Meanings follow the tables of signs that statistical
# offices print (NBS and GB/T 1.1 in China, Destatis, Eurostat): a dash is either "nothing" or "no
# data" depending on the issuer, so it is kept as a dash. The point stands for "unknown or
# confidential" in German tables; either way there is no figure. 无 and nil are not listed: they
# say "none" as often as "no data", and a number must not be guessed from them.
_MISSING_WORDS: dict[Missing, str] = {
    "not_applicable": "/ \\ 不适用 不適用 免填 不涉及",
    "not_available": ". .. na n/a n.a. #n/a null none nan 无数据 無資料",
    "suppressed": "\u00d7 x 保密 涉密 秘",
    "unknown": "不详 不詳 未知 不明 unbekannt unknown",
    "not_yet": (
        "暂无 暫無 暂缺 待定 待统计 待統計 未统计 未統計 未报 未填 缺 缺失 未定 未公布 tbd k.a."
    ),
}
_REASONS: dict[str, Missing] = {
    word: reason for reason, words in _MISSING_WORDS.items() for word in words.split()
}


def _characters_of_no_word() -> str:
    """Regular expression of a character that no word for a missing figure holds.

    Such are digits, and the ideographs that no word is written with: folding leaves both alone.
    """
    used = {ord(c) for word in _REASONS for c in word if "\u4e00" <= c <= "\u9fff"}
    edges = [0x4DFF, *sorted(used), 0xA000]
    ranges = [f"{chr(a + 1)}-{chr(b - 1)}" for a, b in pairwise(edges) if b - a > 1]
    return f"[0-9{''.join(ranges)}]"


NEVER_MISSING = _characters_of_no_word()
# Hyphens, dashes, the minus sign and the line of box drawings; never U+4E00, the numeral one.
_RUNS: tuple[tuple[re.Pattern[str], Missing], ...] = (
    (re.compile(r"[-\u2010-\u2015\u2212\u2500]+"), "dash"),
    (re.compile(r"\.{3,}|\u3002{2,}|\u22ef+"), "not_available"),
    (re.compile(r"\*{3,}"), "suppressed"),
    (re.compile(r"\?+"), "unknown"),
)

_SUPERSCRIPT = "\u2070\u00b9\u00b2\u00b3\u2074-\u2079"
_FOOTNOTE = re.compile(
    rf"""\s* (?P<marks> (?:
        [\[\u3014\u3010] (?: 注\d{{0,2}} | \d{{1,2}} | [a-z*] ) [\]\u3015\u3011]
        | \( (?: 注\d{{0,2}} | \* ) \)
        | 注\d{{0,2}}
        | \*{{1,3}} | [\u2020\u2021\u203b]
        | [\u2460-\u2487\u24ea-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]  # circled numbers
        | (?<! m ) [{_SUPERSCRIPT}]{{1,2}} \u207e?                           # but not of m\u00b2
    ){{1,3}} ) $""",
    re.ASCII | re.VERBOSE,
)
# Ten to some power, unless a bracket shows that the digits above are a mark.
_POWER_OF_TEN = re.compile(rf"(?:^|\D)10[{_SUPERSCRIPT}]+(?![{_SUPERSCRIPT}\u207e])", re.ASCII)

_INVISIBLE = dict.fromkeys(
    [0xAD, 0x180E, *range(0x200B, 0x2010), 0x2060, 0xFEFF, *range(0xFE00, 0xFE10)]
)


def fold(text: str) -> str:
    """Trim a text and fold its width, for parsing only.

    Superscripts, circled numbers, fractions and squared units stay: NFKC would turn them into
    digits, and a footnote mark into part of the number.

    Returns:
        The folded text; empty where there is nothing to see.
    """
    visible = text.translate(_INVISIBLE).strip()
    if visible.isascii():
        return visible
    return "".join(map(_fold_character, unicodedata.normalize("NFC", visible))).strip()


@functools.lru_cache(maxsize=4096)
def _fold_character(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character)
    category = unicodedata.category(character)
    if category in ("No", "Nl") or "\u2070" <= character <= "\u209f":
        return character
    # Squares such as ㎡. Radicals, which PDF files give for 二 or 日, are folded.
    if category == "So" and any(part.isdecimal() or part in "()" for part in folded):
        return character
    return folded


def take_footnote(folded: str) -> tuple[str, str | None]:
    """Take the marks of footnotes off the end of a folded text.

    A bare number in brackets is left: it may be a mark or a second figure.

    Returns:
        The rest, and the marks as written or None where there are none.
    """
    found = _FOOTNOTE.search(folded)
    if not found or _POWER_OF_TEN.search(folded):
        return folded, None
    return folded[: found.start()], found["marks"]


def missing_reason(folded: str) -> Missing | None:
    """Say why a folded text is no figure; None where it may be one."""
    word = re.sub(r"\s+", "", folded.casefold())  # cells of two signs are often spaced out
    reason = _REASONS.get(word)
    if reason:
        return reason
    return next((code for pattern, code in _RUNS if pattern.fullmatch(word)), None)


def open_text(text: str) -> tuple[str, str | None, Missing | None]:
    """Fold a text, take off its footnote mark and see whether it says why there is no figure.

    Returns:
        The rest, empty where the text is too long; the mark; the reason.
    """
    if len(text) > LONGEST_TEXT:
        return "", None, None
    folded = fold(text)
    reason = missing_reason(folded)  # before the mark is taken: *** is a word, not three marks
    if reason:
        return folded, None, reason
    bare, footnote = take_footnote(folded)
    return bare, footnote, missing_reason(bare)


def read_missing(text: str) -> Missing | None:
    """Say why a cell of any type holds nothing.

    Args:
        text: The cell, as written; blank cells are the caller's.

    Returns:
        Code of the reason; None where the cell says something.
    """
    return missing_reason(fold(text)) if len(text) <= LONGEST_TEXT else None
