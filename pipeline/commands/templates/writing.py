"""Writes an empty workbook for every contract, with lists to choose from and an example row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation

from pipeline.catalogue.filled_templates import mark_of
from pipeline.commands.templates.fields import Field, fields_of
from pipeline.commands.templates.regions import offered_regions
from pipeline.contracts import load_contracts
from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.workspace import Workspace
from pipeline.workbook.cells import (
    CENTRE,
    DARK,
    DATE,
    GREY,
    LIGHT,
    TEXT,
    THIN,
    YEAR,
    Cells,
    display_width,
    save_reproducibly,
)

SHEET, LISTS = "填报", "模板信息"
LIST_START = 3  # row of the hidden sheet; its first tells what the sheet is for
# The example stands above the header: reading sets aside whatever does, so nobody has to delete it.
EXAMPLE_ROW, HEADER_ROW = 3, 4
LAST_ROW = 3000  # down to which cells are checked; rows below are read, too
RULED_ROWS = 30
ROOM_FOR_TEXT, WIDEST = 16, 28  # widths of columns
NUMBERS = "序号"
HELP = (
    "从第 5 行起填写。灰色斜体的“示例”行在表头之上，不会被读入，可保留可删除。"
    "深色表头必填，中蓝色表头至少填一列，浅色表头选填；不知道就留空，不要填 0。"
    "鼠标停在表头上看说明。"
)
LARGEST = "1000000000000"
DAYS = ("DATE(1949,1,1)", "DATE(2100,12,31)")
FILLS = {"required": DARK, "one_of": "2E75B6", "optional": LIGHT}


def write_templates(workspace: Workspace, region: str | None) -> list[Path]:
    """Write one workbook a contract into ``templates/`` of a workspace.

    Args:
        workspace: Whose region lists tell the names to choose from.
        region: Code of the region whose parts are offered; None for all, where they are few.

    Returns:
        The files, in the order of the contracts. They hold no time of day.

    Raises:
        UsageError: The workspace is no folder, or no region list knows the region.
    """
    if not workspace.root.is_dir():
        raise UsageError(Message("error.no_workspace", folder=str(workspace.root)))
    contracts = load_contracts()
    regions = offered_regions(workspace, contracts, region)
    workspace.templates.mkdir(exist_ok=True)
    written = []
    for name, contract in contracts.by_name.items():
        fields = fields_of(contract, contracts, regions)
        path = workspace.templates / f"{name}_{contract.title}.xlsx"
        save_reproducibly(_workbook_of(name, contract.title, fields), path)
        written.append(path)
    return written


@dataclass
class _Lists:
    """The hidden sheet with the words to choose from."""

    sheet: Any
    columns: int = 0

    def add(self, words: tuple[str, ...]) -> str:
        """Write a list and return the reference to it."""
        self.columns += 1
        for row, word in enumerate(words, start=LIST_START):
            cell = self.sheet.cell(row, self.columns, word)
            cell.data_type, cell.number_format = "s", TEXT
        letter = get_column_letter(self.columns)
        return f"'{LISTS}'!${letter}${LIST_START}:${letter}${LIST_START + len(words) - 1}"


def _workbook_of(contract: str, title: str, fields: list[Field]) -> Workbook:
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = SHEET
    hidden = workbook.create_sheet(LISTS)
    hidden["A1"] = "本页供下拉列表和系统识别使用，请勿修改"
    hidden.sheet_state = "hidden"
    mark = mark_of(contract)
    workbook.defined_names[mark] = DefinedName(mark, attr_text=f"'{LISTS}'!$A$1")
    cells = Cells(sheet)
    _append(sheet, [cells.cell(f"{title}　填报模板", size=16, bold=True, colour=DARK)], 30)
    _append(sheet, [cells.cell(HELP, colour=GREY)], 20)
    _append(sheet, [_example(cells, "示例"), *(_example(cells, f.example) for f in fields)], 20)
    numbers = cells.cell(NUMBERS, bold=True, fill=LIGHT, alignment=CENTRE, border=THIN)
    _append(sheet, [numbers, *(_header(cells, field) for field in fields)], 34)
    sheet.column_dimensions["A"].width = 7
    lists = _Lists(hidden)
    for number, field in enumerate(fields, start=2):
        letter = get_column_letter(number)
        _format_column(sheet, letter, field)
        check = _check_of(field, lists)
        if check is not None:
            check.add(f"{letter}{HEADER_ROW + 1}:{letter}{LAST_ROW}")
            sheet.add_data_validation(check)
    sheet.freeze_panes = f"B{HEADER_ROW + 1}"
    sheet.print_title_rows = f"{HEADER_ROW}:{HEADER_ROW}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    return workbook


def _append(sheet: Any, line: list[Any], height: float) -> None:
    sheet.append(line)
    sheet.row_dimensions[sheet.max_row].height = height


def _example(cells: Cells, value: object) -> Any:
    shown = DATE if hasattr(value, "isoformat") else YEAR if value is None else "General"
    return cells.cell(value, italic=True, colour=GREY, number_format=shown, alignment=CENTRE)


def _header(cells: Cells, field: Field) -> Any:
    return cells.cell(
        field.label,
        bold=True,
        colour="000000" if field.need == "optional" else "FFFFFF",
        fill=FILLS[field.need],
        alignment=CENTRE,
        border=THIN,
        note=field.note,
    )


def _format_column(sheet: Any, letter: str, field: Field) -> None:
    """Width and number format of a column, and lines around the cells that are filled first."""
    kind = field.column.type
    words = [field.label, str(field.example or ""), *field.choices[:100]]
    least = ROOM_FOR_TEXT if kind == "text" and not field.choices else 0
    width = min(max(*map(display_width, words), least) + 4, WIDEST)
    sheet.column_dimensions[letter].width = width
    wanted = TEXT if kind in ("code", "text", "term") else DATE if kind == "date" else None
    if kind == "year":
        wanted = YEAR
    for row in range(HEADER_ROW + 1, HEADER_ROW + 1 + RULED_ROWS):
        sheet[f"{letter}{row}"].border = THIN
        if wanted:
            sheet[f"{letter}{row}"].number_format = wanted
    if wanted:
        sheet.column_dimensions[letter].number_format = wanted


def _check_of(field: Field, lists: _Lists) -> DataValidation | None:
    """What a program accepts in a column; None for whatever there is."""
    kind = field.column.type
    if field.choices:
        check = DataValidation("list", formula1=lists.add(field.choices))
        message = "请从下拉列表中选择；列表之外的词无法识别。"
        if not field.is_strict:
            message = "列表里没有这个名称。可以写别名或“县/镇”这样的路径；确定无误请选“是”。"
            check.errorStyle = "warning"
    elif kind == "date":
        check = _between("date", *DAYS)
        message = "请填写日期，例如 2025-12-31。"
    elif kind == "year":
        check = _between("whole", "1949", "2100")
        message = "请填写四位年份，例如 2025。"
    elif kind == "integer":
        check = _between("whole", "0", LARGEST)
        message = "请填写整数，不带单位和说明；不知道就留空，不要填 0。"
    elif kind == "number" and field.column.unit == "ratio":
        check = _between("decimal", "0", "1")
        message = "请填写 0 到 1 之间的小数，或写成百分数，例如 62.5%。"
    elif kind == "number":
        check = _between("decimal", f"-{LARGEST}", LARGEST)
        message = "请填写一个数字，不带单位和说明。"
    else:
        return None
    check.allow_blank = True
    check.showErrorMessage, check.errorTitle, check.error = True, field.label, message
    check.showInputMessage, check.promptTitle, check.prompt = True, field.label, message
    return check


def _between(kind: str, lowest: str, highest: str) -> DataValidation:
    return DataValidation(kind, operator="between", formula1=lowest, formula2=highest)
