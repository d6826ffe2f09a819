"""Invented counties and towns: every case has a county of its own, with names that no other has."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

FIRST = "云柳青白石竹松梅兰桃榆杏枫桂荷菱莲芦苇茶"
SECOND = "溪河山塘桥湾坪冲岭浦泉洲港岗田坡垭渡关店"
TOWN_WORDS = ("镇", "乡", "街道")
PREFECTURE = "990000"
TOWNS_PER_COUNTY = 12


@dataclass(frozen=True)
class Region:
    """A region of the invented list.

    Attributes:
        code: Six digits of a county, nine of a town.
        name: As the region list writes it.
    """

    code: str
    name: str


@dataclass(frozen=True)
class County(Region):
    """A county with its towns."""

    towns: tuple[Region, ...]


def invent_counties(count: int) -> list[County]:
    """So many counties, always the same ones."""
    stems = ["".join(pair) for pair in itertools.product(FIRST, SECOND)]
    prefixes = ["", "东", "西", "南", "北", "上", "下", "大", "小", "新", "老"]
    names = (prefix + stem for prefix, stem in itertools.product(prefixes, stems))
    counties = []
    for number in range(count):
        code = f"99{number // 99 + 1:02}{number % 99 + 1:02}"
        towns = tuple(
            Region(f"{code}{place:03}", next(names) + TOWN_WORDS[place % 3])
            for place in range(1, TOWNS_PER_COUNTY + 1)
        )
        counties.append(County(code, next(names) + "县", towns))
    return counties


def region_list(counties: list[County]) -> str:
    """The csv of a region list with these counties."""
    lines = ["区划代码,名称,级别,上级代码,代码来源", f"{PREFECTURE},虚构市,地级,,虚构"]
    for county in counties:
        lines.append(f"{county.code},{county.name},县级,{PREFECTURE},虚构")
        lines += [f"{town.code},{town.name},乡级,{county.code},虚构" for town in county.towns]
    return "\n".join(lines) + "\n"
