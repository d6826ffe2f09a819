"""Words, marks and spelled-out numerals: what a cell may say without a digit."""

from __future__ import annotations

import re

import cn2an  # ships neither stubs nor py.typed

from pipeline.values.cell_value import LONGEST_TEXT, Qualifier, Value, fold, missing_reason

# U+3007, the zero of Chinese numerals, is drawn like the circle that says yes in Japan: refused.
# So are x and the box with a cross, which some forms tick with and others strike out with.
_TRUE = "是 有 √ \u2713 \u2714 \u2611 y yes true 1 对 對 普惠 已 ja はい \u25cb \u25ef 예"
_FALSE = "否 无 無 没有 沒有 \u00d7 \u2717 \u2718 n no false 0 非普惠 未 nein いいえ 아니요"
_FLAGS = dict.fromkeys(_TRUE.split(), True) | dict.fromkeys(_FALSE.split(), False)

# What Excel leaves of a code that it took for a number, its errors and its formulae.
_SPOILT_CODE = re.compile(
    r"\d+\.\d+ | \d+(?:,\d+)+(?:\.\d+)? | [-+]?\d(?:[.,]\d+)?e[-+]?\d+ | [\#=].* | .*\s.*",
    re.ASCII | re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def read_flag(text: str) -> Value[bool] | None:
    """Read yes or no.

    Words of a flag come before those of a missing figure: a cross is no, not a secret.

    Returns:
        The flag or why it is missing; None where the text is neither, which is refused.
    """
    if len(text) > LONGEST_TEXT:
        return None
    folded = fold(text)
    flag = _FLAGS.get(folded.casefold())
    if flag is not None:
        return Value(flag)
    if folded in ("x", "X"):
        return None
    reason = missing_reason(folded)
    return Value(missing=reason) if reason else None


def read_code(text: str) -> Value[str] | None:
    """Read a code, which is text: leading zeros, letters and hyphens are kept.

    Returns:
        The code or why it is missing; None where blanks or a spreadsheet have spoilt it. What
        Excel turned into a number is not turned back: the digits it dropped are not known.
    """
    if len(text) > LONGEST_TEXT:
        return None
    folded = fold(text)
    reason = missing_reason(folded)
    if reason:
        return Value(missing=reason)
    code = re.sub(r"^['\u2019]", "", folded)  # the mark by which Excel keeps digits as text
    return None if not code or _SPOILT_CODE.fullmatch(code) else Value(code)


# The words of a range's bound or of a hedge. 以上 and 以下 include the number, as in Chinese law.
_BEFORE: dict[Qualifier, str] = {
    "about": "约|約|大约|大約|大概|~|≈|ca.|ca|circa|etwa|rund|about|approx.|approximately",
    "over": "超|超过|超過|逾|高于|大于|多于|>|over|more than|über|mehr als",
    "under": "近|将近|將近|接近|不足|不到|低于|小于|少于|<|nearly|under|less than|knapp|fast|unter",
    "at_least": "至少|最少|不少于|不低于|不小于|≥|≧|\u2a7e|>=|at least|mindestens",
    "at_most": "至多|最多|不超过|不超過|不高于|不多于|≤|≦|\u2a7d|<=|at most|höchstens",
}
_AFTER: dict[Qualifier, str] = {
    "about": "左右|上下|许|許",
    "over": "余|餘|多",
    "at_least": "以上|+",
    "at_most": "以下|以内|以內",
}
_HEDGES_BEFORE = {word: code for code, words in _BEFORE.items() for word in words.split("|")}
HEDGES_AFTER = {word: code for code, words in _AFTER.items() for word in words.split("|")}


def _any_of(words: dict[str, Qualifier]) -> str:
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))


_HEDGED = re.compile(
    rf"(?P<before>{_any_of(_HEDGES_BEFORE)})?\s*(?P<rest>.*?)\s*(?P<after>{_any_of(HEDGES_AFTER)})?",
    re.ASCII | re.DOTALL | re.IGNORECASE,
)


def take_hedges(folded: str) -> tuple[str, set[Qualifier]]:
    """Take the words that hedge a number off both ends of a folded text.

    Returns:
        The rest, and what the words say; more than one code contradict each other.
    """
    found = _HEDGED.fullmatch(folded)
    if not found:
        return folded, set()
    before, after = (found["before"] or "").lower(), found["after"]
    codes = (_HEDGES_BEFORE.get(before), HEDGES_AFTER.get(after))
    return found["rest"], {code for code in codes if code}


