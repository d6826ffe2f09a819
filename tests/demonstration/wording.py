"""How offices write what a register holds: labels, words, dates and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from geography import REGIONS

Row = dict[str, Any]
WIDE = str.maketrans("0123456789", "０１２３４５６７８９")
WORDS = {
    "facility_type": {
        "registered": ("托育机构", "托育园", "专业托育机构"),
        "kindergarten": ("幼儿园托班", "幼儿园"),
        "community": ("社区托育点", "社区托育"),
        "employer": ("用人单位办托", "单位托育点"),
        "family": ("家庭托育点",),
    },
    "ownership": {
        "public": ("公办", "公立"),
        "private": ("民办", "民营"),
        "public_private": ("公建民营", "民办公助"),
    },
    "filing_status": {
        "filed": ("已备案", "备案"),
        "pending": ("备案中", "审核中"),
        "not_filed": ("未备案",),
        "cancelled": ("已注销", "取消备案"),
    },
}
COUNTED = (
    "places",
    "inclusive_places",
    "infant_places",
    "toddler_places",
    "older_places",
    "mixed_places",
    "enrolled_children",
    "caregivers",
)
DATES: dict[str, Callable[[dt.date], Any]] = {
    "typed": lambda day: day,
    "iso": lambda day: day.isoformat(),
    "dotted": lambda day: f"{day.year}.{day.month:02d}.{day.day:02d}",
    "slashed": lambda day: f"{day.year}/{day.month}/{day.day}",
    "joined": lambda day: day.strftime("%Y%m%d"),
    "han": lambda day: f"{day.year}年{day.month}月{day.day}日",
}

# Labels of columns, and what stands in them.
CODE = (("区划代码", "region_code"),)
TOWN = (("镇街名称", "region_name"),)
WHO = (
    ("机构编号", "facility_id"),
    ("机构名称", "facility_name"),
    ("统一社会信用代码", "credit_code"),
    ("详细地址", "address"),
)
PLACE = (("经度", "longitude"), ("纬度", "latitude"))
KIND = (
    ("机构类型", "facility_type"),
    ("举办性质", "ownership"),
    ("备案状态", "filing_status"),
    ("是否普惠", "is_inclusive"),
)
DAYS = (("开业日期", "opened_on"), ("停业日期", "closed_on"))
PLACES = (
    ("托位数", "places"),
    ("普惠托位数", "inclusive_places"),
    ("乳儿班", "infant_places"),
    ("托小班", "toddler_places"),
    ("托大班", "older_places"),
    ("混龄班", "mixed_places"),
)
REST = (
    ("在托人数", "enrolled_children"),
    ("保育员数", "caregivers"),
    ("月收费标准(元/月)", "monthly_fee_yuan"),
    ("使用面积(平方米)", "floor_area_m2"),
)
PERSONS = (("联系人", "contact"), ("联系电话", "phone"))
AS_OF = (("统计日期", "as_of"),)
NOTE = (("备注", "note"),)
ALL = (*WHO, *PLACE, *KIND, *DAYS, *PLACES, *REST)
EDUCATION = (
    *(("所在镇街", "region_name"), ("园所名称", "facility_name"), ("机构编号", "facility_id")),
    *(("统一社会信用代码", "credit_code"), ("地址", "address"), ("办学性质", "ownership")),
    *(("普惠", "is_inclusive"), ("开办日期", "opened_on")),
    *(("托位数(个)", "places"), *PLACES[2:]),
    *(("在托人数(人)", "enrolled_children"), ("保育员数", "caregivers"), ("月收费", "monthly_fee_yuan")),
)  # fmt: skip


@dataclass(frozen=True)
class Style:
    """One office's habits.

    ``columns`` are label and key, in order; ``missing`` is the sign for a figure not given;
    ``region`` writes a town's name.
    """

    columns: Sequence[tuple[str, str]]
    dates: str = "iso"
    flags: tuple[str, str] = ("是", "否")
    missing: str | None = None
    is_wide: bool = False
    is_typed: bool = False
    region: Callable[[str], str] = lambda code: REGIONS[code].name

    def cells(self, row: Row) -> list[Any]:
        """A row's cells."""
        return [self.cell(row, key) for _, key in self.columns]

    def cell(self, row: Row, key: str) -> Any:
        """One cell."""
        if key == "region_name":
            return row.get("region_name") or self.region(row["region_code"])
        value = row.get(key)
        if key in WORDS:
            words = WORDS[key].get(value or "", (value,))
            return words[row["number"] % len(words)]
        if value is None:
            is_figure = key in (*COUNTED, "monthly_fee_yuan")
            return self.missing if is_figure else None
        if isinstance(value, bool):
            return self.flags[0 if value else 1]
        if isinstance(value, dt.date):
            return DATES[self.dates](value)
        return self._number(value, key, row["number"])

    def _number(self, value: Any, key: str, number: int) -> Any:
        if self.is_typed or isinstance(value, str):
            return value
        if key == "floor_area_m2":
            return f"约{value}" if number % 4 == 0 else f"{value:,}"
        if key == "monthly_fee_yuan":
            return f"{value:,}元/月" if number % 3 == 0 else f"{value:,}"
        if self.is_wide and key in COUNTED:
            return str(value).translate(WIDE)
        return value


def with_office(code: str) -> str:
    """A town by the office that governs it."""
    name = REGIONS[code].name
    return name + ("办事处" if name.endswith("街道") else "人民政府")


def with_path(code: str) -> str:
    """A town by its path from the city down."""
    town = REGIONS[code]
    return f"示例市/{REGIONS[str(town.parent)].name}/{town.name}"


def with_alias(code: str) -> str:
    """A town by another name that it bears, if any."""
    return REGIONS[code].aliases[-1] if REGIONS[code].aliases else REGIONS[code].name
