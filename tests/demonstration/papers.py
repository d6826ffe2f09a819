"""Everything but rosters: regions, people, quotas, targets, bulletins and inspections."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from facilities import Facility
from files import SPOKEN_DAY_BY_NUMBER, TEN_THOUSANDS, Sheet, delimited, workbook
from geography import CITY, DISTRICTS, POPULATION_YEARS, REGIONS, STALE_TOWN, TOWNS, YEARS, People
from truth import Truth

NOTE = "注：本表为虚构示例。"
INCLUSIVE_DISTRICT, INCLUSIVE_DIFFERENCE = "990101", 3  # within half a place a town: a warning
CITY_SLIP, DISTRICT_SLIP = 340, -120
SLIP_YEAR, DISTRICT_SLIP_YEAR, SLIP_DISTRICT = 2023, 2024, "990102"
REVISED_YEAR, REVISED_SLIP = 2024, 200
DROPPED_TOWN, RAISED_TOWNS, RAISED_BY = "990101009", ("990101001", "990101004"), 20
KINDS = {"safety": "安全巡查", "fire": "消防检查", "quality": "质量评估"}
RESULTS = ("合格", "合格", "合格", "限期整改", "整改后合格")


@dataclass
class Paper:
    """One source that is no roster."""

    id: str
    file: str
    contract: str
    document: str
    locator: str
    content: bytes
    read: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    unpivot: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def make_regions() -> Paper:
    """The region list."""
    sheet = Sheet()
    sheet.add(("区划代码", "名称", "级别", "上级代码", "代码来源", "别名", "经度", "纬度"))
    for region in REGIONS.values():
        sheet.add((region.code, region.name, region.level, region.parent, "虚构示例代码", ";".join(region.aliases), region.longitude, region.latitude))  # fmt: skip
    return Paper("shili-city-regions", "regions.csv", "region_list", "shili-city-regions-doc", "全文（虚构）", delimited(sheet))  # fmt: skip


def make_population(people: dict[tuple[str, int], People]) -> list[Paper]:
    """Two tables of all regions, and one of the city in ten thousands."""
    early, late = Sheet(title="人口"), Sheet()
    labels = ("区划代码", "地区", "年份", "常住人口(万人)", "0岁", "1岁", "2岁", "出生人口")
    early.merge(early.add(["示例市2020-2022年人口（虚构示例）"]), 1, 1, len(labels))
    late.add(["示例市2023-2025年人口（虚构示例）"])
    early.add(labels)
    early.formats[labels.index("常住人口(万人)") + 1] = TEN_THOUSANDS
    late.add(("区划代码", "性别", "地区", "年份", "常住人口", "0岁", "1岁", "2岁", "出生人口"))
    for year in POPULATION_YEARS:
        sheet = early if year < 2023 else late
        for code, region in REGIONS.items():
            if code == STALE_TOWN and year > 2020:
                continue
            found = people[code, year]
            figures = [found.residents, found.age_0, found.age_1, found.age_2, found.births]
            if sheet is early:
                sheet.add((code, region.name, f"{year}年末", *figures))
                continue
            is_first_town = code.endswith("001")
            name = f"其中：{region.name}" if is_first_town else region.name
            late.add((code, "合计", name, f"{year}年末", *(f"{figure:,}" for figure in figures)))
    early.add([NOTE])
    late.add([NOTE])
    wide = Sheet()
    wide.add(("填报单位：示例市虚构统计局", *[None] * (len(POPULATION_YEARS) - 1), "单位：万人"))
    wide.add(("地区", *(f"{year}年" for year in POPULATION_YEARS)))
    residents = [people[CITY, year].residents for year in POPULATION_YEARS]
    wide.add(("示例市", *(f"{count / 10_000:.4f}" for count in residents)))
    unpivot = {
        "columns": [f"{year}年" for year in POPULATION_YEARS],
        "names_to": "year",
        "values_to": "resident_population",
    }
    return [
        Paper("shili-city-population-2020-2022", "population_2020_2022.xlsx", "population", "shili-city-yearbook", "表1（虚构）", workbook(early)),
        Paper("shili-city-population-2023-2025", "population_2023_2025.csv", "population", "shili-city-yearbook", "表2（虚构）", delimited(late, encoding="gb18030", end="\r\n"), columns={"性别": "ignore"}),
        Paper("shili-city-residents", "residents_2020_2025.csv", "population", "shili-city-yearbook", "表3（虚构）", delimited(wide), unpivot=unpivot),
    ]  # fmt: skip


def make_ledgers(people: dict[tuple[str, int], People]) -> list[Paper]:
    """Quotas of each district's towns as an annex, and inclusive ones of one district."""
    sheets, quotas = [], {}
    for town in TOWNS:
        last = round(people[town, 2022].residents * 4.5 / 1000)
        quotas[town] = (round(last * 0.45), round(last * 0.72), last)
    for district in DISTRICTS:
        towns = [town for town in TOWNS if town.startswith(district)]
        sheets.append(_annex(district, {town: quotas[town] for town in towns}))
    content = workbook(*sheets)
    labels = {"千人口托位数指标": "stated_total", "年度千人口托位数": "places"}
    papers = [
        Paper(
            id=f"shili-city-quota-{district}",
            file="quota_ledger_2023_2025.xlsx",
            contract="quota_ledger",
            document="shili-city-plan",
            locator=f"附件2 {REGIONS[district].name}（虚构）",
            content=content,
            read={"sheet": REGIONS[district].name},
            columns=labels,
            constants={"parent_region_code": district, "unit": "places", "accumulation": "cumulative"},
        )
        for district in DISTRICTS
    ]  # fmt: skip
    return [*papers, *_inclusive_ledgers(quotas)]