# Powers of ten; two in a row multiply. 兆 is left out, being a million in some texts and a
# million million in others, and so is billion, which is a thousand times more in German.
_POWERS = {"百": 2, "佰": 2, "千": 3, "仟": 3, "万": 4, "萬": 4, "만": 4, "亿": 8, "億": 8, "억": 8}
_POWERS |= {"tsd": 3, "tausend": 3, "thousand": 3, "mrd": 9, "milliarde": 9, "milliarden": 9}
_POWERS |= {"mio": 6, "million": 6, "millions": 6, "millionen": 6}
HAN_SCALE = "(?:[百佰千仟]?(?:万亿|萬億|[万萬亿億])|[百佰千仟]|[만억])"
LATIN_SCALE = (
    r"(?i:tsd\.?|mio\.?|mrd\.?|tausend|thousand|millions?|millionen|milliarden?)(?![A-Za-z])"
)
_PART = re.compile(rf"(\d+)({HAN_SCALE})?", re.ASCII)


def power_of(scale: str) -> int:
    """The power of ten that a scaling word stands for: 4 for 万, 12 for 万亿."""
    word = scale.lower().rstrip(".")
    return _POWERS[word] if word in _POWERS else sum(_POWERS[character] for character in scale)


_DIGITS = "零一二三四五六七八九"
_PLAIN_NUMERALS = _DIGITS + "两十百千万亿"
# Forms of cheques, of traditional and of Japanese text.
_SIMPLER = str.maketrans(
    "壹贰叁肆伍陆柒捌玖拾佰仟貳叄參参陸兩萬億壱弐弍",
    "一二三四五六七八九十百千二三三三六两万亿一二二",
)
# Every character that spells numbers, and those among them that stand for one digit.
NUMERAL_CHARACTERS = _PLAIN_NUMERALS + "〇廿" + "".join(map(chr, _SIMPLER))
DIGIT_NUMERALS = (
    _DIGITS
    + "〇"
    + "".join(chr(formal) for formal, plain in _SIMPLER.items() if chr(plain) in _DIGITS)
)
_AS_DIGITS = str.maketrans(_DIGITS + "〇\u25cb", "012345678900")


def digits_of(text: str) -> str | None:
    """Turn numerals written one per digit into digits: 二〇二三 is 2023.

    Returns:
        The digits; None where another character is among them.
    """
    digits = text.translate(_SIMPLER).translate(_AS_DIGITS)
    return digits if digits.isascii() and digits.isdecimal() else None


def read_numeral(text: str) -> int | None:
    """Read a whole number spelled out in Chinese, also as it is spoken: 三万六 is 36000.

    cn2an is lenient (零一 is 1 to it, 一二三 is 123), so its answer counts only where spelling
    it out again gives the same text.

    Returns:
        The number; None where the text is no such numeral. One numeral per digit is refused,
        being as often a list or a code as a number.
    """
    plain = text.translate(_SIMPLER).replace("廿", "二十").replace("〇", "零")
    if len(plain) == 1 and plain in _DIGITS:
        return _DIGITS.index(plain)
    if plain == "两":
        return 2
    if not any(unit in plain for unit in "十百千万亿") or any(
        c not in _PLAIN_NUMERALS for c in plain
    ):
        return None
    try:
        number = int(cn2an.cn2an(plain, "normal"))
        spelled = _in_one_way(cn2an.an2cn(number))
    except (ValueError, KeyError, IndexError):
        return None
    given = _in_one_way(plain)
    if _drop_zeros(spelled) == _drop_zeros(given):
        return number
    # Speech drops the last unit. After 千万 or 亿 it would be unclear which.
    clear = "亿" not in plain and plain[-3:-2] not in ("百", "千", "万")
    return number if clear and spelled[:-1] == given else None


def _in_one_way(numeral: str) -> str:
    return numeral.replace("两", "二").replace("一十", "十")


def _drop_zeros(numeral: str) -> str:
    """Leave out zeros that need not be said: that of 一千零三十, not that of 一千零三."""
    return re.sub(r"(?<=[千万亿])零(?=[^零]?[十百千])", "", numeral)


def read_parts(text: str) -> tuple[int, int] | None:
    """Read a number in parts such as 3万6千, each below the unit of the one before.

    Returns:
        The number, and the power of ten of its last part; None where the parts do not follow on
        each other. Digits after the last unit must fill it: 1万2 is 12000 to a speaker.
    """
    total, power = 0, 99
    for digits, scale in _PART.findall(text):
        above, power = power, power_of(scale)
        if int(digits) * 10**power >= 10**above or (not scale and len(digits) != above):
            return None
        total += int(digits) * 10**power
    return total, power
