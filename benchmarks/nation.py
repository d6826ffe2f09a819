"""Writes the files of an invented nation of any size, the same for the same size.

One document each for regions, residents, rosters, quotas and targets, as a workspace holds them.
Whatever stands in the files is drawn by a generator with a fixed seed; codes begin with 99 and the
dossier says ``fictional: true``.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

SEED = 20251231
LAST_YEAR = 2025
LEVELS = {
    "省级": "省",
    "地级": "市",
    "县级": "县",
    "乡级": "镇",
}  # below the nation, and last words of names
# Of the real thing: 31 provinces, 333 prefectures, 2,800 counties, 41,000 towns.
PROVINCE_TOWNS, PREFECTURE_TOWNS, COUNTY_TOWNS = 1300, 120, 15
LATE_EVERY = 20  # one province in so many sends no list in a month
FILE_OF_ROSTER = "roster-{:%Y-%m}.csv"

SOURCES = """dossier: nation
title: {{zh: 示例国（虚构）, en: Example nation (fictional)}}
fictional: true
documents:
  - {{id: nation-doc, title: 示例国统计, issuer: 示例国统计办, issued: 2026-01-31, grade: A}}
sources:
  - {{id: regions, file: regions.csv, contract: region_list, document: nation-doc, locator: 全表}}
  - {{id: targets, file: targets.csv, contract: policy_target, document: nation-doc, locator: 全表}}
  - id: quotas
    file: quotas.csv
    contract: quota_ledger
    document: nation-doc
    locator: 全表
    constants: {{unit: places, accumulation: cumulative}}
{more}"""
ENTRY = """\
  - {{id: {id}, file: {id}.csv, contract: {contract}, document: nation-doc, locator: 全表{more}}}
