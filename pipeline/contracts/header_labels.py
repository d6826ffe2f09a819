"""How header labels and words of closed lists are compared."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache

import opencc

# Labels of columns that hold the total of others; 总数 and 总人数 name what they count.
_TOTALS = {
    "小计",
    "合计",
    "总计",
    "共计",
    "计",
    "分计",
    "total",
    "subtotal",
    "sub-total",
    "grandtotal",
}


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


def is_total_label(label: str) -> bool:
    """Whether a label says that its column holds the total of others, and nothing else."""
    return normalise_label(label) in _TOTALS
