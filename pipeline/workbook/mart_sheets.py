"""One sheet a mart: Chinese headers with notes, codes in words, invented rows tinted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import DataBarRule
from openpyxl.utils import get_column_letter

from pipeline.published.read_marts import Marts, Regions, Row
from pipeline.values.shown import Count, count_of
from pipeline.wording.formatting import count
from pipeline.wording.mart_columns import MartColumn, SheetSpec, load_column
from pipeline.workbook.cells import (
    CENTRE,
    DARK,
    FICTIONAL,
    INDENTED,
    PLAIN,
    THIN,
    Cells,
)
from pipeline.workbook.column_widths import column_width
from pipeline.workbook.fiction import Fiction
from pipeline.workbook.words import MEASURES, format_of, in_words, measure_of, unit_word

# A sheet holds 1,048,576 rows, but few computers of planners open so many; a row takes a
# millisecond to write. The tables as parquet and csv are always whole.
MOST_ROWS = 50_000
# Every roster figure stands there once more for each scope that is not the headline.
# The lineage has a row for every figure and every cell behind it: 28,923 in what the project ships.
CONDITIONS = {
    "indicator_values": "is_headline or scope = 'as_reported'",
    "figure_lineage": "mart = 'target_gaps'",
}
WITHOUT = {
    "indicator_values": "不含主口径以外的名册口径",
    "figure_lineage": "只列“目标差距”各数字的出处",
}
# code -> the column that names it, which stands beside it
REGION_NAMES = {
    "region_code": "region_name",
    "parent_code": "parent_name",
    "target_region_code": "target_region_name",
    "input_region_code": "input_region_name",
}
NAMES = REGION_NAMES | {"facility_key": "facility_name"}
BAR = "9DC3E6"
PAGE_WIDTH = 170  # columns of text on a page of A4, landscape


@dataclass(frozen=True)
class Written:
    """A sheet that was written.

    Attributes:
        spec: What it shows.
        rows: Rows on it.
        all_rows: Rows of the mart.
        remark: What was left out; empty where nothing was.
    """

    spec: SheetSpec
    rows: Count
    all_rows: Count
    remark: str = ""


def write_mart_sheet(
    workbook: Workbook, spec: SheetSpec, marts: Marts, regions: Regions, fiction: Fiction
) -> Written:
    """Write the sheet of one mart.

    Args:
        workbook: A write-only workbook.
        spec: Which mart, under which name.
        marts: The published marts.
        regions: Names of the regions.
        fiction: What is invented.
    """
    condition = CONDITIONS.get(spec.mart, "true")
    facilities = _name_facilities(marts, spec.mart)
    rows = [
        _with_names(row, regions, fiction, facilities)
        for row in marts.rows(spec.mart, condition, limit=MOST_ROWS)
    ]
    wanted, whole = marts.count(spec.mart, condition), marts.count(spec.mart)
    columns = _columns_of(spec.mart, marts.columns(spec.mart))
    sheet = workbook.create_sheet(spec.title)
    cells = Cells(sheet)
    _set_up(sheet, columns, rows)
    sheet.append([_header(cells, column) for column in columns])
    for row in rows:
        tint = FICTIONAL if row["is_fictional"] else None
        sheet.append([_body(cells, column, row, tint) for column in columns])
    if rows:
        _draw_bars(sheet, columns, len(rows))
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    remarks = [WITHOUT[spec.mart]] if wanted < whole else []
    if len(rows) < wanted:
        remarks.append(f"只列前 {count(count_of(rows))} 行")
    note = f"{'；'.join(remarks)}；全部见 {spec.mart}.csv" if remarks else ""
    return Written(spec, count_of(rows), whole, note)


def _name_facilities(marts: Marts, mart: str) -> dict[str, str]:
    """Facility -> latest name, for a mart that keeps the key alone."""
    names = marts.columns(mart)
    if "facility_key" not in names or "facility_name" in names:
        return {}
    return {row["facility_key"]: row["facility_name"] for row in marts.rows("facilities")}


def _with_names(row: Row, regions: Regions, fiction: Fiction, facilities: dict[str, str]) -> Row:
    """A row with the names of its regions and facility, whether it is invented, and its unit."""
    named: Row = {"facility_name": facilities.get(row.get("facility_key") or "")}
    for code, name in REGION_NAMES.items():
        region = regions.by_code.get(row.get(code) or "")
        named[name] = region["region_name"] if region else None
    named |= row
    named["is_fictional"] = fiction.of_row(row)
    measure = measure_of(row)
    if measure:
        named["unit"] = unit_word(measure)
    return named


def _columns_of(mart: str, names: list[str]) -> list[MartColumn]:
    """The columns of the sheet: those of the mart, and those that the workbook adds."""
    ordered = [name for name in names if name != "is_fictional"]
    for key, name in NAMES.items():
        if key in ordered and name not in ordered:
            ordered.insert(ordered.index(key) + 1, name)
    if "region_code" in ordered or "source_id" in ordered:
        after = next(
            name for name in ("region_name", "facility_name", ordered[0]) if name in ordered
        )
        ordered.insert(ordered.index(after) + 1, "is_fictional")
    measure = next((name for name in MEASURES if name in ordered), None)
    if measure:
        ordered.insert(ordered.index(measure) + 1, "unit")
    return [load_column(mart, name) for name in ordered]


def _header(cells: Cells, column: MartColumn) -> Any:
    return cells.cell(
        column.header,
        bold=True,
        colour="FFFFFF",
        fill=DARK,
        alignment=CENTRE,
        border=THIN,
        note=column.note,
    )


def _body(cells: Cells, column: MartColumn, row: Row, tint: str | None) -> Any:
    shown = in_words(column, row.get(column.name), row)
    if shown is None and tint is None:
        return None
    return cells.cell(
        shown,
        number_format=format_of(column, shown, row) if shown is not None else "General",
        fill=tint,
        alignment=INDENTED if isinstance(shown, str) else PLAIN,
        border=THIN if tint else None,
    )


def _set_up(sheet: Any, columns: list[MartColumn], rows: list[Row]) -> None:
    """Widths, frozen header, and how it prints; before the first row, since rows are streamed."""
    widths = [column_width(column, rows) for column in columns]
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.row_dimensions[1].height = 32
    # what a row is about stays in sight: a code and the name that goes with it
    second = columns[1].name if len(columns) > 1 else ""
    fixed = 2 if second in NAMES.values() else 1
    sheet.freeze_panes = f"{get_column_letter(fixed + 1)}2"
    sheet.print_title_rows = "1:1"
    sheet.print_title_cols = f"A:{get_column_letter(fixed)}"
    sheet.print_area = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    # as many pages beside each other as leave the text readable, as many below as it takes
    sheet.page_setup.fitToWidth = max(1, round(sum(widths) / PAGE_WIDTH))
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&A　第 &P 页，共 &N 页"


def _draw_bars(sheet: Any, columns: list[MartColumn], rows: int) -> None:
    for number, column in enumerate(columns, start=1):
        if column.bar:
            letter = get_column_letter(number)
            # not the largest: beside the country's number every town's would look like none
            rule = DataBarRule("num", 0, "percentile", 95, BAR, minLength=0, maxLength=100)
            sheet.conditional_formatting.add(f"{letter}2:{letter}{rows + 1}", rule)
