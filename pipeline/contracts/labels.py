"""How header labels and words of closed lists are compared."""

from __future__ import annotations

import re
import unicodedata


def normalise_label(label: str) -> str:
    """Fold a header label for comparison: width, case and white space do not matter."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", label)).casefold()