def _annex(district: str, quotas: dict[str, tuple[int, ...]]) -> Sheet:
    name = REGIONS[district].name
    sheet = Sheet(title=name)
    sheet.add([f"{name}托位数指标任务台账（虚构示例）"])
    sheet.add(["序号", "镇街名称", "千人口托位数指标", "年度指标分解", None, "备注"])
    sheet.add([None, None, None, "年度", "年度千人口托位数", None])
    sheet.merged += ["A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"]
    for number, (town, numbers) in enumerate(quotas.items(), start=1):
        top = len(sheet.rows) + 1
        for offset, quota in enumerate(numbers):
            first = [number, REGIONS[town].name, numbers[-1]] if offset == 0 else [None] * 3
            sheet.add([*first, f"{2023 + offset}年", quota, None])
        for column in (1, 2, 3):
            sheet.merge(top, column, len(sheet.rows), column)
    sheet.add([None, "合计", sum(numbers[-1] for numbers in quotas.values())])
    return sheet


def _inclusive_ledgers(quotas: dict[str, tuple[int, ...]]) -> list[Paper]:
    """The ledger, and how it is issued again for its last two years.

    The later one drops a town, asks more of two, and the total of its last year is three places
    more than its towns add up to.
    """
    towns = [town for town in quotas if town.startswith(INCLUSIVE_DISTRICT)]
    first = {
        (town, 2023 + year): round(quotas[town][year] * 0.6) for year in range(3) for town in towns
    }
    again = {
        (town, year): places + (RAISED_BY if town in RAISED_TOWNS else 0)
        for (town, year), places in first.items()
        if year > 2023 and town != DROPPED_TOWN
    }
    return [
        _inclusive_ledger(first, "", "shili-city-plan", "附件3（虚构）", 0),
        _inclusive_ledger(
            again, "2024", "shili-city-plan-revised", "附件（虚构）", INCLUSIVE_DIFFERENCE
        ),
    ]


def _inclusive_ledger(
    quotas: dict[tuple[str, int], int], issue: str, document: str, locator: str, slip: int
) -> Paper:
    sheet, rows = Sheet(), {}
    sheet.add([f"甲例区普惠托位指标台账（{issue + '年调整，' if issue else ''}虚构示例）"])
    sheet.add(("镇街名称", "年度", "累计托位数"))
    years = sorted({year for _, year in quotas})
    for year in years:
        shares = {town: places for (town, when), places in quotas.items() if when == year}
        for town, places in shares.items():
            row = sheet.add((REGIONS[town].name, year, places))
            if town == DROPPED_TOWN:
                rows |= {f"dropped-{year}": row, f"dropped-places-{year}": places}
        rows[f"sum-{year}"] = sum(shares.values())
        total = sum(shares.values()) + (slip if year == years[-1] else 0)
        rows[f"total-{year}"] = sheet.add(("合计", year, total))
    suffix = f"-{issue}" if issue else ""
    return Paper(
        id=f"shili-city-quota-inclusive-990101{suffix}",
        file=f"quota_inclusive_990101{suffix.replace('-', '_')}.csv",
        contract="quota_ledger",
        document=document,
        locator=locator,
        content=delimited(sheet),
        constants={
            "parent_region_code": INCLUSIVE_DISTRICT,
            "unit": "places",
            "accumulation": "cumulative",
            "category": "inclusive",
        },
        rows=rows,
    )


def make_targets() -> Paper:
    """4.5 places for 1,000 residents and 60 % inclusive by 2025, for the city and its districts."""
    sheet = Sheet()
    sheet.add(("地区", "指标", "目标年份", "关系", "目标值", "性质", "出处"))
    for code in (CITY, *DISTRICTS):
        sheet.add(
            (REGIONS[code].name, "千人口托位数", 2025, "不低于", "4.5", "存量", "第二条（虚构）")
        )
        sheet.add((REGIONS[code].name, "普惠托位占比", 2025, "≥", "60%", "存量", "第三条（虚构）"))
    return Paper("shili-city-targets", "targets_2025.csv", "policy_target", "shili-city-plan", "全文（虚构）", delimited(sheet))  # fmt: skip


