"""Finds the region that somebody names, or says what comes near."""

from __future__ import annotations

import difflib
import re

from pipeline.contracts import load_contracts
from pipeline.core.errors import UsageError
from pipeline.published.read_marts import Region, Regions
from pipeline.wording.labels import load_labels

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
            raise UsageError(
                candidates_message(f"region {asked} is ambiguous", _listed(regions, fitting))
            )
    words = {word: row for row in regions.by_code.values() for word in _words(row)}
    near = difflib.get_close_matches(asked, words, n=CANDIDATES, cutoff=0.5)
    nearest = {words[word]["region_code"]: words[word] for word in near}
    raise UsageError(
        candidates_message(f"no region {asked}", _listed(regions, list(nearest.values())))
    )


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


def candidates_message(what: str, candidates: list[str]) -> str:
    """That something is not there, or not one, and what may have been meant."""
    listed = "\n".join(f"    {candidate}" for candidate in candidates)
    return f"{what}; name one by its code" + (f":\n{listed}" if listed else "")


def measure_name(code: str) -> str:
    """Chinese name of an indicator or of a part of a formula; its code where it has none."""
    spec = load_contracts().indicators.get(code)
    return str(spec["label"]) if spec else load_labels()["measure"].get(code, code)
