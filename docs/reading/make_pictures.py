"""Makes the samples and pictures of ``docs/reading.md``; all regions and numbers are invented.

Needs LibreOffice, pdftoppm, Chromium and the Noto CJK fonts. Run it from the project's folder:
``.venv/bin/python docs/reading/make_pictures.py``.
"""

from __future__ import annotations

# ruff: noqa: E402 - the project is not installed, so its folder must be found before its imports
import html
import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1]))  # the project is not installed

import docx
import openpyxl
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from PIL import Image, ImageChops
from playwright.sync_api import Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import DEFAULT_TERMINAL_THEME

from pipeline.commands.preview import preview_file
from pipeline.commands.preview_report import print_preview
from pipeline.core.workspace import Workspace

DOSSIER = HERE / "raw" / "shili"
WIDTH, WIDE = 130, 186  # of a terminal, in columns
FONT = "Noto Sans Mono CJK SC"
# The CJK font draws lines twice as wide as letters; another one is scaled to half an em.
LINES = """<style>@font-face{font-family:lines;src:local("DejaVu Sans Mono");
unicode-range:U+2500-257F;size-adjust:83.05%}</style>"""
THIN = Border(*[Side(style="thin", color="FF888888")] * 4)

SOURCES = """\
# An invented dossier: no such regions, no such numbers.
dossier: shili
title: {zh: 示例市(虚构), en: Shili (invented)}
fictional: true
documents:
  - id: shili-2025
    title: 示例市托育服务示例文件
    issuer: 示例市示例局
    grade: A
sources:
  - id: shili-regions
    file: regions.csv
    contract: region_list
    document: shili-2025
    locator: 附表
  - id: ledger
    file: 01_ledger.xlsx
    contract: quota_ledger
    document: shili-2025
    locator: 附件1
    columns: {总指标: stated_total}
    constants: {parent_region_code: "990101", unit: places, accumulation: cumulative}
  - id: annex-text
    file: 04_annex.txt
    contract: quota_ledger
    document: shili-2025
    locator: 附件2
    columns: {2024-2025年度托位数指标: stated_total}
    constants: {parent_region_code: "990101", unit: places, accumulation: cumulative}
  - id: wide
    file: 07_years.xlsx
    contract: population
    document: shili-2025
    locator: 表3
    unpivot: {columns: [2022年, 2023年, 2024年], names_to: year, values_to: resident_population}
    read: {units: {resident_population: 万人}}
  - id: roster
    file: 08_roster.xlsx
    contract: facility_roster
    document: shili-2025
    locator: 名单
    as_of: 2025-06-30
  - id: counties
    file: 09_counties.xlsx
    contract: population
    document: shili-2025
    locator: 表4
    constants: {year: 2024}
  - id: refused
    file: 10_refused.csv
    contract: population
    document: shili-2025
    locator: 表5
    columns: {年末常住人口: ignore}
"""
REGIONS = """\
区划代码,名称,级别,上级代码,代码来源,别名
990100,示例市,地级,,虚构,
990101,示例县,县级,990100,虚构,
990102,样本县,县级,990100,虚构,
990101001,甲镇,乡级,990101,虚构,
990101002,乙镇,乡级,990101,虚构,
990101003,丙乡,乡级,990101,虚构,
990101004,丁街道,乡级,990101,虚构,
990101005,城关镇,乡级,990101,虚构,
990102001,戊镇,乡级,990102,虚构,
990102002,己镇,乡级,990102,虚构,
990102003,城关镇,乡级,990102,虚构,
"""


