"""The tables of a workspace as text, read by csv, openpyxl and lxml alone.

Who checks what the pipeline read must not read by its code: entries, labels and header rows are
understood here a second time, as far as the shipped files need it.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path

import lxml.html
import openpyxl
from openpyxl.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import from_excel
from ruamel.yaml import YAML

_OF_ALL = {
    "区划代码": "region_code", "行政区划代码": "region_code", "地区": "region_name",
    "地区名称": "region_name", "县区": "region_name", "镇街名称": "region_name",
    "所在镇街": "region_name", "所属镇街": "region_name", "序号": "row_no", "出处": "locator",
    "位置": "locator", "备注": "note", "说明": "note", "来源文件": "document_id",
    "文件编号": "document_id", "单位": "unit", "性质": "kind", "口径": "kind",
}  # fmt: skip
_FIGURE = {"指标": "indicator", "指标名称": "indicator", "数值": "value", "目标值": "value"}
# What the labels of each kind of table stand for; a unit in brackets is no part of a label.
LABELS = {
    "region_list": {
        "名称": "region_name", "级别": "level", "上级代码": "parent_code", "代码来源": "scheme",
        "别名": "aliases", "经度": "longitude", "纬度": "latitude",
    },
    "population": {
        "时点": "date", "日期": "date", "普查时点": "date", "统计时点": "date", "年份": "year",
        "年度": "year", "常住人口": "resident_population", "人口数": "resident_population",
        "常住人口数": "resident_population", "户籍人口": "registered_population",
        "出生人口": "births", "出生人数": "births", "常住出生人口": "births",
        "户籍出生人口": "births_registered", "户籍出生人数": "births_registered",
        "0岁": "age_0", "1岁": "age_1", "2岁": "age_2", "1-4岁": "age_1_4",
        "精确到": "published_precision",
    },
    "quota_ledger": {"年度": "year", "累计托位数": "places"},
    "policy_target": _FIGURE | {
        "目标年份": "year", "目标年度": "year", "关系": "comparator", "比较": "comparator",
        "目标值上限": "value_upper",
    },
    "reported_figure": _FIGURE | {
        "截至日期": "as_of", "时点": "as_of", "限定": "qualifier", "限定词": "qualifier",
    },
    "facility_roster": {
        "统计日期": "as_of", "机构编号": "facility_id", "机构名称": "facility_name",
        "园所名称": "facility_name", "统一社会信用代码": "credit_code", "详细地址": "address",
        "地址": "address", "经度": "longitude", "纬度": "latitude", "机构类型": "facility_type",
        "举办性质": "ownership", "办学性质": "ownership", "备案状态": "filing_status",
        "是否普惠": "is_inclusive", "普惠": "is_inclusive", "开业日期": "opened_on",
        "开办日期": "opened_on", "停业日期": "closed_on", "托位数": "places",
        "普惠托位数": "inclusive_places", "乳儿班": "infant_places", "托小班": "toddler_places",
        "托大班": "older_places", "混龄班": "mixed_places", "在托人数": "enrolled_children",
        "保育员数": "caregivers", "月收费标准": "monthly_fee_yuan", "月收费": "monthly_fee_yuan",
        "使用面积": "floor_area_m2", "联系人": "contact", "联系电话": "phone",
    },
    "inspection": {
        "检查日期": "date", "机构编号": "facility_id", "机构名称": "facility_name",
        "检查类型": "kind", "检查结果": "result",
    },
}  # fmt: skip

CHINESE_DAYS = (28, 31)  # formats of days that a workbook may give by number alone
TEN_THOUSANDS = "0!.0,"  # shows 40000 as 4.0


def folded(text: str | None) -> str:
    """Text in half-width characters, without white space."""
    return "".join(unicodedata.normalize("NFKC", text or "").split())


@dataclass(frozen=True)
class PlainSource:
    """An entry of a ``sources.yml`` and the table that it names.

    Attributes:
        id: Of the entry.
        contract: Kind of table.
        file: The file.
        entry: The entry as it stands in YAML.
    """

    id: str
    contract: str
    file: Path
    entry: dict = field(repr=False)

    @property
    def constants(self) -> dict[str, str]:
        return self.entry.get("constants", {})

    @property
    def complete_for(self) -> list[str]:
        return self.entry.get("complete_for", [])

    @cached_property
    def labels(self) -> dict[str, str]:
        """Column by label, those that the entry explains first."""
        own = {folded(label): column for label, column in self.entry.get("columns", {}).items()}
        return {**_OF_ALL, **LABELS.get(self.contract, {}), **own}

    @cached_property
    def table(self) -> PlainTable:
        return PlainTable.of(self)


@dataclass(frozen=True)
class PlainTable:
    """A table as text.

    Attributes:
        columns: Column by its letter.
        units: Text in brackets behind the label, by column; else of a cell 单位：万人 above the header.
        years: Label of every column of years by its letter, where years stand in columns.
        rows: Texts of a row by letter, by number of the row in the file.
    """

    columns: dict[str, str]
    units: dict[str, str]
    years: dict[str, str]
    rows: dict[int, dict[str, str | None]]

    @classmethod
    def of(cls, source: PlainSource) -> PlainTable:
        sheet = _Sheet.of(source)
        first = next(
            number
            for number, texts in enumerate(sheet.texts)
            if _known(texts, source) * 2 >= sum(text is not None for text in texts) > 1
        )
        last = first
        if first + 1 < len(sheet.texts) and _known(sheet.texts[first + 1], source) > 1:
            last += 1  # groups of columns above, or labels that go on below
        labels = {
            get_column_letter(index + 1): sheet.texts[row][index]
            for row in range(first, last + 1)
            for index in range(len(sheet.texts[row]))
            if sheet.texts[row][index]
        }
        years = source.entry.get("unpivot", {}).get("columns", [])
        columns = {
            letter: source.labels[_bare(label)]
            for letter, label in labels.items()
            if _bare(label) in source.labels
        }
        units = _units_above(sheet.texts[:first], [*columns.values(), *_unpivoted(source)])
        units |= {columns[at]: unit for at in columns if (unit := _in_brackets(labels[at]))}
        return cls(
            columns,
            units | source.entry.get("read", {}).get("units", {}),
            {letter: label for letter, label in labels.items() if label in years},
            {
                sheet.numbers[row]: {
                    get_column_letter(index + 1): text for index, text in enumerate(texts)
                }
                for row, texts in enumerate(sheet.texts)
                if row > last
            },
        )

    def letter_of(self, column: str) -> str | None:
        return next((letter for letter, name in self.columns.items() if name == column), None)

    def text(self, row: int, column: str) -> str | None:
        return self.rows[row].get(self.letter_of(column) or "")


def read_sources(raw: Path) -> dict[str, PlainSource]:
    """Every source of a workspace by its id."""
    found = {}
    for path in sorted(raw.glob("*/sources.yml")):
        listed = YAML(typ="safe").load(path)
        for entry in listed["sources"]:
            file = path.parent / entry["file"]
            found[entry["id"]] = PlainSource(entry["id"], entry["contract"], file, entry)
    return found


def _bare(label: str | None) -> str:
    return re.sub(r"\([^()]*\)$", "", folded(label))


def _in_brackets(label: str) -> str | None:
    found = re.search(r"\(([^()]*)\)$", folded(label))
    return found[1] if found else None


def _unpivoted(source: PlainSource) -> list[str]:
    column = source.entry.get("unpivot", {}).get("values_to")
    return [column] if column else []


def _units_above(texts: list[list[str | None]], columns: list[str]) -> dict[str, str]:
    """Unit of each column by a cell above the table that says nothing else."""
    cells = [folded(text) for row in texts for text in row if text]
    units = [cell.removeprefix("单位:") for cell in cells if cell.startswith("单位:")]
    return dict.fromkeys(columns, units[0]) if len(units) == 1 else {}


def _known(texts: list[str | None], source: PlainSource) -> int:
    years = source.entry.get("unpivot", {}).get("columns", [])
    return sum(_bare(text) in source.labels or text in years for text in texts if text)


@dataclass(frozen=True)
class _Sheet:
    """Texts of a sheet row by row, and the number of each row in the file."""

    texts: list[list[str | None]]
    numbers: list[int]

    @classmethod
    def of(cls, source: PlainSource) -> _Sheet:
        read = source.entry.get("read", {})
        content = source.file.read_bytes()
        if source.file.suffix == ".zip":
            content = zipfile.ZipFile(io.BytesIO(content)).read(read["member"])
        if source.file.suffix == ".xlsx":
            return cls._of_rows(_rows_of_xlsx(content, read.get("sheet")))
        if content.lstrip()[:1] == b"<":  # a web page, whatever its name says
            rows = lxml.html.fromstring(content).iter("tr")
            return cls._of_rows(
                [[_as_text(cell.text_content()) for cell in row.iter("th", "td")] for row in rows]
            )
        return cls(*_records_of(content))

    @classmethod
    def _of_rows(cls, rows: list[list[str | None]]) -> _Sheet:
        return cls(rows, list(range(1, len(rows) + 1)))


def _rows_of_xlsx(content: bytes, name: str | None) -> list[list[str | None]]:
    """Rows of a sheet; what is merged downwards stands in every row."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    sheet = book[name] if name else book.worksheets[0]
    rows = [[_shown(cell) for cell in row] for row in sheet.iter_rows()]
    for merged in sheet.merged_cells.ranges:
        if merged.min_col == merged.max_col:
            for row in range(merged.min_row, merged.max_row):
                rows[row][merged.min_col - 1] = rows[merged.min_row - 1][merged.min_col - 1]
    return rows


def _records_of(content: bytes) -> tuple[list[list[str | None]], list[int]]:
    """Records of delimited text, and the line on which each begins."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    head = text[:2000]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t|", key=head.count))
    return tuple(map(list, zip(*_numbered(reader), strict=True)))


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[list[str | None], int]]:
    line = 1
    for record in reader:
        yield [cell.strip() or None for cell in record], line
        line = reader.line_num + 1


def _shown(cell: Cell) -> str | None:
    """Text of a cell as its format shows it, in full."""
    value = cell.value
    if isinstance(value, int | float):
        # openpyxl knows the formats of other languages by no name
        if cell.has_style and cell._style.numFmtId in CHINESE_DAYS:
            return _as_text(from_excel(value))
        if cell.number_format == TEN_THOUSANDS:
            return f"{Decimal(str(value)) / 10_000:f}"
    return _as_text(value)


def _as_text(value: object) -> str | None:
    if isinstance(value, dt.datetime | dt.date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = "" if value is None else str(value)
    return text.strip() or None
