"""What tables of each contract say, before anybody writes them down: plain ones, in every choice of columns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from table_generator.regions import County, Region
from table_generator.tables import Column, Draft, Line, Truth

NAME_LABELS = ("地区", "地区名称", "镇街", "镇街名称", "乡镇街道", "region_name")
CODE_LABELS = ("区划代码", "行政区划代码", "地区代码")
NOTE = Column("note", "备注")
STEMS = [
    "阳光",
    "春苗",
    "小星星",
    "童乐",
    "贝贝",
    "向日葵",
    "启明",
    "安安",
    "米粒",
    "蓝天",
    "彩虹",
    "佳佳",
    "萌芽",
    "晨曦",
    "果果",
]
KINDS = {"托育园": "registered", "托育中心": "registered", "幼儿园": "kindergarten"}
TYPE_WORDS = {"registered": ("托育机构", "托育园"), "kindergarten": ("幼儿园", "幼儿园托班")}


def add_truth(line: Line, columns: list[Column]) -> Line:
    """The line with what a clerk would load of it: its values as they stand."""
    for column in columns:
        if column.field is not None and column.field not in line.truth:
            line.truth[column.field] = (line.values.get(column.label),)
    return line


def _region_columns(random: Random) -> list[Column]:
    name = Column("region_name", random.choice(NAME_LABELS))
    if random.random() < 0.2:
        return [Column("region_code", random.choice(CODE_LABELS)), name]
    return [name]


def _region(columns: list[Column], region: Region) -> dict[str, object]:
    said = {"region_name": region.name, "region_code": region.code}
    return {c.label: said[c.field] for c in columns if c.field in said}


def _complete(draft: Draft) -> Draft:
    """Give every line its truth; what stands for the region is its code."""
    codes = {town.name: town.code for town in (*draft.county.towns, draft.county)}
    name = draft.column("region_name").label
    for line in draft.lines:
        line.truth["region_code"] = (codes[str(line.values[name])],)
        add_truth(line, [c for c in draft.columns if c.field not in ("region_name", "region_code")])
    return draft


def _some_towns(random: Random, county: County, least: int = 3, most: int = 8) -> list[Region]:
    towns = list(county.towns)
    return sorted(random.sample(towns, random.randint(least, most)), key=lambda town: town.code)


def draft_population(random: Random, county: County) -> Draft:
    """A row per town and year: residents, and what else an office counts."""
    columns = _region_columns(random)
    if by_day := random.random() < 0.25:
        columns.append(Column("date", random.choice(("时点", "统计日期", "截至日期"))))
    else:
        columns.append(Column("year", random.choice(("年份", "年度", "年"))))
    columns.append(
        Column(
            "resident_population", random.choice(("常住人口", "常住人口数", "年末常住人口")), "人"
        )
    )
    if random.random() < 0.5:
        columns.append(
            Column("registered_population", random.choice(("户籍人口", "户籍人口数")), "人")
        )
    if random.random() < 0.4:
        columns.append(Column("births", random.choice(("出生人口", "出生人数")), "人"))
    if random.random() < 0.3:
        columns.append(NOTE)
    lines = []
    years = sorted(random.sample(range(2019, 2025), random.choice((1, 1, 2))))
    for town in _some_towns(random, county):
        residents = random.randint(4_000, 90_000)
        for year in years:
            residents = residents * random.randint(98, 103) // 100
            said = {
                "date": date(year, 12, 31) if by_day else None,
                "year": Decimal(year),
                "resident_population": Decimal(residents),
                "registered_population": Decimal(residents * random.randint(85, 115) // 100),
                "births": Decimal(residents * random.randint(4, 11) // 1000),
                "note": random.choice((None, None, "快报数")),
            }
            values = _region(columns, town) | {
                c.label: said[c.field] for c in columns if c.field in said
            }
            lines.append(Line("data", values))
    return _complete(Draft("population", county, columns, lines))


def draft_ledger(random: Random, county: County) -> Draft:
    """A row per town and year: the places that there have to be."""
    columns = _region_columns(random)
    if random.random() < 0.3:
        columns.insert(0, Column("row_no", "序号"))
    columns.append(Column("year", random.choice(("年度", "年份", "目标年度"))))
    columns.append(
        Column("places", random.choice(("托位数", "托位数指标", "年度托位数", "累计托位数")), "个")
    )
    if random.random() < 0.3:
        columns.append(NOTE)
    years = list(range(2023, 2023 + random.randint(1, 3)))
    lines = []
    for number, town in enumerate(_some_towns(random, county), 1):
        places = random.randint(1, 12) * 10
        for year in years:
            said = {
                "row_no": str(number), "year": Decimal(year), "places": Decimal(places),
                "note": random.choice((None, None, "新建")),
            }  # fmt: skip
            values = _region(columns, town) | {
                c.label: said[c.field] for c in columns if c.field in said
            }
            lines.append(Line("data", values))
            places += random.randint(1, 9) * 10
    constants = {"parent_region_code": county.code, "unit": "places", "accumulation": "cumulative"}
    return _complete(Draft("quota_ledger", county, columns, lines, entry={"constants": constants}))


# What a roster may have besides town, name and places, and how often.
ROSTER_COLUMNS = (
    ("row_no", 0.5, ("序号",), ""), ("region_name", 1, ("所属镇街", "所在镇街", "镇街", "所属街道"), ""),
    ("facility_name", 1, ("机构名称", "托育机构名称", "园所名称", "单位名称"), ""),
    ("facility_id", 0.4, ("机构编号", "备案编号"), ""), ("address", 0.5, ("地址", "机构地址", "详细地址"), ""),
    ("facility_type", 0.4, ("机构类型", "机构类别"), ""), ("is_inclusive", 0.3, ("是否普惠", "普惠性"), ""),
    ("places", 1, ("托位数", "托位", "托位总数", "核定托位数"), "个"),
    ("enrolled_children", 0.4, ("在托婴幼儿数", "在托人数"), "人"), ("monthly_fee_yuan", 0.4, ("月收费", "收费标准"), "元"),
    ("opened_on", 0.4, ("开业日期", "备案日期", "成立日期"), ""), ("as_of", 0.3, ("统计日期", "截至日期"), ""),
)  # fmt: skip


def draft_roster(random: Random, county: County) -> Draft:
    """A row per facility."""
    columns = [
        Column(name, random.choice(labels), unit)
        for name, chance, labels, unit in ROSTER_COLUMNS
        if random.random() < chance
    ]
    day = date(2024, 12, 31)
    is_dated = any(column.field == "as_of" for column in columns)
    entry = {} if is_dated else {"as_of": day.isoformat()}
    lines, names = [], [stem + kind for stem in STEMS for kind in KINDS]
    random.shuffle(names)
    for town in _some_towns(random, county, 2, 4):
        for _ in range(random.randint(1, 4)):
            number, name = len(lines) + 1, names.pop()
            kind = next(code for word, code in KINDS.items() if name.endswith(word))
            places = random.randint(1, 15) * 10
            said: dict[str, object] = {
                "row_no": str(number), "region_name": town.name, "facility_name": town.name + name,
                "facility_id": f"T{county.code}{number:03}", "address": f"{town.name}和平路{number * 7}号",
                "facility_type": random.choice(TYPE_WORDS[kind]), "is_inclusive": random.choice(("是", "否")),
                "places": Decimal(places), "enrolled_children": Decimal(random.randint(0, places)),
                "monthly_fee_yuan": Decimal(random.randint(12, 40) * 100), "as_of": day,
                "opened_on": date(2018, 1, 1) + timedelta(days=random.randint(0, 2000)),
            }  # fmt: skip
            truth: Truth = {
                "facility_type": (kind,),
                "is_inclusive": (said["is_inclusive"] == "是",),
            }
            truth = {name: truth[name] for name in truth if any(c.field == name for c in columns)}
            values = {c.label: said[str(c.field)] for c in columns}
            lines.append(Line("data", values, truth=truth | {"as_of": (day,)}))
    return _complete(Draft("facility_roster", county, columns, lines, entry=entry))


# Label -> code, unit, smallest and largest value; shares as written in percent.
FIGURES = {
    "托位数": ("places", "个", 100, 3000), "普惠托位数": ("inclusive_places", "个", 60, 90),
    "托育机构数": ("facilities", "家", 5, 60), "在托婴幼儿数": ("enrolled_children", "人", 50, 90),
    "新增托位数": ("new_places", "个", 10, 90), "每千人口托位数": ("places_per_1000", "个/千人", 1, 5),
    "普惠托位占比": ("inclusive_place_ratio", "%", 20, 90), "入托率": ("enrolment_ratio", "%", 3, 20),
}  # fmt: skip


def _draw_figure(random: Random, word: str) -> tuple[Decimal, Decimal]:
    """A value as a table shows it, and as it is loaded."""
    _, unit, low, high = FIGURES[word]
    if unit == "%":
        shown = Decimal(random.randint(low * 10, high * 10)) / 10
        return shown, shown / 100
    if unit == "个/千人":
        shown = Decimal(random.randint(low * 100, high * 100)) / 100
        return shown, shown
    shown = Decimal(random.randint(low, high))
    return shown, shown


def _write_unit(
    random: Random, columns: list[Column], word: str, shown: Decimal
) -> dict[str, object]:
    """The value and, where the table has a column for it, the unit."""
    unit = FIGURES[word][1]
    value = next(c.label for c in columns if c.field == "value")
    has_unit = next((c.label for c in columns if c.field == "unit"), None)
    if has_unit is not None:
        return {value: shown, has_unit: unit}
    return {value: f"{shown.normalize():f}%" if unit == "%" else shown}


def draft_reported(random: Random, county: County) -> Draft:
    """A row per region and figure."""
    columns = [
        Column("region_name", random.choice(NAME_LABELS[:4])), Column("indicator", random.choice(("指标", "指标名称"))),
        Column("as_of", random.choice(("截至日期", "时点"))), Column("value", random.choice(("数值", "值")), "数"),
        Column("kind", random.choice(("性质", "口径"))),
    ]  # fmt: skip
    if random.random() < 0.5:
        columns.insert(4, Column("unit", "单位"))
    lines = []
    for region in (county, *_some_towns(random, county, 1, 4)):
        for word in random.sample(sorted(FIGURES), random.randint(1, 3)):
            shown, value = _draw_figure(random, word)
            flow = FIGURES[word][0].startswith("new_")
            said = {
                "region_name": region.name, "indicator": word, "as_of": date(2024, 12, 31),
                "kind": "增量" if flow else "存量",
            }  # fmt: skip
            values = {c.label: said[c.field] for c in columns if c.field in said}
            truth: Truth = {
                "indicator": (FIGURES[word][0],), "value": (value,), "kind": ("flow" if flow else "stock",),
            }  # fmt: skip
            lines.append(
                Line("data", values | _write_unit(random, columns, word, shown), truth=truth)
            )
    draft = _complete(Draft("reported_figure", county, columns, lines))
    for line in draft.lines:
        line.truth.pop("unit", None)  # how a unit is kept is not promised, only the value
    return draft


def draft_target(random: Random, county: County) -> Draft:
    """A row per region, indicator and year."""
    columns = [
        Column("region_name", random.choice(NAME_LABELS[:4])), Column("indicator", random.choice(("指标", "指标名称"))),
        Column("year", random.choice(("目标年份", "目标年度"))), Column("comparator", random.choice(("关系", "比较"))),
        Column("value", random.choice(("目标值", "数值")), "数"), Column("kind", "性质"),
    ]  # fmt: skip
    lines = []
    for region in (county, *_some_towns(random, county, 1, 4)):
        for word in random.sample(
            ("每千人口托位数", "普惠托位占比", "托位数"), random.randint(1, 2)
        ):
            shown, value = _draw_figure(random, word)
            sign, code = random.choice((("≥", ">="), ("不低于", ">="), ("等于", "=")))
            said = {
                "region_name": region.name, "indicator": word, "year": Decimal(2025), "comparator": sign,
                "kind": "存量",
            }  # fmt: skip
            values = {c.label: said[c.field] for c in columns if c.field in said}
            truth: Truth = {
                "indicator": (FIGURES[word][0],), "value": (value,), "kind": ("stock",), "comparator": (code,),
            }  # fmt: skip
            lines.append(
                Line("data", values | _write_unit(random, columns, word, shown), truth=truth)
            )
    return _complete(Draft("policy_target", county, columns, lines))


DRAFTS: dict[str, Callable[[Random, County], Draft]] = {
    "population": draft_population,
    "quota_ledger": draft_ledger,
    "facility_roster": draft_roster,
    "reported_figure": draft_reported,
    "policy_target": draft_target,
}
