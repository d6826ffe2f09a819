"""What a number format of a workbook makes of a number (ECMA-376, part 1, 18.8.30).

Senders check what they see. A format may divide by thousands (``#,##0,``), set a point that is no
decimal point (``0!.0,`` shows 40000 as 4.0, as 万), or write a unit behind the number
(``0"万人"``), so that the stored number alone is not what the sheet says.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipeline.reading.formats.cell_text import number_text

_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"|[\\!](?P<escaped>.)|[_*].|\[[^\]]*\]|(?P<general>general|g/通用格式)'
    r"|(?P<digit>[0#?])|(?P<mark>[.,%])|(?P<bare>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)\]")
_SCIENTIFIC = re.compile(r"[0#?]e[+-]|[0#?]\s*/\s*[0-9#?]", re.IGNORECASE)  # or a fraction
# Signs that change nothing: currencies, brackets of negatives, blanks.
_HARMLESS = re.compile(r"[\s\u3000\u00a0¥￥$€£()+\-\u2212]")
_SCALES_IN_WORDS = re.compile("[十百千万萬亿億%‰]|thousand|million|k$", re.IGNORECASE)


@dataclass(frozen=True)
class Shown:
    """A number as the sheet shows it, though not rounded.

    Attributes:
        text: The number with what the format writes around it.
        scale: What the stored number was divided by, where the text does not say so; else 1.
    """

    text: str
    scale: Decimal = Decimal(1)


@dataclass(frozen=True)
class _Section:
    prefix: str
    suffix: str
    divisor: Decimal
    mask: tuple[str, ...]  # digits (0) and literals between them; blank where there are none

    @property
    def is_plain(self) -> bool:
        return not (self.prefix or self.suffix or self.mask) and self.divisor == 1


def is_plain_format(code: str | None) -> bool:
    """Whether a format shows every number as it is stored, but for digits and separators."""
    return code is None or all(
        section is None or section.is_plain for section in map(_read_section, _sections(code))
    )


def show_number(stored: str | float, code: str | None) -> Shown | None:
    """Write a number as its format shows it, in full.

    Args:
        stored: As the file has it.
        code: Of the format; no format of dates.

    Returns:
        None where the format shows the number as it is stored.
    """
    if code is None:
        return None
    text = number_text(stored)
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    section = _read_section(_section_of(number, code))
    if section is None or section.is_plain:
        return None
    if section.mask:
        digits = _fill(text, section.mask)
        return None if digits is None else Shown(section.prefix + digits + section.suffix)
    shown = number / section.divisor
    words = section.prefix + section.suffix
    says_so = _SCALES_IN_WORDS.search(words) or section.divisor == 1
    return Shown(
        f"{section.prefix}{_plain(shown)}{section.suffix}",
        Decimal(1) if says_so else section.divisor,
    )


@functools.lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[str, ...]:
    parts, current = [], ""
    for found in _TOKEN.finditer(code):
        if found[0] == ";":
            parts.append(current)
            current = ""
        else:
            current += found[0]
    return (*parts, current)


def _section_of(number: Decimal, code: str) -> str:
    sections = _sections(code)[:3]
    conditions = [_CONDITION.search(section) for section in sections]
    if any(conditions):
        for section, condition in zip(sections, conditions, strict=True):
            if condition is None or _holds(number, condition[1], Decimal(condition[2])):
                return section
        return "General"
    if number < 0 and len(sections) > 1:
        return sections[1]
    return sections[2] if number == 0 and len(sections) > 2 else sections[0]


def _holds(number: Decimal, sign: str, bound: Decimal) -> bool:
    return {
        "<": number < bound,
        ">": number > bound,
        "<=": number <= bound,
        ">=": number >= bound,
        "=": number == bound,
        "<>": number != bound,
    }[sign]


@functools.lru_cache(maxsize=1000)
def _read_section(section: str) -> _Section | None:
    """What a section does; None where it shows no number, or one in powers or fractions."""
    plain = re.sub(r'"[^"]*"|[\\!].', "", section)
    if _SCIENTIFIC.search(plain) or "@" in plain:
        return None
    tokens: list[tuple[str, str]] = []
    for found in _TOKEN.finditer(section):
        kind = found.lastgroup
        if kind in ("digit", "general"):
            tokens.append(("digit", found[0]))
        elif kind == "mark":
            tokens.append((found[0], found[0]))
        elif kind is not None:
            tokens.append(("literal", found[kind] or ""))
    places = [index for index, (kind, _) in enumerate(tokens) if kind == "digit"]
    if not places:
        return None
    first, last = places[0], places[-1]
    prefix = "".join(text for kind, text in tokens[:first] if kind == "literal")
    suffix = "".join(text for kind, text in tokens[last + 1 :] if kind == "literal")
    divisor = Decimal(1000) ** _scaling_commas(tokens, last)
    divisor /= Decimal(100) ** sum(kind == "%" for kind, _ in tokens)
    suffix += "%" * any(kind == "%" for kind, _ in tokens)
    inner = [i for i in range(first, last) if tokens[i][0] == "literal" and tokens[i][1].strip()]
    mask: tuple[str, ...] = ()
    if len(inner) == 1 and tokens[inner[0]][1] == ".":
        divisor *= Decimal(10) ** sum(kind == "digit" for kind, _ in tokens[inner[0] :])
    elif inner:
        mask = tuple("" if k == "digit" else t for k, t in tokens[first : last + 1] if k != ",")
    return _Section(_HARMLESS.sub("", prefix), _HARMLESS.sub("", suffix), divisor, mask)


def _scaling_commas(tokens: list[tuple[str, str]], last: int) -> int:
    """Commas right behind the last digit, or right before the decimal point, divide by 1000."""
    point = next((i for i, (kind, _) in enumerate(tokens) if kind == "."), None)
    count = 0
    for end in {last + 1, *([] if point is None else [_commas_before(tokens, point)])}:
        index = end
        while index < len(tokens) and tokens[index][0] == ",":
            count, index = count + 1, index + 1
    return count


def _commas_before(tokens: list[tuple[str, str]], point: int) -> int:
    start = point
    while start and tokens[start - 1][0] == ",":
        start -= 1
    return start


def _fill(text: str, mask: tuple[str, ...]) -> str | None:
    """Digits between the literals of a mask, from the right; None for what is no whole number."""
    if not text.isdecimal():
        return None
    digits, places = text, sum(not part for part in mask)
    digits = digits.rjust(places, "0")
    spare = digits[: len(digits) - places]
    shown, position, is_first = "", len(spare), True
    for part in mask:
        if part:
            shown += part
        else:
            shown += (spare if is_first else "") + digits[position]
            position, is_first = position + 1, False
    return shown


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
