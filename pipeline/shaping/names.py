"""How names of places are compared."""

from __future__ import annotations

import re

from pipeline.contracts import normalise_label

# An office stands for the street or town that it governs.
_OFFICES = (
    (re.compile("(街道)?办事处$"), "街道"),
    (re.compile("(?<=[镇乡])人民政府$"), ""),
)


def name_key(name: str) -> str:
    """Fold a name for comparison.

    Beside what does not matter in labels, the office that governs a place stands for the place:
    towns write 全 国, 田家街道辦事處 and 田家街道.
    """
    key = normalise_label(name)
    for office, place in _OFFICES:
        key = office.sub(place, key)
    return key
