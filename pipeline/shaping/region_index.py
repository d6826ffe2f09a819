"""Finds the region that a code, a name or a path of names means."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.shaping import findings
from pipeline.shaping.findings import Refusal
from pipeline.shaping.names import name_key
from pipeline.values.cell_value import fold, read_missing, take_footnote
from pipeline.values.words import read_code

_SEPARATORS = re.compile(r"[/>\\|\u00b7\u2022,\uff0c\u3001-]+")
_PART = re.compile(r"^\s*(其中|of which|darunter|davon|うち)\s*[:,\u3001]?", re.IGNORECASE)
_REMARK = re.compile(r"\(.*?\)")
NEAREST = 3  # regions that are suggested for an unknown name
MOST_OF_A_NAME = 5  # of one name that are shown
MOST_ALIKE = 50  # names that are looked at, in the order of their likeness
# Statistical codes: six digits down to the county, three more of its town, three of its village.
_LEVELS = re.compile(r"(?P<county>\d{6})(?P<town>\d{3})(?:000)?")


@dataclass(frozen=True)
class ListedRegion:
    """One name of one region, as the region lists give it.

    Attributes:
        code: Its code.
        name: A name or an alias.
        is_alias: Whether the name is an alias.
        is_fictional: Whether the region is invented.
    """

    code: str
    name: str
    is_alias: bool
    is_fictional: bool


@dataclass(frozen=True)
class Resolution:
    """What a row's region came to.

    Attributes:
        code: Code of the region; None where the row is refused.
        column: Column at fault, ``region_code`` or ``region_name``.
        refusal: Why no region was found; None where one was.
        found: What stands in the cell.
        candidates: What may have been meant, where the code tells it; for names see
            ``RegionIndex.suggest``.
        written: The code of the file where it was reduced to the level of the region; else None.
    """

    code: str | None = None
    column: str | None = None
    refusal: Refusal | None = None
    found: str | None = None
    candidates: str | None = None
    written: str | None = None


def _reduce_code(code: str) -> str:
    """A statistical code of nine or twelve digits without the zeros below the region's level."""
    found = _LEVELS.fullmatch(code)
    if not found:
        return code
    return found["county"] + (found["town"] if found["town"] != "000" else "")


