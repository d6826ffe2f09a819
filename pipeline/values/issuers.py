"""Who issued a document, and on which day, so that two documents can be compared."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

# A document that names no issuer is by nobody whom another document could be by, too.
_UNNAMED = ("未注明", "不详", "未知", "unknown", "not stated")
_SEVERAL = re.compile(r"[、,;/]")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def issuer_key(issuer: str) -> str | None:
    """Write the name of an issuer so that two spellings of one name are equal.

    Args:
        issuer: As ``sources.yml`` has it, with several issuers in any order.

    Returns:
        Without widths, cases, blanks and marks, several issuers sorted; None where nobody is named.
    """
    folded = unicodedata.normalize("NFKC", issuer).casefold()
    if any(word in folded for word in _UNNAMED):
        return None
    names = [
        "".join(character for character in name if character.isalnum())
        for name in _SEVERAL.split(folded)
    ]
    return "/".join(sorted(name for name in names if name)) or None


def day_of_issue(issued: str | None) -> dt.date | None:
    """The day on which a document was issued; None where it is known in part or not at all.

    Args:
        issued: As ``sources.yml`` has it: a day, a month, a year or words.
    """
    if issued is None or not _DAY.fullmatch(issued.strip()):
        return None
    try:
        return dt.date.fromisoformat(issued.strip())
    except ValueError:
        return None