def save_sheet(
    name: str, rows: list[list[Any]], merged: str, widths: list[int], **page: Any
) -> None:
    """Save rows as a workbook with merged ranges, ruled, as offices draw tables."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = page.pop("title", "Sheet1")
    for row in rows:
        sheet.append(row)
    for span in merged.split():
        sheet.merge_cells(span)
    first = page.pop("ruled_from", 2)
    for cells in sheet.iter_rows():
        for cell in cells:
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
            if cell.row >= first:
                cell.border = THIN
            if cell.row == first:
                cell.fill = PatternFill("solid", fgColor="FFE8EEF7")
            cell.font = Font(name="Noto Sans CJK SC", size=11, bold=cell.row < first)
    for index, width in enumerate(widths):
        sheet.column_dimensions["ABCDEFGHIJ"[index]].width = width
    sheet.print_options.headings = sheet.print_options.gridLines = not page.get("plain")
    sheet.page_setup.paperSize = page.get("paper", 9)
    sheet.page_setup.orientation = "landscape"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many pages as it takes, each as wide as the table
    if page.get("repeat"):
        sheet.print_title_rows = page["repeat"]
    sheet.oddHeader.center.text = sheet.oddFooter.center.text = ""
    book.save(DOSSIER / name)


def make_files(scratch: Path) -> None:
    """Write the dossier: the region list, ``sources.yml`` and ten files as people send them."""
    DOSSIER.mkdir(parents=True, exist_ok=True)
    (DOSSIER / "sources.yml").write_text(SOURCES, encoding="utf-8")
    (DOSSIER / "regions.csv").write_text(REGIONS, encoding="utf-8")
    make_ledger()
    make_csv()
    make_page()
    make_annex_text()
    make_annex_document()
    make_pdf(scratch)
    make_years()
    make_roster()
    make_counties()
    make_refused()


def make_ledger() -> None:
    """A title, a header of two rows, towns merged over their years, a total."""
    rows: list[list[Any]] = [
        ["示例县2024—2025年托位数指标任务台账(虚构)"],
        ["序号", "镇街名称", "总指标", "年度指标分解", None, "备注"],
        [None, None, None, "年度", "年度托位数", None],
    ]
    towns = [("甲镇", 120, 40), ("乙镇", 90, 30), ("丙乡", 60, 15)]
    for number, (town, total, first) in enumerate(towns, start=1):
        rows.append([number, town, total, "2024年", first, None])
        rows.append([None, None, None, "2025年", total, None])
    rows.append(["合计", None, 270])
    merged = "A1:F1 A2:A3 B2:B3 C2:C3 D2:E2 F2:F3 " + " ".join(
        f"{column}{row}:{column}{row + 1}" for row in (4, 6, 8) for column in "ABC"
    )
    save_sheet("01_ledger.xlsx", rows, f"{merged} A10:B10", [8, 16, 12, 12, 14, 10])


def make_csv() -> None:
    """A csv in GB18030, with a unit line above and notes below."""
    text = (
        "示例县各镇街人口情况表(虚构),,,\n单位\uff1a万人,,,\n地区,年份,常住人口,户籍人口\n"
        "甲镇,2023,4.21,4.5\n甲镇,2024,4.18,4.47\n乙镇,2023,2.9,3.05\n乙镇,2024,2.86,…\n"
        "丙乡,2023,1.07,-\n丙乡,2024,1.05,1.3\n,,,\n"
        "注\uff1a2024年为初步数。,,,\n资料来源\uff1a示例县示例局,,,\n"
    )
    (DOSSIER / "02_population.csv").write_bytes(text.encode("gb18030"))


def make_page() -> None:
    """A web page: navigation in a table, numbers inside spans, a merged region."""
    page = """<html><head><meta charset="utf-8"><title>示例县</title></head><body>
<table class="nav"><tr><td>首页</td><td>政务公开</td><td>统计数据</td><td>互动交流</td></tr></table>
<h3>示例县2024年托育服务主要数据(虚构)</h3>
<table class="data"><tr><th>地区</th><th>指标</th><th>截至日期</th><th>数值</th>
<th>单位</th><th>性质</th></tr>
<tr><td rowspan="3">示例县</td><td>托位数</td><td>2024年末</td>
<td><span><span style="x">1</span><span>,904</span></span></td><td>个</td><td>存量</td></tr>
<tr><td><p><span>每千人口</span><span>托位数</span></p></td>
<td>2024年末</td><td><span>4.6</span></td>
<td>个/千人</td><td>存量</td></tr>
<tr><td>普惠托位占比</td><td>2024年末</td><td>62.5%</td><td></td><td>存量</td></tr>
<tr><td>甲镇</td><td>托位数</td><td>2024年末</td><td>约 300</td><td>个</td><td>存量</td></tr>
</table><p>版权所有 示例县 网站地图</p></body></html>"""
    (DOSSIER / "03_page.html").write_text(page, encoding="utf-8")


def make_annex_text() -> None:
    """What copying a table from a web page leaves: bars, and cells over several lines."""
    head = (
        "示例县2024-2025年托位数指标任务台账(虚构) |\n|||||\n序号 |\n镇街名称 |\n"
        "2024-2025年度托位数指标 |\n年度指标分解 |\n备注 |\n|\n年度 |\n年度托位数 |\n||||\n"
    )
    town = "{0} |\n{1} |\n{2} |\n2024年 |\n{3} |\n|\n2025年 |\n{2} |\n|\n|||\n"
    towns = [(1, "甲镇", 120, 40), (2, "乙镇", 90, 30), (3, "丙乡", 60, 15)]
    text = head + "".join(town.format(*row) for row in towns) + "合计 |\n270 |\n|\n|\n|\n|\n"
    (DOSSIER / "04_annex.txt").write_text(text, encoding="utf-8")


def make_annex_document() -> None:
    """A Word annex: paragraphs around a table, a region merged over its targets."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name = "Noto Sans CJK SC"
    document.add_paragraph("附件3")
    document.add_paragraph("示例市“十四五”托育服务目标分解表(虚构)")
    rows = [
        ("地区", "指标", "目标年份", "关系", "目标值", "单位", "性质"),
        ("示例县", "每千人口托位数", "2025年", "不低于", "4.6", "个/千人", "存量"),
        ("", "普惠托位占比", "2025年", "\u2265", "60%", "", "存量"),
        ("", "新增托位数", "2025年", "不低于", "二百", "个", "增量"),
        ("样本县", "每千人口托位数", "2025年", "不低于", "4.5", "个/千人", "存量"),
        ("", "公办托位占比", "2025年", "以上", "40%", "", "存量"),
    ]
    table = document.add_table(len(rows), 7)
    table.style = "Table Grid"
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
    for top, bottom in ((1, 3), (4, 5)):
        table.cell(top, 0).merge(table.cell(bottom, 0))
    document.add_paragraph("注\uff1a目标值为到年末应达到的水平。")
    document.save(str(DOSSIER / "05_annex.docx"))