class RegionIndex:
    """The regions that one source may speak about, by code and by name."""

    def __init__(
        self,
        regions: Iterable[ListedRegion],
        ancestors: dict[str, list[str]],
        *,
        fictional: bool,
        parent: str | None,
    ) -> None:
        """Index the regions.

        Args:
            regions: Every name of every region.
            ancestors: Codes above each region, nearest first, itself not included.
            fictional: A source speaks about real or about invented regions, never both.
            parent: Only regions at or below this one are meant; None for all.
        """
        self._ancestors = ancestors
        self._parents = {code for above in ancestors.values() for code in above}
        self._resolved: dict[tuple[str | None, str | None, str | None], Resolution] = {}
        self._names: dict[str, str] = {}
        self._allowed: dict[str, set[str]] = defaultdict(set)  # keys of each allowed region
        self._keys: dict[str, set[str]] = defaultdict(set)  # of all regions, for paths
        self._by_key: dict[str, set[str]] = defaultdict(set)
        for region in sorted(regions, key=lambda region: (region.is_alias, region.code)):
            self._names.setdefault(region.code, region.name)
            key = name_key(region.name)
            self._keys[region.code].add(key)
            within = parent is None or parent in (region.code, *ancestors.get(region.code, ()))
            if region.is_fictional == fictional and within:
                self._allowed[region.code].add(key)
                self._by_key[key].add(region.code)

    def resolve(self, code: str | None, name: str | None, section: str | None) -> Resolution:
        """Find the region of a row.

        Args:
            code: Text of the code cell.
            name: Text of the name cell: a name, an alias, or a path such as 某市/某区/某镇.
            section: Text of the row above that spans the table; a region there is the parent.
        """
        named = (code, name, section)
        if named not in self._resolved:  # monthly lists name the same regions again and again
            self._resolved[named] = self._resolve(*named)
        return self._resolved[named]

    def _resolve(self, code: str | None, name: str | None, section: str | None) -> Resolution:
        for column, text in (("region_code", code), ("region_name", name)):
            if text is not None and "\ufffd" in text:
                return Resolution(None, column, findings.UNDECODABLE_BYTES, text)
        code = None if code is None or read_missing(code) else code
        name = None if name is None or read_missing(name) else name
        if code is None and name is None:
            return Resolution(column="region_name", refusal=findings.NO_REGION)
        if code is not None:
            return self._by_code(code, name)
        return self._by_name(name or "", section)

    def suggest(self, name: str, section: str | None, beside: set[str]) -> str | None:
        """What a name may mean that means no region, or several.

        Args:
            name: Text of the name cell.
            section: Text of the row above that spans the table.
            beside: Codes of the regions to which those of the other rows belong; a town of the same
                county is more likely than one elsewhere.

        Returns:
            Regions in words, the likeliest first; None where none looks like it.
        """
        beside = (self._named(section) if section else set()) or beside
        codes = sorted(self._named(name), key=lambda c: (not self._is_below(c, beside), c))
        codes = codes[:MOST_OF_A_NAME] or self._nearest(name_key(name), beside)
        return ", ".join(self._described(code) for code in codes) or None

    def parent_of(self, code: str) -> str | None:
        """The region right above one; None at the top."""
        return next(iter(self._ancestors.get(code, ())), None)

    def is_region(self, name: str) -> bool:
        """Whether a name means regions that the source may speak about."""
        return bool(self._named(name))

    def _by_code(self, text: str, name: str | None) -> Resolution:
        value = read_code(text)
        if value is None or value.value is None:
            return Resolution(None, "region_code", findings.UNREADABLE["code"], text)
        code = value.value
        written = None
        if code not in self._names and (reduced := _reduce_code(code)) != code:
            code, written = reduced, code
        if code not in self._names:
            return Resolution(None, "region_code", findings.UNKNOWN_REGION_CODE, text)
        official = f"{code} {self._names[code]}"
        if code not in self._allowed:
            found = f"{text} {self._names[code]}"
            return Resolution(None, "region_code", findings.REGION_OUTSIDE_SOURCE, found)
        if name is not None and code not in self._named(name):
            refusal = findings.CODE_AND_NAME_DISAGREE
            return Resolution(None, "region_name", refusal, f"{text} {name}", official)
        return Resolution(code, written=written)

    def _by_name(self, name: str, section: str | None) -> Resolution:
        named = self._named(name)
        parents = self._named(section) if section else set()
        if parents:
            named = {c for c in named if parents & {c, *self._ancestors.get(c, ())}}
        if len(named) == 1:
            return Resolution(next(iter(named)))
        refusal = findings.AMBIGUOUS_REGION_NAME if named else findings.UNKNOWN_REGION_NAME
        return Resolution(None, "region_name", refusal, name)

    def _named(self, name: str) -> set[str]:
        """Regions that a text means; a footnote mark behind it, or 其中 before it, left out."""
        return (
            self._with_key(name_key(name))
            or self._with_key(name_key(take_footnote(fold(name))[0]))
            or self._with_key(name_key(_PART.sub("", fold(name))))
        )

    def _with_key(self, key: str) -> set[str]:
        """Regions that a folded name means: by a name of their own, else by a path."""
        if key in self._by_key:
            return set(self._by_key[key])
        key = _SEPARATORS.sub("", key)
        return {
            code
            for start in range(len(key))
            for code in self._by_key.get(key[start:], ())
            if self._is_path(key[:start], code)
        }

    def _is_path(self, prefix: str, code: str) -> bool:
        """Whether a text is names of a region's ancestors, from above, some perhaps left out."""
        rests = {prefix}
        for ancestor in reversed(self._ancestors.get(code, [])):
            for key in self._keys[ancestor]:
                rests |= {rest.removeprefix(key) for rest in rests if rest.startswith(key)}
        return "" in rests

    def _described(self, code: str) -> str:
        above = self._ancestors.get(code, [])
        parent = f" ({self._names[above[0]]})" if above and above[0] in self._names else ""
        return f"{code} {self._names[code]}{parent}"

    def _nearest(self, key: str, beside: set[str]) -> list[str]:
        """Regions whose names look like a folded one, those below some regions first.

        The one that looks most like it is among them wherever it lies.
        """
        key = _REMARK.sub("", key)
        for end in range(len(key) - 1, 0, -1):  # 某县某镇: the county is known, the town is not
            if above := self._by_key.get(key[:end], set()) & self._parents:
                key, beside = key[end:], above
                break
        near = difflib.get_close_matches(key, self._by_key, n=MOST_ALIKE, cutoff=0.5)
        alike = list(dict.fromkeys(code for name in near for code in sorted(self._by_key[name])))
        first = sorted(alike, key=lambda code: not self._is_below(code, beside))[:NEAREST]
        best = alike[:1]
        return first if set(best) <= set(first) else [*first[:-1], *best]

    def _is_below(self, code: str, regions: set[str]) -> bool:
        return not regions.isdisjoint(self._ancestors.get(code, ()))