def make_bulletins(truth: Truth) -> list[Paper]:
    """What the city says of itself at year ends, and a later word on one of the figures.

    Two of the figures contradict the rosters, and stay; a third one is corrected by the office.
    """
    sheet, rows = Sheet(), {}
    labels = ("地区", "指标", "截至日期", "数值", "性质", "出处", "备注")
    sheet.add(labels)
    for year in YEARS:
        for label, measure in (("托位数", "places"), ("在托婴幼儿数", "enrolled_children")):
            value = truth.in_fact(year, measure)
            known = truth.figure(CITY, year, "all", measure).value
            note = "虚构；含名册未报或未填的机构" if known is None else "虚构"
            if (measure, year) == ("places", SLIP_YEAR):
                value += CITY_SLIP
            if (measure, year) == ("places", REVISED_YEAR):
                value += REVISED_SLIP
            where = f"{year}年公报（虚构）"
            rows[f"{measure}-{year}"] = sheet.add(
                ("示例市", label, f"{year}年末", value, "存量", where, note)
            )
    for district, slip in (("990101", 0), (SLIP_DISTRICT, DISTRICT_SLIP)):
        value = truth.in_fact(DISTRICT_SLIP_YEAR, "places", district) + slip
        rows[f"places-{district}"] = sheet.add((REGIONS[district].name, "托位数", "2024-12-31", value, "存量", "区简报（虚构）", "虚构"))  # fmt: skip
    later = Sheet()
    later.add(labels)
    value = truth.in_fact(REVISED_YEAR, "places")
    row = later.add(
        ("示例市", "托位数", f"{REVISED_YEAR}年末", value, "存量", "更正（虚构）", "虚构")
    )
    return [
        Paper("shili-city-bulletins", "bulletins_2021_2025.csv", "reported_figure", "shili-city-bulletin", "全文（虚构）", delimited(sheet), rows=rows),
        Paper("shili-city-bulletins-corrected", "bulletins_corrected_2026.csv", "reported_figure", "shili-city-bulletin-corrected", "全文（虚构）", delimited(later), rows={"revised": row}),
    ]  # fmt: skip


def make_inspections(facilities: list[Facility], seed: int) -> list[Paper]:
    """Rounds of two years: most facilities once a quarter, some missed, few twice."""
    rng = random.Random(seed)  # noqa: S311 - invented figures, not secrets
    papers = []
    for year in (2024, 2025):
        sheet = Sheet(title="巡查")
        labels = ("检查日期", "所属镇街", "机构编号", "机构名称", "检查类型", "检查结果")
        sheet.merge(sheet.add([f"示例市{year}年托育机构巡查记录（虚构示例）"]), 1, 1, len(labels))
        sheet.add(labels)
        sheet.formats[1] = SPOKEN_DAY_BY_NUMBER
        for day, kind, facility in sorted(_rounds(facilities, year, rng), key=lambda r: (*r[:2], r[2].number)):  # fmt: skip
            state = facility.state(day)
            number = facility.health_id or facility.education_id
            when = day.isoformat() if year == 2024 else day
            sheet.add((when, REGIONS[state.town].name, number, state.name, KINDS[kind], rng.choice(RESULTS)))  # fmt: skip
        content = delimited(sheet, encoding="gb18030") if year == 2024 else workbook(sheet)
        file = f"inspections_{year}.{'csv' if year == 2024 else 'xlsx'}"
        papers.append(Paper(f"shili-city-inspections-{year}", file, "inspection", "shili-city-inspection-records", f"{year}年记录（虚构）", content))  # fmt: skip
    return papers


def _rounds(
    facilities: list[Facility], year: int, rng: random.Random
) -> list[tuple[dt.date, str, Facility]]:
    found = []
    for facility in facilities:
        is_careless = facility.number % 11 == 3  # visited in every other quarter at best
        for quarter in range(4):
            days = [
                dt.date(year, 3 * quarter + rng.randint(1, 3), rng.randint(1, 28)) for _ in range(4)
            ]
            chances = {"safety": 0.45 if is_careless else 0.93, "fire": 0.15, "quality": 0.1}
            for day, (kind, chance) in zip(days, chances.items(), strict=False):
                if rng.random() < chance and facility.is_open(day):
                    found.append((day, kind, facility))
            if rng.random() < 0.06 and facility.is_open(days[3]) and days[3] != days[0]:
                found.append((days[3], "safety", facility))
    return found
