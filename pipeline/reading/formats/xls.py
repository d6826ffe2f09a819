"""Excel workbooks before 2007 (xls)."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

import xlrd
import xlrd.biffh
import xlrd.book
import xlrd.compdoc

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.cell_text import (
    Moment,
    mark_raised,
    moment_of_format,
    moment_text,
    number_text,
)
from pipeline.reading.formats.number_formats import show_number
from pipeline.reading.formats.sheets import (
    ENCRYPTED_PACKAGE,
    CellBudget,
    clipped_spans,
    damage_error,
    damage_reported,
    password_error,
    wanted_sheets,
)
from pipeline.reading.grid import Cell, Grid, Span, cells_from_rows

WHAT = Message("format.xls")
WORD_DOCUMENT = "WordDocument".encode("utf-16-le")
NEXT_STEP = Message("format.save_xls")


def read_xls(content: bytes, options: ReadOptions) -> list[Grid]:
    """Read the sheets of a workbook.

    A formula gives the value that was stored with it; this format always stores one.

    Args:
        content: The whole file.
        options: ``sheet`` names the only sheet to read, ``encoding`` the one of texts in files of
            before 1997 that name a wrong one.

    Returns:
        One grid a worksheet, in the order of the workbook; row ``i`` of a grid is row ``i + 1`` of
            the sheet. Blank rows below and columns right of the last text are left out.

    Raises:
        UnreadableFileError: Not an xls file, damaged, protected by a password, too large, or
            without the sheet that ``options`` name.
    """
    with damage_reported(WHAT, NEXT_STEP):
        book = _open(content, options.encoding)
        styles = _styles(book)
        budget = CellBudget()
        return [
            _read_sheet(book.sheet_by_index(index), styles, bool(book.datemode), budget)
            for index in wanted_sheets(book.sheet_names(), options)
        ]


class _SoundCompDoc(xlrd.compdoc.CompDoc):  # type: ignore[misc]  # xlrd has no types
    """The container of a workbook, refused where its list of sectors is a loop.

    xlrd follows a loop of short sectors for ever, and keeps what it reads.
    """

    def _get_stream(
        self,
        mem: bytes,
        base: int,
        sat: Sequence[int],
        sec_size: int,
        start_sid: int,
        *rest: Any,
        **named: Any,
    ) -> Any:
        seen: set[int] = set()
        sector = start_sid
        while sector >= 0:
            if sector in seen or sector >= len(sat):
                raise xlrd.compdoc.CompDocError(Message("format.endless_sectors"))
            seen.add(sector)
            sector = sat[sector]
        return super()._get_stream(mem, base, sat, sec_size, start_sid, *rest, **named)


xlrd.book.compdoc.CompDoc = _SoundCompDoc


def _open(content: bytes, encoding: str | None) -> xlrd.Book:
    """Open a workbook; what xlrd prints of its oddities is not for the reader of a build."""
    if ENCRYPTED_PACKAGE in content:
        raise password_error()
    if WORD_DOCUMENT in content:
        raise UnreadableFileError(Message("format.doc"))
    try:
        return xlrd.open_workbook(
            file_contents=content,
            formatting_info=True,  # without it, merged ranges and hidden rows are not read
            ragged_rows=True,
            encoding_override=encoding,
            logfile=io.StringIO(),
        )
    except xlrd.XLRDError as error:
        if "encrypted" in str(error):
            raise password_error() from error
        raise damage_error(error, WHAT, NEXT_STEP) from error


def _styles(book: xlrd.Book) -> list[tuple[Moment | None, str | None]]:
    """What each cell style makes of a number: a moment, or what its format code says."""
    styles = []
    for style in book.xf_list:
        number = style.format_key
        known = book.format_map.get(number)
        code = known.format_str if known else None
        # for formats that a file uses by number alone, xlrd makes up the code General
        is_made_up = number < 164 and code in {None, "", "General"}
        styles.append((moment_of_format(number, None if is_made_up else code), code))
    return styles


def _read_sheet(
    sheet: xlrd.sheet.Sheet,
    styles: list[tuple[Moment | None, str | None]],
    is_1904: bool,
    budget: CellBudget,
) -> Grid:
    scales: dict[tuple[int, int], Decimal] = {}
    rows = list(_rows(sheet, styles, is_1904, scales))
    while rows and not rows[-1]:
        rows.pop()
    height, width = len(rows), max(map(len, rows), default=0)
    budget.spend(sheet.name, height, width)
    spans = (
        Span(top, left, bottom - 1, right - 1) for top, bottom, left, right in sheet.merged_cells
    )
    hidden = (row for row, info in sheet.rowinfo_map.items() if info.hidden and row < height)
    return Grid(
        sheet.name,
        cells_from_rows(rows),
        clipped_spans(spans, height, width),
        hidden_rows=frozenset(hidden),
        is_hidden=sheet.visibility != 0,
        shown_scales=scales,
    )


def _rows(
    sheet: xlrd.sheet.Sheet,
    styles: list[tuple[Moment | None, str | None]],
    is_1904: bool,
    scales: dict[tuple[int, int], Decimal],
) -> Iterator[list[Cell]]:
    """Texts row by row, each row as long as its last text; fills ``scales``."""
    for row in range(sheet.nrows):
        texts: list[Cell] = []
        for column in range(sheet.row_len(row)):
            kind, value = sheet.cell_type(row, column), sheet.cell_value(row, column)
            if kind in {xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE}:
                moment, code = styles[sheet.cell_xf_index(row, column)]
                shown = None if moment else show_number(value, code)
                if moment:
                    texts.append(moment_text(value, moment, is_1904))
                elif shown:
                    texts.append(shown.text)
                    if shown.scale != 1:
                        scales[column, row] = shown.scale
                else:
                    texts.append(number_text(value))
            elif kind == xlrd.XL_CELL_TEXT and (row, column) in sheet.rich_text_runlist_map:
                texts.append(_rich_text(sheet, row, column))
            else:
                texts.append(_text(kind, value))
        while texts and texts[-1] is None:
            texts.pop()
        yield texts


def _rich_text(sheet: xlrd.sheet.Sheet, row: int, column: int) -> str:
    """Text of a cell of several fonts; the raised number of a footnote stays apart."""
    text = str(sheet.cell_value(row, column))
    runs = [(0, None), *sheet.rich_text_runlist_map[row, column], (len(text), None)]
    read = ""
    for (start, font), (stop, _) in pairwise(runs):
        is_raised = font is not None and sheet.book.font_list[font].escapement
        read += mark_raised(read, text[start:stop]) if is_raised else text[start:stop]
    return read


def _text(kind: int, value: str | float) -> Cell:
    """Text of a cell that holds no number; null for a blank one."""
    if kind == xlrd.XL_CELL_BOOLEAN:
        return "true" if value else "false"
    if kind == xlrd.XL_CELL_ERROR:
        return str(xlrd.biffh.error_text_from_code.get(int(value), f"#ERROR {value}"))
    text = str(value)
    return text if text and not text.isspace() else None
