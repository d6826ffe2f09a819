"""Numbers as tables write them, read exactly or refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from pipeline.values.cell_value import NumberValue, Qualifier, open_text
from pipeline.values.words import (
    DIGIT_NUMERALS,
    HAN_SCALE,
    HEDGES_AFTER,
    LATIN_SCALE,
    NUMERAL_CHARACTERS,
    digits_of,
    power_of,
    read_numeral,
    read_parts,
    take_hedges,
)

Mark = Literal[".", ","]

# What decimal(24, 6) of schema raw takes before the point.
_TOO_LARGE = Decimal(10) ** 15

_SHARES = {"%": -2, "‰": -3, "‱": -4, "成": -1}  # 三成 is three tenths
_SHARES_BEFORE = {"百分之": "%", "千分之": "‰", "万分之": "‱", "萬分之": "‱"}

# A unit is a noun, perhaps per another: a numeral in it would belong to the number, a blank or a
# stop would make it a sentence, and so do the particles. Squares (㎡) are not folded but listed.
_LETTER = "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3"
_NOT_IN_NOUN = "兆京십백천만억조的了是为在和与及或之不注前后起底至到以上下左右约近超逾"
_NOUN = (
    rf"(?:k?m[23\u00b2\u00b3]|[\u3371-\u33df]|[¥€$£₩]"
    rf"|(?:(?![{NUMERAL_CHARACTERS}{_NOT_IN_NOUN}])[{_LETTER}]){{1,8}})"
)
_UNIT = rf"[%‰‱成]|(?!成)(?:{_NOUN})?(?:[/·每](?:十万|百万|[百千万])?{_NOUN}){{0,2}}"
_LONGEST_UNIT = 12
# Scales in disguise, never units: in Chinese web text w is 万.
_NO_UNITS = {"e", "k", "w", "mn", "mln", "mill", "bn", "billion", "billions", "hundred", "dozen"}
# Only these begin a unit after a spelled-out numeral: 一般, 三级 and 九月 are words, not numbers.
_COUNTED = frozenset("人名个個家所元圆岁歲位张張次间間户戶亩畝处處例件套台辆栋米托%‰‱成")

_SIGNED = re.compile(
    r"(?P<sign>[-\u2212+负負]|[△▲]\s?)?(?:(?P<currency>[¥€$£₩])\s?)?(?P<inner>[-\u2212])?(?P<body>.+)",
    re.ASCII | re.DOTALL,
)
_TO = re.compile(r"\s*(?:-|\u2013|\u2014{1,2}|~|\u301c|至|到)\s*", re.ASCII)
# Years, telephone and serial numbers, which a hyphen joins too.
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_SERIAL = re.compile(r"0\d.*|\d{7,}", re.ASCII)


def _amount_pattern(mark: Mark) -> re.Pattern[str]:
    comma = "," if mark == "." else "."
    return re.compile(
        rf"""(?:
            (?P<parts> (?:\d{{1,8}}{HAN_SCALE}){{2,}} | (?:\d{{1,8}}{HAN_SCALE})+\d{{1,8}} )
            | (?P<digits>
                (?: \d{{1,15}} | [1-9]\d{{0,2}}(?P<group>[{comma}'\u2019\ ])\d{{3}}
                    (?:(?P=group)\d{{3}}){{0,3}} )
                (?: [{mark}](?P<decimals>\d{{1,20}}) )? )
            | (?P<numeral> [{NUMERAL_CHARACTERS}]+ )
                (?: [点點](?P<spelled>[{DIGIT_NUMERALS}]{{1,12}}) )?
        )
        (?P<more>[余餘多+]?) \s* (?P<scale>{HAN_SCALE}|{LATIN_SCALE})?
        (?P<still_more>[余餘多+]?) \s* (?P<unit>{_UNIT})""",
        re.ASCII | re.VERBOSE,
    )


_AMOUNT: dict[Mark, re.Pattern[str]] = {".": _amount_pattern("."), ",": _amount_pattern(",")}


@dataclass(frozen=True)
class _Amount:
    """A number without sign. ``power`` is None where the text names neither scale nor share."""

    text: str
    spelled: bool
    written: Decimal
    step: Decimal
    power: int | None
    unit: str | None
    hedges: frozenset[Qualifier] = frozenset()

    @property
    def number(self) -> Decimal:
        return self.written.scaleb(self.power or 0)


def read_number(text: str, *, decimal: Mark = ".") -> NumberValue | None:
    """Read a number or a range, with hedge, scale, unit and footnote mark.

    Args:
        text: The cell, as written.
        decimal: Mark before the decimals. The other one may only stand between groups of three.

    Returns:
        The number in single units, or why it is missing; None where the text is no number or may
        be read in two ways, which is refused.
    """
    bare, footnote, missing = open_text(text)
    if missing:
        return NumberValue(missing=missing, footnote=footnote)
    number = _read_signed(*take_hedges(bare), decimal)
    return replace(number, footnote=footnote) if number else None


def _read_signed(text: str, hedges: set[Qualifier], mark: Mark) -> NumberValue | None:
    """Read what stands between the hedges: sign, currency, and a number or a range."""
    if text.startswith("(") and text.endswith(")"):
        # As accountants write negatives. A numeral in brackets is the number of a paragraph.
        inner = _read_amount(text[1:-1], mark)
        plain = inner and not (inner.spelled or inner.hedges or hedges)
        return _finish(inner, hedges, -1) if inner and plain else None
    found = _SIGNED.fullmatch(text)
    if not found or (found["sign"] and found["inner"]):
        return None
    sign, currency = found["sign"] or found["inner"], found["currency"]
    ends = _TO.split(found["body"])
    if len(ends) == 2 and not sign:
        low, high = _read_amount(ends[0], mark), _read_amount(ends[1], mark, currency)
        return _join(low, high, hedges) if low and high else None
    amount = _read_share(found["body"], mark) or _read_amount(found["body"], mark, currency)
    return _finish(amount, hedges, 1 if sign in (None, "+") else -1) if amount else None


def _read_share(text: str, mark: Mark) -> _Amount | None:
    """Read a share whose word comes first: 百分之三十三点一八."""
    sign = _SHARES_BEFORE.get(text[:3])
    if not sign:
        return None
    amount = _read_amount("一百" if text[3:] == "百" else text[3:], mark)
    if not amount or amount.unit or amount.power is not None:
        return None
    return replace(amount, unit=sign, power=_SHARES[sign])


def _read_amount(text: str, mark: Mark, currency: str | None = None) -> _Amount | None:
    """Read one number with its scale and unit; a sign of currency before it is its unit."""
    found = _AMOUNT[mark].fullmatch(text)
    written = _read_written(found) if found else None
    if not found or not written or not _may_scale(found):
        return None
    unit = _join_unit(currency, found["unit"])
    if unit is None or (unit and found["numeral"] and unit[0] not in _COUNTED):
        return None
    hedges = {HEDGES_AFTER[found[at]] for at in ("more", "still_more") if found[at]}
    power = power_of(found["scale"]) if found["scale"] else _SHARES.get(unit)
    return _Amount(
        text=found["digits"] or found["numeral"] or found["parts"],
        spelled=bool(found["numeral"]),
        written=written[0],
        step=written[1],
        power=0 if found["parts"] else power,
        unit=unit or None,
        hedges=frozenset(hedges),
    )


def _read_written(found: re.Match[str]) -> tuple[Decimal, Decimal] | None:
    """The number before any scaling, and the step of its last digit."""
    if found["parts"]:
        parts = read_parts(found["parts"])
        return (Decimal(parts[0]), Decimal(10) ** parts[1]) if parts else None
    if found["digits"]:
        decimals = len(found["decimals"] or "")
        digits = Decimal(re.sub(r"[^0-9]", "", found["digits"]))
        return digits.scaleb(-decimals), Decimal(1).scaleb(-decimals)
    number = read_numeral(found["numeral"])
    if number is None:
        return None
    if found["spelled"]:
        digits = Decimal(f"{number}.{digits_of(found['spelled'])}")
        return digits, Decimal(1).scaleb(-len(found["spelled"]))
    zeros = len(str(number)) - len(str(number).rstrip("0")) if number else 0
    return Decimal(number), Decimal(10) ** zeros


def _may_scale(found: re.Match[str]) -> bool:
    """Refuse what is scaled twice: 3万6千 or 三万 with a further scale, 5万%."""
    whole = found["numeral"] and not (found["spelled"] or found["more"])
    scaled = bool(found["scale"])
    return not (scaled and (found["parts"] or whole)) and not (
        found["unit"] in _SHARES and (scaled or found["parts"])
    )


def _join_unit(currency: str | None, unit: str) -> str | None:
    """The unit with the sign of currency before the number; None where the two clash."""
    if unit.lower() in _NO_UNITS or len(unit) > _LONGEST_UNIT:
        return None
    unit = re.sub("^([元圆])[整正]$", r"\1", unit)  # as cheques close an amount
    per = unit[:1] in ("/", "·", "每")
    if not currency:
        return None if per else unit
    if not unit or per:
        return currency + unit
    return unit if unit[0] in "元圆円" else None


def _join(low: _Amount, high: _Amount, hedges: set[Qualifier]) -> NumberValue | None:
    """Make a range; the unit and the scale of its end hold for a start that has none: 2-3万."""
    if low.unit is None:
        power = high.power if low.power is None else low.power
        low = replace(low, unit=high.unit, power=power)
    hedged = low.hedges or high.hedges or not hedges <= {"about"}
    if hedged or low.unit != high.unit or not _are_ends(low, high):
        return None
    start, end = _finish(low, hedges, 1), _finish(high, hedges, 1)
    if not start or not end or low.number >= high.number:
        return None
    step = _settle(max(low.step.scaleb(low.power or 0), high.step.scaleb(high.power or 0)))
    return replace(end, value=None, low=start.value, high=end.value, precision=step)


def _are_ends(low: _Amount, high: _Amount) -> bool:
    """Tell the ends of a range from years, telephone and serial numbers.

    Spelled-out ends must close alike: 二至三万 may begin at two or at twenty thousand.
    """
    texts = (low.text, high.text)
    if low.spelled or high.spelled:
        closes = {text[-1] if text[-1] not in DIGIT_NUMERALS else "" for text in texts}
        return low.spelled and high.spelled and len(closes) == 1
    if any(_SERIAL.fullmatch(text) for text in texts):
        return False
    return not all(_YEAR.fullmatch(text) for text in texts)


def _finish(amount: _Amount, hedges: set[Qualifier], sign: Literal[1, -1]) -> NumberValue | None:
    """Scale a number; None where it is hedged in two ways or too large to hold."""
    hedges = hedges | amount.hedges
    number = sign * amount.number
    if len(hedges) > 1 or abs(number) >= _TOO_LARGE:
        return None
    return NumberValue(
        value=_settle(number),
        qualifier=next(iter(hedges), None),
        unit=amount.unit,
        factor=Decimal(10) ** (amount.power or 0),
        precision=_settle(amount.step.scaleb(amount.power or 0)),
    )


def _settle(number: Decimal) -> Decimal:
    """The same number in one form: no exponent, no zeros after the point, no negative zero."""
    return Decimal(int(number)) if number == int(number) else number.normalize()
