"""Finds the records of a town worth comparing, without looking at every pair of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from itertools import combinations, product

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.process import cdist

from pipeline.warehouse.facility_matching.likeness import ALIKE, MIDDLING
from pipeline.warehouse.facility_matching.records import Record

CHUNK = 500  # rows of a matrix at a time: 10,000 names of a town take 10 MB, not 200


def pairs_of_similar_names(records: list[Record]) -> Iterator[tuple[int, int]]:
    """Find pairs of records of one town, with the same marks in their names and names alike.

    Their addresses have the same house number, or one of the two is missing.

    Args:
        records: All records.

    Yields:
        Numbers of two records, the lower first, once; some whose likeness is just too low may be
        among them.
    """
    houses: dict[Hashable, list[int]] = defaultdict(list)
    towns: dict[Hashable, list[int]] = defaultdict(list)
    for index, record in enumerate(records):
        town = (record.region, record.name.marks)
        towns[town].append(index)
        if record.address is not None:
            houses[(*town, record.address.house_number)].append(index)
    for house in houses.values():
        yield from _pairs(house, records, MIDDLING)
    for town_records in towns.values():
        without = {index for index in town_records if records[index].address is None}
        if without:
            found = _pairs(town_records, records, ALIKE)
            yield from (pair for pair in found if without.intersection(pair))


def _pairs(block: list[int], records: list[Record], at_least: int) -> Iterator[tuple[int, int]]:
    if len(block) == 1:
        return
    by_name: dict[str, list[int]] = defaultdict(list)
    for index in block:
        by_name[records[index].name.full].append(index)
    groups = list(by_name.values())
    for one, other in _similar(
        [records[group[0]].name.core for group in groups], list(by_name), at_least
    ):
        found: Iterable[tuple[int, int]] = product(groups[one], groups[other])
        yield from ((min(pair), max(pair)) for pair in found)
    for group in groups:
        yield from combinations(group, 2)


def _similar(cores: list[str], fulls: list[str], at_least: int) -> Iterator[tuple[int, int]]:
    """Numbers of different names that are alike, as ``name_likeness`` counts without its caps."""
    if len(cores) == 1:
        return
    for start in range(0, len(cores), CHUNK):
        end = start + CHUNK
        core = cdist(cores[start:end], cores[start:], scorer=fuzz.ratio, dtype=np.uint8)
        full = cdist(fulls[start:end], fulls[start:], scorer=fuzz.ratio, dtype=np.uint8)
        # 1: these are rounded, name_likeness is not
        alike = np.maximum(core, core // 2 + full // 2 + 1) >= at_least - 1
        for row, column in np.argwhere(np.triu(alike, 1)).tolist():
            yield start + row, start + column
