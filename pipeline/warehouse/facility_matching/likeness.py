"""How alike two names and two addresses are, each after folding what does not distinguish."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from pipeline.contracts import normalise_label

# Below, two texts clearly differ; from ALIKE on, they say the same but for spelling (ADR-0012).
MIDDLING = 60
ALIKE = 85
# Caps of likenesses. 阳光托育园 and 阳光幼儿园 are never joined by their names, only doubted.
OTHER_KIND = 70
OTHER_NUMBER = 50
SHORTER = 90  # 建设路88号 and 建设路88号阳光小区3栋

_OUTSIDE_WORDS = re.compile(r"[\W_]+")
_COMPANY = re.compile("股份有限公司|有限责任公司|有限公司|分公司|公司|个体工商户|民办非企业单位")
_KINDERGARTEN = re.compile("幼儿园|幼稚园")
_GENERIC = re.compile(
    "婴幼儿|幼儿园|幼稚园|托儿所|托育|托幼|托班|托管|照护|照料|养育|早期教育|早教|亲子|教育|科技|咨询"
    "|管理|服务|健康|文化|发展|中心|机构|附设|附属|社区|总园|园所|[园点站所部]$"
)
_TENS = re.compile("([一二三四五六七八九]?)十([一二三四五六七八九]?)")
_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
# What tells apart the houses of one brand, 第一, 2号, B园, 东校区, 分园, and the parts of one
# house that registers list by themselves: 夜间, 临时, 保育部分 beside 教育部分.
_MARK = re.compile(
    "[0-9]+|(?<![a-z])[a-z](?![a-z])|[东西南北分](?=[园校院店馆])"
    "|夜间|日间|全日|半日|计时|临时|假日|暑期|[\u4e00-\u9fff]{2}部分"
)
_IN_BRACKETS = re.compile(r"[(\[【〔]([^)\]】〕]*)[)\]】〕]")
_NUMBER = re.compile("[0-9]+")
_LEVEL = re.compile("(自治县|自治州|自治区|街道|[省市区县镇乡旗])$")


@dataclass(frozen=True, slots=True)
class Name:
    """A name, folded.

    Attributes:
        plain: All its words.
        full: Without legal form and names of its own regions in front.
        core: The distinguishing part of ``full``; all of it where nothing distinguishes.
        marks: Numbers, single letters, directions and words such as 夜间 in ``full``; other marks,
            other facility.
        part: What stands in brackets and distinguishes; ``""`` for nothing.
        is_kindergarten: Whether it calls itself a kindergarten.
    """

    plain: str
    full: str
    core: str
    marks: tuple[str, ...]
    part: str
    is_kindergarten: bool


@dataclass(frozen=True, slots=True)
class Address:
    """An address, folded.

    Attributes:
        text: Its words after the names of its own regions.
        house_number: The first number, ``""`` if there is none.
        numbers: All numbers, of the house, the block and the floor.
    """

    text: str
    house_number: str
    numbers: frozenset[str]


def fold_text(text: str) -> str:
    """Fold a text as labels are, with Chinese numerals below a hundred as digits."""
    text = _TENS.sub(lambda found: f"{found[1] or '一'}{found[2] or '零'}", normalise_label(text))
    return text.translate(_DIGITS)


@lru_cache(maxsize=200_000)  # a name and an address stand in many descriptions
def fold_name(name: str, regions: frozenset[str]) -> Name:
    """Fold a name.

    Args:
        name: As registered.
        regions: Names of the region, as ``fold_text`` folds them, and of those above it.
    """
    label = fold_text(name)
    plain = _OUTSIDE_WORDS.sub("", label) or label
    full = _COMPANY.sub("", plain) or plain
    forms = {form for region in regions for form in (region, _LEVEL.sub("", region))}
    full = _without_prefixes(full, forms)
    core = _GENERIC.sub("", full) or full
    marks = tuple(sorted(_MARK.findall(full)))
    parts = (_distinguishing(found, forms) for found in _IN_BRACKETS.findall(label))
    return Name(plain, full, core, marks, "".join(parts), bool(_KINDERGARTEN.search(full)))


def _distinguishing(part: str, forms: set[str]) -> str:
    """What of a part of a name tells a facility from others, beside its marks."""
    part = _COMPANY.sub("", _OUTSIDE_WORDS.sub("", part))
    return "" if part in forms else _GENERIC.sub("", _MARK.sub("", part))


@lru_cache(maxsize=200_000)
def fold_address(address: str | None, regions: frozenset[str]) -> Address | None:
    """Fold an address; None where none is given or only regions are."""
    if address is None:
        return None
    text = fold_text(address)
    text = _without_prefixes(text, set(regions), keeps_a_name=False)
    numbers = _NUMBER.findall(text)
    words = _OUTSIDE_WORDS.sub("", text)
    house_number = numbers[0] if numbers else ""
    return Address(words, house_number, frozenset(numbers)) if words else None


def name_likeness(one: Name, other: Name) -> int:
    """Likeness of two names, 0 to 100."""
    core = fuzz.ratio(one.core, other.core)
    # one wrong character weighs too much in a core of three
    value = max(core, (core + fuzz.ratio(one.full, other.full)) / 2)
    if one.is_kindergarten != other.is_kindergarten:
        value = min(value, OTHER_KIND)
    if one.part != other.part:  # a part may be left out, but is not another one
        value = min(value, OTHER_NUMBER if one.part and other.part else OTHER_KIND)
    if one.marks != other.marks:
        value = min(value, OTHER_NUMBER)
    return int(value)


def address_likeness(one: Address | None, other: Address | None) -> int | None:
    """Likeness of two addresses, 0 to 100; None where one is not given."""
    if one is None or other is None:
        return None
    value = fuzz.ratio(one.text, other.text)
    short, long = sorted((one.text, other.text), key=len)
    if short in long and one.numbers:
        value = max(value, SHORTER)
    is_nested = one.numbers <= other.numbers or other.numbers <= one.numbers
    if one.house_number != other.house_number or not is_nested:
        value = min(value, OTHER_NUMBER)
    return int(value)


def _without_prefixes(text: str, forms: set[str], *, keeps_a_name: bool = True) -> str:
    """A text without the names of regions in front, the longest first.

    阳光 of 阳光托育园 is its name even where the town is called 阳光镇: a name keeps what
    distinguishes it.
    """
    while prefix := max(
        (f for f in forms if len(f) > 1 and text.startswith(f)), key=len, default=""
    ):
        rest = text.removeprefix(prefix).lstrip(",.、;/-·")
        if keeps_a_name and not _GENERIC.sub("", rest):
            break
        text = rest
    return text
