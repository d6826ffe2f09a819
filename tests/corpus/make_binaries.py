"""Makes the files of the corpus that no text editor can write.

Run from the root of the repository, with LibreOffice installed::

    python tests/corpus/make_binaries.py

All files are made anew. Workbooks, archives and texts come out alike every time; what LibreOffice
writes holds the time of writing. Full-width characters are written as escapes, because some tools
fold them to ASCII unasked.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Border, Side
from openpyxl.worksheet.worksheet import Worksheet

CORPUS = Path(__file__).parent
SOFFICE = "/usr/bin/soffice"
MOMENT = (2024, 1, 1, 0, 0, 0)
WRITTEN = "2024-01-01T00:00:00Z"
Rows = Sequence[Sequence[Any]]

POPULATION: Rows = (
    ("地区", "年份", "常住人口"),
    ("乙镇", 2023, 25000),
    ("丙街道", 2023, 31200),
    ("丁乡", 2023, 8800),
)
ANNEX: Rows = (
    ("示例县托位数指标任务台账", None, None, None, None),
    ("序号", "镇街名称", "总指标", "年度指标分解", None),
    (None, None, None, "年度", "托位数"),
    (1, "乙镇", 120, 2023, 40),
    (None, None, None, 2024, 120),
    (2, "丙街道", 60, 2023, 20),
    (None, None, None, 2024, 60),
)
ANNEX_MERGED = (
    *("A1:E1", "A2:A3", "B2:B3", "C2:C3", "D2:E2"),
    *(f"{letter}{top}:{letter}{top + 1}" for top in (4, 6) for letter in "ABC"),
)


def main() -> None:
    """Write every file."""
    write_encodings()
    write_wide_characters()
    write_archives()
    write_workbooks()
    write_converted()


def csv_of(rows: Rows, delimiter: str = ",") -> str:
    """The rows as delimited text."""
    return "".join(delimiter.join(map(str, row)) + "\n" for row in rows)


def put(case: str, content: bytes, name: str = "table.csv") -> None:
    """Write the file of a case."""
    (CORPUS / case).mkdir(exist_ok=True)
    (CORPUS / case / name).write_bytes(content)


def write_encodings() -> None:
    """The same table in encodings that East Asian offices use."""
    text = csv_of(POPULATION)
    put("utf_8_with_mark", text.encode("utf-8-sig"))
    put("utf_16", text.encode("utf-16"))
    put("gb18030", text.replace("\n", "\r\n").encode("gb18030"))
    taiwanese = (
        "區劃代碼,鄉鎮,年度,人口數\n990100005,東莊鎮,2023,25000\n990100003,丙街道,2023,31200\n"
    )
    put("big5", taiwanese.encode("big5"))
    japanese = "自治体コード,市区町村名,時点,人口\n990100003,丙街道,令和5年10月1日,31200\n"
    put("cp932", japanese.encode("cp932"))
    korean = "행정구역코드,시점,총인구\n990100002,2023-12-31,25000\n990100003,2023-12-31,31200\n합계,,56200\n"
    put("euc_kr", korean.encode("euc-kr"))
    put("line_ends_of_old_macs", text.replace("\n", "\r").encode())
    put("wrong_encoding_declared", text.encode("gb18030"))
    good, bad = "丙街道".encode("gb18030"), b"\xb1\xff\xbd\xd6\xb5\xc0"
    put("undecodable_byte_in_a_name", text.encode("gb18030").replace(good, bad))
    counted = text.replace("31200", "31200约").encode("gb18030")
    put("undecodable_byte", counted.replace("约".encode("gb18030"), b"\xff"))


def write_wide_characters() -> None:
    """Texts with characters of double width."""
    digits = str.maketrans("0123456789", "".join(chr(0xFF10 + digit) for digit in range(10)))
    rows = [
        POPULATION[0],
        *([name, str(year).translate(digits), str(count).translate(digits)]
          for name, year, count in POPULATION[1:]),
    ]  # fmt: skip
    rows[2][2] = "\uff13\uff11\uff0c\uff12\uff10\uff10"
    put("full_width_digits", csv_of(rows).encode())
    put("full_width_pipes", csv_of(POPULATION, "\uff5c").encode(), "table.txt")
    header = (
        "\u5730\u3000\u533a",
        "\u5e74\u4efd",
        "\u5e38\u4f4f\u4eba\u53e3\uff08\u4e07\u4eba\uff09",
    )
    spaced = [
        header,
        ("\u4e59\u3000\u9547\u3000", 2023, "2.5"),
        ("\xa0\u4e19 \u8857 \u9053", 2023, "\uff13.12"),
    ]
    put("spaces_inside_names", csv_of(spaced).encode())


def write_archives() -> None:
    """Files inside wrappers, whole and damaged."""
    put("damaged_workbook", workbook(sheet(POPULATION))[:3000], "table.xlsx")
    put("empty_file", b"")
    text = csv_of(POPULATION).encode()
    put("zip_of_one_csv", zipped({"人口/2023.csv": text, "__MACOSX/._2023.csv": b"x"}), "table.zip")
    two = {"2022.csv": text.replace(b"2023", b"2022"), "2023.csv": text}
    put("zip_of_two_files", zipped(two), "table.zip")
    put("zip_member_named", zipped(two), "table.zip")
    put("gzip_of_csv", gzip.compress(text, mtime=0), "table.csv.gz")


def zipped(members: dict[str, bytes]) -> bytes:
    """An archive that is the same every time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def workbook(*sheets: Callable[[Worksheet], None]) -> bytes:
    """A workbook that is the same every time, each sheet filled by one function."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for fill in sheets:
        fill(book.create_sheet())
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    core = members["docProps/core.xml"].decode()
    members["docProps/core.xml"] = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+Z", WRITTEN, core).encode()
    return zipped(members)


def sheet(
    rows: Rows,
    merged: Iterable[str] = (),
    title: str = "Sheet1",
    also: Callable[[Worksheet], None] = lambda made: None,
) -> Callable[[Worksheet], None]:
    """What fills a sheet with rows and merges ranges."""

    def fill(made: Worksheet) -> None:
        made.title = title
        for row in rows:
            made.append(list(row))
        for area in merged:
            made.merge_cells(area)
        also(made)

    return fill


def write_workbooks() -> None:
    """Workbooks whose difficulty is their shape."""
    for case, sheets in {**shapes(), **several_sheets(), **typed_cells()}.items():
        put(case, workbook(*sheets), "table.xlsx")


def shapes() -> dict[str, list[Callable[[Worksheet], None]]]:
    """Merged cells, sections and hidden rows."""
    deep: Rows = (
        ("地区", "2023年人口", None, None),
        (None, "总人口", None, "出生人口"),
        (None, "常住人口", "户籍人口", None),
        ("乙镇", 25000, 24000, 150),
        ("丙街道", 31200, 30000, 170),
    )
    sections: Rows = (
        POPULATION[0],
        ("示例县",),
        ("甲镇", 2023, 10000),
        ("乙镇", 2023, 25000),
        ("另县",),
        ("甲镇", 2023, 7000),
        ("合计", 2023, 42000),
    )
    unknown: Rows = (POPULATION[0], ("东部片区",), ("乙镇", 2023, 25000), ("丁乡", 2023, 8800))
    shared: Rows = (POPULATION[0], ("乙镇", 2023, 56200), ("丙街道", 2023, None))

    inner: Rows = (
        (),
        (None, None, "示例县2023年人口"),
        (),
        (None, None, "地\n区", "年份", "常住人口\n(人)"),
        (None, None, "乙镇", 2023, 25000),
        (None, None, "丙街道", 2023, "很多"),
        (None, None, "合计", None, 56200),
    )

    moved: Rows = (
        (None, "镇街名称", "年度", "托位数"),
        (None, "乙镇", 2023, 40),
        (None, None, 2024, 120),
        (None, "丙街道", 2023, 20),
        (None, None, 2024, 60),
    )
    numbered: Rows = (
        (None, "序号", "常住人口", "地区", "年份", "出生人口"),
        (None, 1, 25000, "乙镇", 2022, 150),
        (None, None, None, "乙镇", 2023, 160),
    )
    group: Rows = (
        ("地区", "年份", "人口\uff08万人\uff09", None),
        (None, None, "常住人口", "户籍人口"),
        ("乙镇", 2023, 3, 2),
        ("丙街道", 2023, 4, 3),
    )
    spoilt = [(None, *row) for row in (*POPULATION[:3], ("丁乡", 2023, "#DIV/0!"))]
    small = [*POPULATION[:3], ("合计", None, 56200)]

    def hide_third_row(made: Worksheet) -> None:
        made.row_dimensions[3].hidden = True

    return {
        "xlsx_workbook": [sheet(POPULATION)],
        "header_of_three_rows": [sheet(deep, ("A1:A3", "B1:D1", "B2:C2", "D2:D3"))],
        "merged_body_cells": [sheet(ANNEX, ANNEX_MERGED)],
        "number_merged_over_regions": [sheet(shared, ("C2:C3",))],
        "section_rows_give_the_parent": [sheet(sections, ("A2:C2", "A5:C5"))],
        "section_row_that_is_no_region": [sheet(unknown, ("A2:C2",))],
        "merged_cells_behind_a_blank_column": [sheet(moved, ("B2:B3", "B4:B5"))],
        "unit_of_merged_columns": [sheet(group, ("A1:A2", "B1:B2", "C1:D1"))],
        "blank_number_behind_a_blank_column": [sheet(numbered, ("B2:B3",))],
        "error_behind_a_blank_column": [sheet(spoilt)],
        "total_in_merged_cells": [sheet(small, ("A4:B4",))],
        "table_away_from_the_corner": [sheet(inner, ("C2:E2", "C7:D7"))],
        "hidden_row": [sheet(POPULATION, also=hide_third_row)],
    }


def several_sheets() -> dict[str, list[Callable[[Worksheet], None]]]:
    """Workbooks of more than one sheet."""

    def hide(made: Worksheet) -> None:
        made.sheet_state = "hidden"

    remarks = sheet((("填报说明",), ("请在数据表中填写",)), title="说明")
    last_year = [POPULATION[0], *((name, 2022, count - 200) for name, _, count in POPULATION[1:])]
    years = [sheet(last_year, title="2022"), sheet(POPULATION, title="2023")]
    return {
        "hidden_sheet": [remarks, sheet(POPULATION, title="数据", also=hide)],
        "two_sheets_of_which_one_fits": [remarks, sheet(POPULATION, title="数据")],
        "two_sheets_that_fit": years,
        "sheet_named_in_the_entry": years,
    }


def typed_cells() -> dict[str, list[Callable[[Worksheet], None]]]:
    """Cells that hold more or less than they show."""
    shares: Rows = (
        ("地区", "问题", "选项", "占比"),
        ("乙镇", "是否需要托育", "需要", 0.335),
        ("乙镇", "是否需要托育", "不需要", 0.665),
    )

    def show_percent(made: Worksheet) -> None:
        for row in (2, 3):
            made.cell(row, 4).number_format = "0.0%"

    opened = dt.datetime.combine(dt.date(2021, 9, 1), dt.time(8, 30))
    days: Rows = (
        ("区划代码", "机构名称", "托位数", "统计日期", "开业日期", "是否普惠"),
        (990100002, "小苗托育园", 60, dt.date(2023, 12, 31), opened, True),
        ("990100003", "青禾托育园", 45.0, dt.date(2023, 12, 31), None, False),
    )
    broken: Rows = (
        POPULATION[0],
        ("乙镇", 2023, 25000),
        ("丙街道", 2023, "=C2+6200"),
        ("丁乡", 2023, "#REF!"),
    )
    raised = InlineFont(vertAlign="superscript")
    marked = CellRichText("25000", TextBlock(raised, "1"))
    return {
        "raised_mark_in_a_workbook": [sheet([POPULATION[0], ("乙镇", 2023, marked)])],
        "shares_shown_as_percent": [sheet(shares, also=show_percent)],
        "errors_and_formulae": [sheet(broken)],
        "typed_cells_of_a_workbook": [sheet(days)],
    }


def draw_lines(made: Worksheet) -> None:
    """Draw the lines around all cells, which a sheet shows but does not print."""
    line = Side(style="thin")
    for row in made.iter_rows():
        for cell in row:
            cell.border = Border(left=line, right=line, top=line, bottom=line)


def write_converted() -> None:
    """Files that LibreOffice makes, which is what offices send."""
    plain = workbook(sheet(POPULATION))
    annex = workbook(sheet(ANNEX, ANNEX_MERGED))
    put("xls_workbook", converted(plain, "xlsx", "xls"), "table.xls")
    put("xls_with_merged_cells", converted(annex, "xlsx", "xls"), "table.xls")
    marked = (CORPUS / "raised_mark_in_a_workbook" / "table.xlsx").read_bytes()
    put("raised_mark_in_an_xls", converted(marked, "xlsx", "xls"), "table.xls")
    put("raised_mark_in_an_ods", converted(marked, "xlsx", "ods"), "table.ods")
    put("ods_spreadsheet", converted(plain, "xlsx", "ods"), "table.ods")
    put("ods_with_merged_cells", converted(annex, "xlsx", "ods"), "table.ods")
    put("html_of_a_workbook", converted(annex, "xlsx", "html"), "table.html")
    lined = workbook(sheet(POPULATION, also=draw_lines))
    put("pdf_table", converted(lined, "xlsx", "pdf"), "table.pdf")
    page = converted(annex, "xlsx", "html")
    put("doc_of_word_97", converted(page, "html", "doc"), "table.doc")
    put("rtf_document", converted(page, "html", "rtf"), "table.rtf")
    put("docx_with_merged_cells", converted(page, "html", "docx"), "table.docx")


def converted(content: bytes, kind: str, target: str) -> bytes:
    """The file as LibreOffice saves it in another format."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, f"table.{kind}")
        source.write_bytes(content)
        reader = ["--infilter=HTML (StarWriter)"] if kind == "html" else []
        profile = f"-env:UserInstallation=file://{folder}/profile"
        subprocess.run(
            [
                SOFFICE,
                profile,
                "--headless",
                *reader,
                "--convert-to",
                target,
                "--outdir",
                folder,
                source,
            ],
            check=True,
            capture_output=True,
        )
        made = Path(folder, f"table.{target}").read_bytes()
        shutil.rmtree(Path(folder, "profile"), ignore_errors=True)
    return made


if __name__ == "__main__":
    main()