"""


@dataclass(frozen=True)
class Size:
    """How large a nation is.

    Attributes:
        towns: Regions of the lowest of the four levels below the nation.
        facilities: Facilities that a month lists, about.
        months: Monthly rosters, the last of December of ``LAST_YEAR``.
        population_years: Years of residents, one file each.
        quota_years: Years of the quota ledger.
    """

    towns: int = 41_000
    facilities: int = 100_000
    months: int = 60
    population_years: int = 10
    quota_years: int = 3

    def scaled(self, share: float) -> Size:
        """A nation with a share of the towns and facilities, and as many months."""
        towns = max(40, round(self.towns * share))
        return replace(self, towns=towns, facilities=max(100, round(self.facilities * share)))

    def with_facilities(self, facilities: int) -> Size:
        """The same nation with another number of facilities."""
        return replace(self, facilities=facilities)


def write_nation(workspace: Path, size: Size) -> None:
    """Write ``raw/nation`` of a workspace.

    Args:
        workspace: Folder to write to.
        size: How large.
    """
    folder = workspace / "raw" / "nation"
    folder.mkdir(parents=True)
    draw = np.random.default_rng(SEED)
    regions = _regions(size.towns)
    _write(regions, folder / "regions.csv")
    years = range(LAST_YEAR - size.population_years + 1, LAST_YEAR + 1)
    residents = _write_populations(folder, regions, years, draw)
    facilities = _facilities(regions, residents, size, draw)
    entries = [ENTRY.format(id=f"population-{y}", contract="population", more="") for y in years]
    entries += _write_rosters(folder, regions, facilities, size, draw)
    _write_quotas(folder, regions, residents, size)
    _write_targets(folder, regions)
    (folder / "sources.yml").write_text(SOURCES.format(more="".join(entries)), encoding="utf-8")


def last_days(months: int) -> list[dt.date]:
    """Last day of each of so many months up to December of ``LAST_YEAR``."""
    counts = range(LAST_YEAR * 12 + 12 - months, LAST_YEAR * 12 + 12)
    starts = [(count // 12, count % 12 + 1) for count in counts]
    return [dt.date(year, month, monthrange(year, month)[1]) for year, month in starts]


def _regions(towns: int) -> pd.DataFrame:
    """One row per region, from the nation down; a code is that of the region above and a number."""
    counties = max(8, towns // COUNTY_TOWNS)
    prefectures = max(6, towns // PREFECTURE_TOWNS)
    provinces = max(4, towns // PROVINCE_TOWNS)
    above = np.zeros(1, dtype=int)
    codes = np.array(["99"], dtype=object)
    frames = [pd.DataFrame({"区划代码": codes, "名称": "示例国", "级别": "国家", "上级代码": None})]
    for (level, suffix), count in zip(
        LEVELS.items(), (provinces, prefectures, counties, towns), strict=True
    ):
        above = np.arange(count) * len(codes) // count
        place = np.arange(count) - np.searchsorted(above, above) + 1
        digits = 3 if level == "乡级" else 2
        parents = codes[above]
        codes = np.array(
            [f"{code}{number:0{digits}}" for code, number in zip(parents, place, strict=True)],
            dtype=object,
        )
        names = [f"示例{number}{suffix}" for number in range(1, count + 1)]
        frames.append(
            pd.DataFrame({"区划代码": codes, "名称": names, "级别": level, "上级代码": parents})
        )
    return pd.concat(frames, ignore_index=True).assign(代码来源="虚构")


def _write_populations(
    folder: Path, regions: pd.DataFrame, years: range, draw: np.random.Generator
) -> np.ndarray:
    """Write residents and young children of every region and year; those of towns last year.

    A region above has the sum of its towns.
    """
    towns = regions[regions["级别"] == "乡级"]
    base = np.clip(draw.lognormal(10, 0.8, len(towns)), 800, 400_000)
    growth = draw.normal(1.0, 0.01, len(towns))
    births = draw.uniform(0.004, 0.012, len(towns))
    counts = {}
    for number, year in enumerate(years):
        residents = np.rint(base * growth**number).astype(int)
        ages = {
            f"{age}岁": np.rint(residents * births * 0.96 ** (number - age)).astype(int)
            for age in range(3)
        }
        counts = {"常住人口": residents, **ages}
        frame = pd.DataFrame({"区划代码": towns["区划代码"].to_numpy(), **counts})
        frames = [frame]
        for digits in (8, 6, 4, 2):  # codes of counties, prefectures, provinces, the nation
            sums = frame.groupby(frame["区划代码"].str[:digits]).sum(numeric_only=True)
            frames.append(sums.reset_index())
        whole = pd.concat(frames[::-1], ignore_index=True)
        whole.insert(1, "年度", year)
        _write(whole, folder / f"population-{year}.csv")
    return counts["常住人口"]


def _facilities(
    regions: pd.DataFrame, residents: np.ndarray, size: Size, draw: np.random.Generator
) -> pd.DataFrame:
    """One row per facility: what does not change, and the months of its first and last list."""
    towns = regions.loc[regions["级别"] == "乡级", "区划代码"].to_numpy()
    count = round(size.facilities * 1.08)  # those that open late and close early make up for it
    town = np.sort(draw.choice(len(towns), count, p=residents / residents.sum()))
    months = size.months
    opens = np.where(draw.random(count) < 0.10, draw.integers(0, months, count), 0)
    closes = np.where(draw.random(count) < 0.05, draw.integers(0, months, count), months)
    classes = draw.integers(1, 9, count)
    return pd.DataFrame(
        {
            "number": np.arange(count),
            "town": towns[town],
            "opens": opens,
            "closes": np.maximum(closes, opens + 1),
            "type": draw.choice(["托育机构", "幼儿园", "社区托育"], count, p=[0.7, 0.25, 0.05]),
            "status": draw.choice(["已备案", "备案中", "未备案"], count, p=[0.95, 0.03, 0.02]),
            "owner": draw.choice(["公办", "民办", "公建民营"], count, p=[0.35, 0.55, 0.1]),
            "inclusive": draw.choice(["是", "否"], count, p=[0.6, 0.4]),
            "places": classes * 15,
            "fee": np.where(draw.random(count) < 0.05, 0, draw.integers(8, 40, count) * 100),
        }
    )


def _write_rosters(
    folder: Path,
    regions: pd.DataFrame,
    facilities: pd.DataFrame,
    size: Size,
    draw: np.random.Generator,
) -> list[str]:
    """Write a whole list of every month, without the provinces that are late; their entries."""
    provinces = regions.loc[regions["级别"] == "省级", "区划代码"].tolist()
    entries = []
    with duckdb.connect() as connection:
        connection.register("facilities", facilities)
        for month, day in enumerate(last_days(size.months)):
            sent = [
                code for i, code in enumerate(provinces) if (month * 7 + i * 11) % LATE_EVERY != 3
            ]
            use = draw.uniform(0.5, 0.9)
            path = folder / FILE_OF_ROSTER.format(day)
            connection.execute(
                f"""
                copy (
                    select date '{day}' as "统计日期",
                        'T' || lpad(number::varchar, 7, '0') as "机构编号",
                        '示例' || {_character("number % 997")} || {_character("number * 7 % 983")}
                        || if(type = '幼儿园', '幼儿园', '托育园') as "机构名称",
                        town as "区划代码",
                        {_character("number * 3 % 211")} || '示例路' || (1 + number % 389) || '号'
                        as "地址",
                        type as "机构类型", status as "备案状态", owner as "举办性质",
                        inclusive as "是否普惠",
                        places + if({month} >= 36 and number % 9 = 0, 15, 0) as "托位数",
                        (places * {use} * (number % 7 + 4) / 10)::integer as "在托婴幼儿数",
                        (places + 6) // 7 as "保育人员数", nullif(fee, 0) as "月收费"
                    from facilities
                    where {month} between opens and closes - 1 and town[:4] in {tuple(sent)}
                    order by number
                ) to '{path}' (header)
                """
            )
            more = f", complete_for: {sent}".replace("'", '"')
            entries.append(ENTRY.format(id=path.stem, contract="facility_roster", more=more))
    return entries


def _character(number: str) -> str:
    """SQL of the Chinese character of a number below a thousand."""
    return f"chr(19968 + ({number})::integer)"


def _write_quotas(folder: Path, regions: pd.DataFrame, residents: np.ndarray, size: Size) -> None:
    """Write the places that every town is to have by the end of each year."""
    towns = regions.loc[regions["级别"] == "乡级", "区划代码"]
    final = np.ceil(residents * 4.5 / 1000)
    frames = [
        pd.DataFrame(
            {
                "区划代码": towns,
                "年度": LAST_YEAR - size.quota_years + number,
                "累计托位数": np.rint(final * number / size.quota_years).astype(int),
            }
        )
        for number in range(1, size.quota_years + 1)
    ]
    _write(pd.concat(frames), folder / "quotas.csv")


def _write_targets(folder: Path, regions: pd.DataFrame) -> None:
    """Write a minimum of places per 1,000 residents for every region above the towns."""
    larger = regions[regions["级别"] != "乡级"]
    target = {"指标": "千人口托位数", "目标年份": LAST_YEAR, "关系": "不低于", "目标值": "4.5"}
    _write(larger[["区划代码"]].assign(**target, 性质="存量"), folder / "targets.csv")


def _write(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, lineterminator="\n")