def make_pdf(scratch: Path) -> None:
    """A table that goes on on a second page, its header repeated there."""
    towns = {
        "甲镇": 41800,
        "乙镇": 28600,
        "丙乡": 10500,
        "丁街道": 60200,
        "戊镇": 33100,
        "己镇": 8700,
    }
    rows: list[list[Any]] = [
        ["示例市分镇街人口(虚构)"],
        ["序号", "地区", "年份", "常住人口(人)", "出生人口"],
    ]
    for town, people in towns.items():
        for year in (2021, 2022, 2023, 2024):
            moved = (2024 - year) * 150
            rows.append([len(rows) - 1, town, year, people + moved, (people + moved) // 160])
    save_sheet(
        "06_towns.xlsx", rows, "A1:E1", [10, 18, 12, 18, 14], plain=True, paper=11, repeat="2:2"
    )
    shutil.move(DOSSIER / "06_towns.xlsx", scratch / "06_towns.xlsx")
    shutil.copy(to_pdf(scratch / "06_towns.xlsx", scratch), DOSSIER / "06_towns.pdf")


def make_years() -> None:
    """Years as columns."""
    rows = [
        ["示例县历年常住人口(虚构)"],
        ["地区", "2022年", "2023年", "2024年"],
        ["示例县", 15.3, 15.21, 15.1],
        ["甲镇", 4.24, 4.21, 4.18],
        ["乙镇", 2.93, 2.9, "暂无"],
    ]
    save_sheet("07_years.xlsx", rows, "A1:D1", [14, 12, 12, 12])


def make_roster() -> None:
    """Classes as columns, ticks and crosses, telephones, hedges, footnotes."""
    rows = [
        ["示例县托育机构名单(虚构)"],
        ["机构名称", "所在镇街", "乳儿班", "托小班", "普惠", "在托人数", "收费标准", "联系电话"],
        ["示例一托育园", "甲镇", 10, 30, "√", "约30", "1,280元/月", "0990-1234567"],
        ["示例二托育园", "甲镇", 0, "25*", "\u00d7", 18, "1800", "0990-7654321"],
        ["示例三幼儿园", "乙镇人民政府", "/", 20, "√", "20余", "暂无", "199 0000 0000"],
        ["示例四托育园", "丙乡", "-", 15, "√", "十二", "900-1200", None],
        ["注\uff1a*含在建托位。"],
    ]
    save_sheet("08_roster.xlsx", rows, "A1:H1 A7:H7", [18, 16, 9, 9, 7, 10, 14, 16], title="名单")


def make_counties() -> None:
    """A row over the table for each county, a subtotal below each, a wrong grand total."""
    rows: list[list[Any]] = [
        ["2024年末人口(虚构)"],
        ["地区", "常住人口", "户籍人口"],
        ["示例县"],
        ["甲镇", 41800, 44700],
        ["城关镇", 52000, 50100],
        ["小计", 93800, 94800],
        ["样本县"],
        ["戊镇", 33100, 35000],
        ["城关镇", 47500, 46000],
        ["小计", 80600, 81000],
        ["合计", 174400, 175900],
    ]
    save_sheet("09_counties.xlsx", rows, "A1:C1 A3:C3 A7:C7", [18, 14, 14])


def make_refused() -> None:
    """Two columns for one field; an unknown town; a code and a name that disagree."""
    text = (
        "区划代码,地区,年份,常住人口,年末常住人口\n990101001,甲镇,2024,41800,41750\n"
        "990101002,乙镇,2024,28600,28580\n,丙镇,2024,10500,10490\n990101004,甲镇,2024,60200,60150\n"
        "990101005,城关镇,2024,五万多,51900\n"
    )
    (DOSSIER / "10_refused.csv").write_text(text, encoding="utf-8")


def to_pdf(path: Path, folder: Path) -> Path:
    """Print a document with LibreOffice."""
    profile = f"-env:UserInstallation=file://{folder / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder)]
    subprocess.run([*command, str(path)], check=True, capture_output=True)
    return folder / f"{path.stem}.pdf"


def picture_of_document(path: Path, folder: Path) -> Image.Image:
    """All pages of a document, one below the other, without their margins."""
    pdf = path if path.suffix == ".pdf" else to_pdf(path, folder)
    start = folder / f"{path.stem}-page"
    subprocess.run(["pdftoppm", "-png", "-r", "110", str(pdf), str(start)], check=True)
    pages = [cropped(Image.open(page)) for page in sorted(folder.glob(f"{start.name}*.png"))]
    whole = Image.new(
        "RGB", (max(p.width for p in pages), sum(p.height + 16 for p in pages) - 16), "#bbbbbb"
    )
    top = 0
    for page in pages:
        whole.paste(page, (0, top))
        top += page.height + 16
    return whole


def cropped(image: Image.Image) -> Image.Image:
    """The picture without its white margins."""
    image = image.convert("RGB")
    box = ImageChops.difference(image, Image.new("RGB", image.size, "white")).getbbox()
    left, top, right, bottom = box or (0, 0, *image.size)
    edge = 12
    inner = image.crop((left, top, right, bottom))
    framed = Image.new("RGB", (inner.width + 2 * edge, inner.height + 2 * edge), "white")
    framed.paste(inner, (edge, edge))
    return framed


def save(image: Image.Image, name: str) -> None:
    """Save few colours: text needs no more, and the files stay small."""
    image.quantize(24, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)


def screenshot(page: Page, markup: str) -> Image.Image:
    """A picture of a web page, without its margins."""
    page.set_content(markup)
    page.evaluate("document.fonts.ready")
    return cropped(Image.open(io.BytesIO(page.screenshot(full_page=True))))


def picture_of_text(page: Page, text: str) -> Image.Image:
    """A text file as an editor shows it; a long one in two columns."""
    columns = "columns:2;column-gap:60px;" if text.count("\n") > 30 else ""
    return screenshot(
        page,
        f"<pre style='{columns}font:15px/1.35 \"{FONT}\";margin:12px;display:inline-block'>"
        f"{html.escape(text)}</pre>",
    )


def inspected(page: Page, name: str, width: int = WIDTH, **entry: Any) -> Image.Image:
    """What ``python -m pipeline inspect`` prints about a file."""
    console = Console(record=True, width=width, file=io.StringIO(), highlight=False)
    options = "".join(f" --{key} {value}" for key, value in entry.items())
    path = f"docs/reading/raw/shili/{name}{options}"
    console.print(
        f"$ python -m pipeline inspect {path} --workspace docs/reading",
        markup=False,
        soft_wrap=True,
    )
    found = preview_file(DOSSIER / name, Workspace(HERE.resolve()), entry=entry)
    print_preview(found, console)
    sys.stdout.write(console.export_text(clear=False))
    markup = console.export_html(
        theme=DEFAULT_TERMINAL_THEME,
        inline_styles=True,
        code_format=f"<pre style='font:13px/1.25 lines,\"{FONT}\";margin:12px'>{{code}}</pre>",
    )
    return screenshot(page, LINES + markup)


def main() -> None:
    """Make everything anew."""
    with tempfile.TemporaryDirectory() as name, sync_playwright() as driver:
        scratch = Path(name)
        make_files(scratch)
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1400, "height": 200})
        for path in sorted(DOSSIER.glob("[01]*")):
            if path.suffix == ".html":
                style = (
                    "<style>body{font:15px 'Noto Sans CJK SC'}td,th{padding:4px 12px}"
                    ".data,.data td,.data th{border:1px solid #999;border-collapse:collapse}"
                    ".nav td{background:#2b5fa8;color:#fff}</style>"
                )
                before = screenshot(page, style + path.read_text(encoding="utf-8"))
            elif path.suffix in (".csv", ".txt"):
                encoding = "gb18030" if path.stem.startswith("02") else "utf-8"
                before = picture_of_text(page, path.read_text(encoding=encoding))
            else:
                before = picture_of_document(path, scratch)
            save(before, f"{path.stem}_before")
            width = WIDE if path.stem == "08_roster" else WIDTH
            save(inspected(page, path.name, width), f"{path.stem}_after")
        problem = inspected(page, "10_refused.csv", contract="population", document="shili-2025")
        save(problem, "10_refused_header")
        browser.close()


if __name__ == "__main__":
    main()
