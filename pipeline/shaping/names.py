"""How names of places are compared."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

import opencc

# An office stands for the street or town that it governs.
_OFFICES = (
    (re.compile("(街道)?办事处$"), "街道"),
    (re.compile("(?<=[镇乡])人民政府$"), ""),
)


@cache
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def name_key(name: str) -> str:
    """Fold a name for comparison.

    Width, case, white space, traditional characters and the offices that govern a place do not
    matter: towns write 全 国, 田家街道辦事處 and 田家街道.
    """
    text = "".join(unicodedata.normalize("NFKC", name).split()).casefold()
    if not text.isascii():
        text = _to_simplified().convert(text)
        for office, replacement in _OFFICES:
            text = office.sub(replacement, text)
    return text
