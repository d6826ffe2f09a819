"""How header labels and words of closed lists are compared."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import opencc


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


@lru_cache(maxsize=100_000)
def normalise_label(label: str) -> str:
    """Fold a text for comparison.

    Width, case, white space and traditional characters do not matter.
    """
    text = "".join(unicodedata.normalize("NFKC", label).split()).casefold()
    return text if text.isascii() else str(_converter().convert(text))
