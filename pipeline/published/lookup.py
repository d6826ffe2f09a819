"""Finds the region that somebody names, or says what comes near."""

from __future__ import annotations

import difflib
import re

from pipeline.contracts import load_contracts
from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.published.read_marts import Region, Regions
from pipeline.wording.labels import load_labels, measure_label

CANDIDATES = 5


def find_region(regions: Regions, asked: str) -> Region:
    """The one region of that code or name.

    Raises:
        UsageError: There is none, or there are several.
    """
    if asked in regions.by_code:
        return regions.by_code[asked]
    for names in (_official_names, _other_names):
        fitting = [row for row in regions.by_code.values() if asked in names(row)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            several = _listed(regions, fitting)
            raise UsageError(Message("lookup.several_regions", asked=asked, regions=several))
    words = {word: row for row in regions.by_code.values() for word in _words(row)}
    near = difflib.get_close_matches(asked, words, n=CANDIDATES, cutoff=0.5)
    nearest = {words[word]["region_code"]: words[word] for word in near}
    if not nearest:
        raise UsageError(Message("lookup.no_region", asked=asked))
    listed = _listed(regions, list(nearest.values()))
    raise UsageError(Message("lookup.no_region_but", asked=asked, regions=listed))


def _official_names(row: Region) -> list[str]:
    return [row["region_name"]]


def _other_names(row: Region) -> list[str]:
    return re.split("[;\uff1b]", row["aliases"] or "")


def _words(row: Region) -> list[str]:
    return [row["region_code"], row["region_name"], *filter(None, _other_names(row))]


def _listed(regions: Regions, rows: list[Region]) -> list[str]:
    return [
        f"{row['region_code']}  {row['region_name']}  {regions.parent_path(row['region_code'])}"
        for row in rows
    ]


def measure_name(code: str) -> str:
    """Name of an indicator or of a part of a formula; its code where it has none."""
    if code in load_contracts().indicators or code in load_labels()["measure"]:
        return measure_label(code)
    return code
