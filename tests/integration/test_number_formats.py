"""What a sender sees in a workbook is what is loaded, or the file stops."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from office import convert
from test_stated_units import read

from pipeline.reading.formats.number_formats import is_plain_format, show_number
from pipeline.values.numbers import read_number

pytestmark = pytest.mark.integration


@pytest.mark.parametrize(
    ("stored", "code", "text", "scale"),
    [
        (40000, "0!.0,", "4", 10_000),
        (40000, "0\\.0,", "4", 10_000),
        (30000, "#,##0,", "30", 1000),
        (30000, "#,##0.00,,", "0.03", 1_000_000),
        (30000, "0!.0000", "3", 10_000),
        (8, '0"万人"', "8万人", 1),
        (123456, '0!.0,"万"', "12.3456万", 1),
        (3, 'G/通用格式"万人"', "3万人", 1),
        (0.62, "0.0%", "62%", 1),
        (202412, '0000"年"00"月"', "2024年12月", 1),
        (2024, '0"年"', "2024年", 1),
        (30000, '[>=10000]0!.0,"万";0', "3万", 1),
    ],
)
def test_a_format_that_speaks_is_understood(
    stored: float, code: str, text: str, scale: int
) -> None:
    shown = show_number(stored, code)
    assert shown is not None
    assert (shown.text, shown.scale) == (text, scale)


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "0",
        "#,##0.00",
        "@",
        "0.00E+00",
        '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ',
        "#,##0_);[Red](#,##0)",
        '"¥"#,##0.00',
        "[$-804]0",
    ],
)
def test_a_format_of_digits_alone_changes_nothing(code: str) -> None:
    assert is_plain_format(code)
    assert show_number(1234.5, code) is None


def workbook(path: Path, label: str, value: object, code: str, label_of_time: str = "年份",
             time: object = 2024, time_code: str = "General") -> Path:  # fmt: skip
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["地区", label_of_time, label])
    sheet.append(["柳河镇", time, value])
    sheet["B2"].number_format, sheet["C2"].number_format = time_code, code
    book.save(path)
    return path


CASES = [
    pytest.param("常住人口(万人)", 40000, "0!.0,", 4, id="shown-divided-under-万人"),
    pytest.param("常住人口(万人)", 40000, "0\\.0,", 4, id="shown-divided-by-an-escaped-point"),
    pytest.param("常住人口(千人)", 30000, "#,##0,", 30, id="shown-divided-under-千人"),
    pytest.param("常住人口", 8, '0"万人"', "8万人", id="literal-unit"),
    pytest.param("常住人口", 30000, "#,##0,", None, id="shown-divided-and-no-unit"),
    pytest.param("常住人口(人)", 40000, "0!.0,", None, id="shown-divided-under-人"),
    pytest.param("常住人口(万人)", 4, "0.0", 4, id="plain"),
]


@pytest.mark.parametrize(("label", "value", "code", "expected"), CASES)
def test_a_number_is_read_as_it_is_shown(
    tmp_path: Path, label: str, value: float, code: str, expected: object
) -> None:
    table, problems = read(workbook(tmp_path / "t.xlsx", label, value, code))
    if expected is None:
        assert problems
    else:
        assert table is not None
        assert table.grid.rows(1)[0][2] == str(expected)


@pytest.mark.parametrize("kind", ["xls", "ods"])
def test_other_workbooks_are_read_as_they_are_shown(tmp_path: Path, kind: str) -> None:
    for number, case in enumerate(CASES):
        label, value, code, expected = case.values
        path = workbook(tmp_path / f"t{number}.xlsx", label, value, code)
        table, problems = read(convert(path, kind))
        cell = table.grid.rows(1)[0][2] if table else None
        # Of an ods file a divided number is refused where it stands, and LibreOffice, which knows
        # no escape by an exclamation mark, shows that one.
        is_no_number = cell is not None and read_number(cell) is None
        assert problems or cell == str(expected) or is_no_number, case.id


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ('yyyy"年"m"月"', "2025年12月"),
        ("mmm-yy", "2025年12月"),
        ("yyyy", "2025年"),
        ('yyyy"年"m"月"d"日"', "2025-12-01"),
    ],
)
def test_a_month_cell_means_its_end_as_its_text_does(tmp_path: Path, code: str, shown: str) -> None:
    path = workbook(tmp_path / "t.xlsx", "常住人口", 3, "0", "时点", dt.date(2025, 12, 1), code)
    table, problems = read(path)
    assert not problems
    assert table is not None
    assert str(table.grid.rows(1)[0][1]).split(" ")[0] == shown


def use_built_in_format(path: Path, number: int) -> None:
    """Give the cell of the time a format by number alone, which openpyxl cannot write."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    styles, own = parts["xl/styles.xml"], 'numFmtId="164"'
    styles = re.sub(r"<numFmts.*?</numFmts>", "", styles)
    assert own in styles
    parts["xl/styles.xml"] = styles.replace(own, f'numFmtId="{number}"')
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


@pytest.mark.parametrize("number", [*range(27, 37), *range(50, 59)])
def test_a_built_in_format_of_chinese_workbooks_shows_a_date(tmp_path: Path, number: int) -> None:
    path = workbook(tmp_path / "t.xlsx", "常住人口", 3, "General", "时点", 45992, 'yyyy"x"')
    use_built_in_format(path, number)
    table, problems = read(path)
    assert not problems
    assert table is not None
    of_months = (27, 36, 50, 52, 57)  # they show no day
    assert table.grid.rows(1)[0][1] == ("2025年12月" if number in of_months else "2025-12-01")


def test_a_built_in_format_of_numbers_shows_no_date(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", "常住人口", 3, "General", "时点", 45992, 'yyyy"x"')
    use_built_in_format(path, 37)
    table, problems = read(path)
    assert not problems
    assert table is not None
    assert table.grid.rows(1)[0][1] == "45992"
