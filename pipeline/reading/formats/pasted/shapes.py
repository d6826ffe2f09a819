"""What a single cell looks like: a number, a date, a total, a text."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Literal, cast

Shape = Literal["blank", "filler", "total", "year", "bare_year", "number", "date", "text"]
VALUE_SHAPES = frozenset({"year", "bare_year", "number", "date"})
YEAR_SHAPES = frozenset({"year", "bare_year"})
SILENT_SHAPES = frozenset({"blank", "filler", "total"})  # may stand in any column
_LONGEST_VALUE = 40  # characters; anything longer is text
_UNITS = "个|名|位|人|所|家|处|间|户|张|岁|万|亿|元|万元|亿元|万人|个托位|托位|%|‰|m2|平方米"
_FORM = re.compile(
    r"(?P<filler>[-—–/\\.…·*]+|无|暂无|待定|[nN]/?[aA]|null)"
    r"|(?P<total>(?:合|总|共)计|总数)"
    r"|(?P<bare_year>19[89][0-9]|20[0-4][0-9])"  # as far as plans and statistics reach
    r"|(?P<year>(?:公元|民国)?[0-9]{2,4}年[度底末初]?)"
    rf"|(?P<number>[-+]?[0-9]+(?:,[0-9]{{3}})*(?:[.,][0-9]+)?(?:{_UNITS})?)"
    r"|(?P<date>[0-9]{2,4}年[0-9]{1,2}月(?:[0-9]{1,2}日)?"
    r"|[0-9]{2,4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{4}[-/][0-9]{1,2})"
)
_HEADING = re.compile(
    "[一二三四五六七八九十]+、|第[一二三四五六七八九十]+|[(\uff08][一二三四五六七八九十]+[)\uff09]"
)


@lru_cache(maxsize=65_536)
def shape_of(cell: str) -> Shape:
    """What a cell looks like."""
    if not cell:
        return "blank"
    if len(cell) > _LONGEST_VALUE:
        return "text"
    form = _FORM.fullmatch("".join(unicodedata.normalize("NFKC", cell).split()))
    return cast("Shape", form.lastgroup) if form else "text"


def is_heading(text: str) -> bool:
    """Whether a text is numbered like the heading of a section."""
    return bool(_HEADING.match(text))
