"""Excel workbooks since 2007 (xlsx, xlsm)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from posixpath import join, normpath

import fastexcel
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.formats.sheets import (
    CellBudget,
    clipped_spans,
    damage_error,
    damage_reported,
    wanted_sheets,
)
from pipeline.reading.formats.xlsx_marks import Marks, find_marks, read_styles
from pipeline.reading.formats.xlsx_rewriting import with_places, with_raised_marks
from pipeline.reading.formats.zipped_xml import Package
from pipeline.reading.grid import Cell, Grid, column_names

AN_XLSX = Message("format.xlsx")
SAVE_AGAIN = Message("format.save_xlsx")


@dataclass(frozen=True)
class _Sheet:
    name: str
    member: str
    is_hidden: bool


def read_xlsx(content: bytes, options: ReadOptions) -> list[Grid]:
    """Read the sheets of a workbook.

    Args:
        content: The file. A formula is read as the value that was stored with it, as its own
            text where none was; an error as its text, ``#N/A``.
        options: ``sheet`` names the only sheet to read.

    Returns:
        One grid a sheet, in the order of the workbook; row n of a grid is row n + 1 of the sheet.

    Raises:
        UnreadableFileError: Not an xlsx file, no such sheet, or a sheet that is too large.
    """
    with damage_reported(AN_XLSX, SAVE_AGAIN):
        package = Package(content, AN_XLSX)
        sheets = _worksheets(package)
        wanted = wanted_sheets([sheet.name for sheet in sheets], options)
        members = {sheets[index].member: sheets[index].name for index in wanted}
        placed = with_places(package, content, members)
        if placed is not content:
            content, package = placed, Package(placed, AN_XLSX)
        # What is too large must be known before calamine makes room for it.
        budget = CellBudget()  # of all sheets together: a workbook may list one a hundred times
        styles = read_styles(package)
        marks = [
            find_marks(package, sheets[index].member, sheets[index].name, budget, styles)
            for index in wanted
        ]
        try:
            reader = fastexcel.read_excel(
                with_raised_marks(package, content, [sheets[index].member for index in wanted])
            )
            return [
                _read_sheet(reader, sheets[index], found)
                for index, found in zip(wanted, marks, strict=True)
            ]
        except BaseException as error:
            # calamine panics on some damaged files; its PanicException is no Exception
            if type(error).__name__ != "PanicException":
                raise
            raise damage_error(error, AN_XLSX, SAVE_AGAIN) from error


def _worksheets(package: Package) -> list[_Sheet]:
    """Sheets of cells as the workbook lists them; charts have no cells."""
    targets = {
        attributes["Id"]: attributes["Target"]
        for _, attributes in package.elements("xl/_rels/workbook.xml.rels", {"Relationship"})
        if attributes.get("Type", "").endswith("/worksheet")
    }
    listed = package.elements("xl/workbook.xml", {"sheet"})
    return [
        _Sheet(
            attributes["name"],
            normpath(join("/xl", targets[attributes["id"]])).lstrip("/"),
            attributes.get("state", "visible") != "visible",
        )
        for _, attributes in listed
        if attributes.get("id") in targets
    ]


def _read_sheet(reader: fastexcel.ExcelReader, sheet: _Sheet, marks: Marks) -> Grid:
    columns: Sequence[pa.Array] = []
    if marks.height:
        # `skip_rows=0` keeps blank rows above the table, without which all rows would be shifted
        loaded = reader.load_sheet(sheet.name, header_row=None, skip_rows=0, dtypes="string")
        columns = [_plain_texts(column) for column in loaded.to_arrow().columns]
        # blank columns left of the table are left out, and would shift all others
        left = min((column.absolute_index for column in loaded.available_columns()), default=0)
        height = len(columns[0]) if columns else 0
        columns = [pa.nulls(height, pa.string())] * left + columns
    columns = _with_overrides(columns, marks)
    height = max((_last_text(column) for column in columns), default=0)
    while columns and columns[-1].null_count == len(columns[-1]):
        columns = columns[:-1]
    cells = pa.table([column[:height] for column in columns], names=column_names(len(columns)))
    spans = clipped_spans(marks.spans, height, len(columns))
    hidden = frozenset(row for row in marks.hidden_rows if row < height)
    return Grid(
        sheet.name,
        cells,
        spans,
        hidden_rows=hidden,
        is_hidden=sheet.is_hidden,
        shown_scales=marks.shown_scales,
    )


def _plain_texts(column: pa.Array) -> pa.Array:
    """Texts as a person would type them: days without midnight, blanks as none."""
    column = column.cast(pa.string())
    if pc.any(pc.ends_with(column, " 00:00:00")).as_py():
        column = pc.replace_substring_regex(column, r"^(\d{4}-\d\d-\d\d) 00:00:00$", r"\1")
    is_blank = pc.or_(pc.utf8_is_space(column), pc.equal(column, ""))
    return (
        pc.if_else(is_blank, pa.scalar(None, pa.string()), column)
        if pc.any(is_blank).as_py()
        else column
    )


def _with_overrides(columns: Sequence[pa.Array], marks: Marks) -> list[pa.Array]:
    """Put back what calamine leaves out: errors, and formulas that nobody has calculated."""
    height = max([*map(len, columns), *(row + 1 for row, _ in marks.texts)], default=0)
    width = max([len(columns), *(column + 1 for _, column in marks.texts)], default=0)
    lists: dict[int, list[Cell]] = {}
    for (row, column), text in marks.texts.items():
        if column not in lists:
            known = columns[column].to_pylist() if column < len(columns) else []
            lists[column] = known + [None] * (height - len(known))
        lists[column][row] = text
    return [
        pa.array(lists[index], pa.string())
        if index in lists
        else columns[index]
        if index < len(columns) and len(columns[index]) == height
        else pa.concat_arrays(
            [
                *columns[index : index + 1],
                pa.nulls(
                    height - (len(columns[index]) if index < len(columns) else 0), pa.string()
                ),
            ]
        )
        for index in range(width)
    ]


def _last_text(column: pa.Array) -> int:
    """Number of rows down to the last text."""
    for position in range(len(column) - 1, -1, -1):
        if column[position].is_valid:
            return position + 1
    return 0
