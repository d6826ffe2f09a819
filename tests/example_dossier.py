"""A small invented county whose every file a test can spoil."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.commands.build import build
from pipeline.core.settings import Settings
from pipeline.core.workspace import Workspace
from pipeline.reporting import rendering
from pipeline.reporting.pages import Page

REGIONS = """区划代码,名称,级别,上级代码,代码来源,别名
990000,示例市,地级,,虚构,
990100,示例县,县级,990000,虚构,旧示例县
990100001,甲镇,乡级,990100,虚构,
990100002,乙镇,乡级,990100,虚构,乙街道;老乙
990100003,丙镇,乡级,990100,虚构,
"""
POPULATION = """区划代码,地区,时点,常住人口,0岁,1-4岁
990100,示例县,2023-12-31,40000,300,1400
990100001,甲镇,2023-12-31,25000,200,900
"""
TARGETS = """地区,指标,目标年份,关系,目标值,性质
示例县,千人口托位数,2025,不低于,4.5,存量
"""
REPORTED = """地区,指标,截至日期,数值,限定,性质
示例县,托位数,2023-12-31,120,,存量
示例县,普惠托位数,2023-12-31,60,约,存量
示例县,在托婴幼儿数,2023-12-31,90,,存量
"""
SOURCES = """dossier: shili
title: {zh: 示例县（虚构）, en: Example county (fictional)}
fictional: true
documents:
  - {id: shili-doc, title: 示例文件, issuer: 示例县办公室, issued: 2024-01-31, grade: A}
sources:
  - {id: shili-regions, file: regions.csv, contract: region_list, document: shili-doc, locator: 全文}
  - id: shili-population
    file: population.csv
    contract: population
    document: shili-doc
    locator: 表1
  - id: shili-targets
    file: targets.csv
    contract: policy_target
    document: shili-doc
    locator: 第二条
  - id: shili-reported
    file: reported.csv
    contract: reported_figure
    document: shili-doc
    locator: 第三条
  - id: shili-ledger
    file: ledger.xlsx
    contract: quota_ledger
    document: shili-doc
    locator: 附件
    columns: {千人口托位数指标: stated_total, 年度千人口托位数: places}
    constants: {parent_region_code: "990100", unit: places, accumulation: cumulative}
"""
LEDGER_TOWNS = (("甲镇", 120, (40, 80, 120)), ("乙镇", 60, (20, 40, 60)))


def write_ledger(
    path: Path, towns: tuple[tuple[str, int, tuple[int, ...]], ...], total: int
) -> None:
    """A ledger laid out as the official annex: title, two header rows, merged cells, 合计."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["示例县托位数指标任务台账"])
    sheet.append(["序号", "镇街名称", "千人口托位数指标", "年度指标分解", None, "备注"])
    sheet.append([None, None, None, "年度", "年度千人口托位数", None])
    for merged in ("A1:F1", "A2:A3", "B2:B3", "C2:C3", "D2:E2", "F2:F3"):
        sheet.merge_cells(merged)
    for number, (name, stated, quotas) in enumerate(towns, start=1):
        top = sheet.max_row + 1
        for offset, quota in enumerate(quotas):
            first = [number, name, stated] if offset == 0 else [None, None, None]
            sheet.append([*first, f"{2023 + offset}年", quota, None])
        for letter in "ABC":
            sheet.merge_cells(f"{letter}{top}:{letter}{top + len(quotas) - 1}")
    sheet.append([None, "合计", total])
    workbook.save(path)


class Dossier:
    """The invented dossier of one test."""

    def __init__(self, root: Path) -> None:
        self.workspace = Workspace(root)
        self.folder = root / "raw" / "shili"
        self.folder.mkdir(parents=True)
        self.write("regions.csv", REGIONS)
        self.write("population.csv", POPULATION)
        self.write("targets.csv", TARGETS)
        self.write("reported.csv", REPORTED)
        self.write("sources.yml", SOURCES)
        write_ledger(self.folder / "ledger.xlsx", LEDGER_TOWNS, 180)

    @classmethod
    def at(cls, root: Path) -> Dossier:
        """The dossier that stands in a copied workspace."""
        copied = cls.__new__(cls)
        copied.workspace, copied.folder = Workspace(root), root / "raw" / "shili"
        return copied

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {name}"
        self.write(name, text.replace(old, new))

    def append(self, name: str, line: str) -> None:
        self.write(name, (self.folder / name).read_text(encoding="utf-8") + line)

    def write_ledger(self, towns: tuple[tuple[str, int, tuple[int, ...]], ...], total: int) -> None:
        write_ledger(self.folder / "ledger.xlsx", towns, total)

    def build(self) -> bool:
        return build(Settings(self.workspace))

    def build_with_pages(self, *files: str) -> bool:
        """Build with these pages of all, named as below the marts."""
        list_pages = rendering._list_pages

        def list_wanted(*arguments: Any) -> list[Page]:
            return [page for page in list_pages(*arguments) if page.file in files]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rendering, "_list_pages", list_wanted)
            return build(Settings(self.workspace))

    def build_marts(self) -> bool:
        """Build without pages and workbook: they are tested elsewhere and take longest."""
        return build(Settings(self.workspace), with_reports=False)
