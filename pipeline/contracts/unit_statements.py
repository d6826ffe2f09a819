"""What a line, a title, a note or the name of a sheet says of units.

Such texts are short and written in many ways: 单位:万人 · 填报单位:某局 单位:万人 ·
人口单位:万人,出生单位:人 · 某县人口(万人) · 注:本表以万人计 · Unit: thousand persons.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace

from pipeline.contracts.header_labels import normalise_label
from pipeline.contracts.units import SCALE_WORDS, SHARE_WORDS

LONGEST_TITLE = 80  # in a longer text a scale that nobody calls a unit is prose
_SCALE = "|".join(sorted(map(re.escape, SCALE_WORDS), key=len, reverse=True))
_SHARE = "|".join(map(re.escape, SHARE_WORDS))
# What may stand behind a scale: a noun in any language, perhaps per another.
_IN_NOUN = "[^,;:()\\[\\]。、=]"
_NOUN = _IN_NOUN + "{0,10}"
# Names of places and offices begin with such characters too: 万安镇, 百色市统计局.
_NAME = "(?:[省市县区镇乡村]|街道|政府|[局院园所部办会社]|中心|公司|学校|托位数|人数)"
_IS_NAME = rf"{_IN_NOUN}{{0,10}}{_NAME}(?:$|[,;)\]])"
_WORD = (
    rf"(?:(?:{_SCALE})(?!{_IS_NAME})(?!人?口[^)\]]){_NOUN}"
    rf"|10+(?![0-9.]){_IN_NOUN}{{1,4}}|{_SHARE})"  # 1000人
)
_CLAUSE = re.compile("[,;。、|\n]|(?<!/)\\band\\b")
_MARKED = re.compile(
    r"(?P<hint>.*?)(?:计量|计数|货币|金额|数量)?(?:单位|einheit|units?)(?:均?[为是]|均以)?"
    r"[:]?(?P<rest>.*)"
)
_COUNTED_IN = re.compile(
    rf"(?P<hint>.*?)(?:均|都)?[以按用](?P<unit>{_WORD}?)(?:为单位|为计量单位|计算|统计|计|表示)"
)
_IN_ENGLISH = re.compile(
    rf"(?P<hint>.*?)(?:figures|numbers|data|population|all)?(?:are)?in(?P<unit>(?:{_SCALE}).*)"
)
_BRACKETS = re.compile(r"[(\[【]([^()\[\]【】]*)[)\]】]")
# A number before a scale makes an amount of it (3万人), 每 a rate (每千人); behind it some
# words make it no unit either (千人口托位数, 万人以上).
_LOOSE = re.compile(
    r"(?<![0-9一二三四五六七八九十百千万亿几数半两余多每第约近超上成./])"
    r"(?P<unit>(?:十万|百万|千万|[百千万亿])(?:人次|人|元|托位)|(?:thousand|million|billion)s?)"
    r"(?!口|均|以上|以下|以内|左右|大|次)"
)
# A unit in English with more words than a noun behind it: thousand persons at the end of the year.
_LONG_UNIT = re.compile(r"(?P<unit>(?:10+)?(?:ten|hundred|thousand|million|billion)+)")
_NOTE = re.compile(r"^(?:(?:注|备注|说明|附注|note)\d*[:.、]?|[(]?\d{1,2}[).、]|[①-⑩※*])+")
# Words of exception: whoever reads on must know what is excepted.
_EXCEPTION = re.compile("除(?!注明|另有)|以外|except|otherwise|不含")
_FILLER = re.compile(
    "本表|该表|下表|上表|表中|表内|以上|以下|数据|数字|数值|数量|所有|全部|各项|各列|均|都|为|系|其|的|"
    "除注明外|除另有注明外|填报|统计|报送|上报|填表|编制|制表|计量|注|[:：=\\-—_]"
)


@dataclass(frozen=True)
class UnitStatement:
    """A unit that a text states.

    Attributes:
        unit: As written, folded for comparison.
        hint: Words before it that may name the columns it is about; blank where there are none.
        is_marked: Whether it is called a unit (单位:万人), and not merely stands in brackets.
        is_clear: Whether it states a unit at all; False for a scale in the midst of other words.
    """

    unit: str
    hint: str = ""
    is_marked: bool = False
    is_clear: bool = True


def find_unit_statements(text: str, units: Container[str]) -> list[UnitStatement]:
    """Units that a text states, scaled or not.

    Args:
        text: A cell, a line, a title, or the name of a sheet.
        units: Every known way to write a unit, folded by ``normalise_label``.
    """
    folded = normalise_label(text)
    found = dict.fromkeys(_statements(folded, units))
    if _EXCEPTION.search(folded):
        return [replace(each, hint="", is_clear=False) for each in found]
    return list(found)


def is_scaled(unit: str) -> bool:
    """Whether a folded unit has a scaling word or is a share: overlooking it would be wrong."""
    return re.fullmatch(_WORD, unit) is not None


def bare_unit(text: str, units: Container[str]) -> str | None:
    """The unit that a cell gives and nothing else, in brackets or behind 单位: or not."""
    folded = normalise_label(text)
    bracketed = _BRACKETS.fullmatch(folded)
    folded = bracketed[1] if bracketed else folded
    marked = _MARKED.fullmatch(folded)
    is_called_unit = marked is not None and not marked["hint"]
    if marked and is_called_unit:
        folded = marked["rest"]
    may_be_any = bracketed or is_called_unit  # alone, a word must be one that is known
    return folded if folded in units or (may_be_any and is_scaled(folded)) else None


def _statements(text: str, units: Container[str]) -> Iterator[UnitStatement]:
    bare = bare_unit(text, units)
    if bare:
        yield UnitStatement(bare, is_marked=True)
        return
    rest, last = "", 0
    for found in _BRACKETS.finditer(text):
        before = text[last : found.start()]
        inner = list(_bracketed(found[1], units))
        hint = _hint(_CLAUSE.split(before)[-1])
        has_own_hint = "单位" in before
        for each in inner:
            yield (
                each
                if has_own_hint or each.hint
                else UnitStatement(each.unit, hint, each.is_marked, each.is_clear)
            )
        rest += before + ("," if inner else found[0])
        last = found.end()
    yield from _clauses(rest + text[last:], units, is_short=len(text) <= LONGEST_TITLE)


def _bracketed(text: str, units: Container[str]) -> Iterator[UnitStatement]:
    """Units in brackets: 万人 · 单位:万人、元 · 以万计."""
    parts = [part for part in _CLAUSE.split(text) if part]
    if parts and all(part in units or is_scaled(part) for part in parts):
        yield from (UnitStatement(part) for part in parts)
    else:
        yield from _clauses(text, units, is_short=True)


def _clauses(text: str, units: Container[str], *, is_short: bool) -> Iterator[UnitStatement]:
    in_list = False  # behind 单位: further units may follow
    for text_part in _CLAUSE.split(text):
        clause = _NOTE.sub("", text_part)
        if not clause:
            continue
        counted = _COUNTED_IN.fullmatch(clause) or _IN_ENGLISH.fullmatch(clause)
        marked = None if counted else _MARKED.fullmatch(clause)
        if counted and counted["unit"]:
            yield UnitStatement(counted["unit"], _hint(counted["hint"]), is_marked=True)
            continue
        part, hint = (marked["rest"], _hint(marked["hint"])) if marked else (clause, "")
        if marked and "单位" in part:  # 填报单位:某局单位:万人
            again = _MARKED.fullmatch(part)
            while again:
                part, hint = again["rest"], ""
                again = _MARKED.fullmatch(part)
        stated = _unit_at_the_end(part, units) if marked or in_list else None
        if stated:
            in_list = True
            yield UnitStatement(stated[0], _hint(stated[1]) or hint, is_marked=True)
            continue
        in_list = False
        long = _LONG_UNIT.match(part) if marked else None
        if long:
            yield UnitStatement(long["unit"], hint, is_clear=False)
            continue
        if is_short:
            for loose in _LOOSE.finditer(clause):
                yield UnitStatement(loose["unit"], _hint(clause[: loose.start()]), is_clear=False)


def _unit_at_the_end(text: str, units: Container[str]) -> tuple[str, str] | None:
    """The unit of 万人 or 人口万人 or 人口:万人, with what stands before it."""
    if text in units or is_scaled(text):
        return text, ""
    before, colon, unit = text.rpartition(":")
    if colon and (unit in units or is_scaled(unit)):
        return unit, before
    found = re.fullmatch(rf"(?P<hint>.*?)(?P<unit>{_WORD})", text)
    if found and found["unit"] in units:
        return found["unit"], found["hint"]
    plain = next((n for n in range(1, len(text)) if text[n:] in units), None)
    return (text[plain:], text[:plain]) if plain and len(text) <= 8 else None


def _hint(text: str) -> str:
    return _FILLER.sub("", _NOTE.sub("", text))
