"""Workbooks in the XML of Excel 2002 and 2003 (XML Spreadsheet), whatever their name says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.cell_text import (
    Moment,
    iso_text,
    mark_raised,
    moment_of_format,
    moment_text,
    number_text,
)
from pipeline.reading.formats.number_formats import show_number
from pipeline.reading.formats.sheets import (
    CellBudget,
    clipped_spans,
    damage_reported,
    wanted_sheets,
)
from pipeline.reading.formats.zipped_xml import feed, safe_parser
from pipeline.reading.grid import (
    MOST_CELLS,
    MOST_COLUMNS,
    Grid,
    Span,
    cells_from_rows,
    column_letter,
)

MOST_CHARACTERS = 100_000_000
MOST_ROWS = 1_048_576
WHAT, SAVE_AGAIN = Message("format.xml_spreadsheet"), Message("format.save_xlsx")

_NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
# Names that stand for a format; the others show a number as it is stored.
_NAMED_FORMATS = {
    "Percent": "0.00%",
    "General Date": "yyyy-mm-dd hh:mm",
    "Short Date": "yyyy-mm-dd",
    "Medium Date": "yyyy-mm-dd",
    "Long Date": "yyyy-mm-dd",
    "Short Time": "hh:mm",
    "Medium Time": "hh:mm",
    "Long Time": "hh:mm:ss",
    **dict.fromkeys(
        ("Currency", "Euro Currency", "Fixed", "Standard", "Scientific", "General Number"),
        "General",
    ),
    **dict.fromkeys(("Yes/No", "True/False", "On/Off"), "General"),
}


def is_xml_spreadsheet(text: str) -> bool:
    """Whether a text that begins as XML is such a workbook."""
    return _NAMESPACE in text[:20_000]


def read_xml_spreadsheet(text: str, options: ReadOptions) -> list[Grid]:
    """Read the sheets of a workbook.

    Args:
        text: The whole file. A formula is read as the value that was stored with it, as its own
            text where none was; an error as its text.
        options: ``sheet`` names the only sheet to read.

    Returns:
        One grid a sheet, in the order of the workbook; row n of a grid is row n + 1 of the sheet.

    Raises:
        UnreadableFileError: No well-formed XML, no such sheet, a document type, or a sheet that is
            too large.
    """
    if len(text) > MOST_CHARACTERS:
        raise UnreadableFileError(Message("text.too_long", size=len(text), most=MOST_CHARACTERS))
    # The declaration names the encoding of the bytes, which were decoded before.
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text, count=1)
    with damage_reported(WHAT, SAVE_AGAIN):
        workbook = _Workbook()
        parser = safe_parser()
        parser.StartElementHandler = workbook.start
        parser.EndElementHandler = workbook.end
        parser.CharacterDataHandler = workbook.characters
        feed(parser, [text.encode()])
        budget = CellBudget()
        names = [sheet.name for sheet in workbook.sheets]
        return [workbook.sheets[index].grid(budget) for index in wanted_sheets(names, options)]


@dataclass
class _Sheet:
    name: str
    cells: dict[tuple[int, int], str] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    scales: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)
    is_hidden: bool = False
    size: int = 0

    def grid(self, budget: CellBudget) -> Grid:
        height = max((row for row, _ in self.cells), default=-1) + 1
        width = max((column for _, column in self.cells), default=-1) + 1
        budget.spend(self.name, height, width, self.size)
        rows: list[list[str | None]] = [[None] * width for _ in range(height)]
        for (row, column), text in self.cells.items():
            rows[row][column] = text
        return Grid(
            self.name,
            cells_from_rows(rows),
            clipped_spans(self.spans, height, width),
            hidden_rows=frozenset(row for row in self.hidden_rows if row < height),
            is_hidden=self.is_hidden,
            shown_scales=self.scales,
        )


@dataclass
class _Value:
    """What is known of a cell until it ends."""

    style: str
    formula: str | None
    kind: str = ""
    text: str = ""
    raised: str | None = None  # raised text that has begun


class _Workbook:
    """Takes the events of the parser; keeps cells, no tree."""

    def __init__(self) -> None:
        self.sheets: list[_Sheet] = []
        self._path: list[str] = []
        self._formats: dict[str, str] = {}
        self._parents: dict[str, str] = {}
        self._style = self._row_style = ""
        self._row = self._column = -1
        self._left = -1
        self._row_repeats = 0
        self._value: _Value | None = None
        self._is_1904 = False
        self._words = ""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, local = name.rpartition("|")
        given = {
            key.rpartition("|")[2]: value
            for key, value in attributes.items()
            if "|" not in key or key.startswith(_NAMESPACE)
        }
        inside = self._path[-1] if self._path else ""
        self._path.append(local)
        self._words = ""
        if space == _NAMESPACE:
            self._start_own(local, inside, given)
        elif local == "Sup" and self._value and self._is_in_data():
            self._value.raised = ""
        elif local == "Date1904":
            self._is_1904 = True

    def _start_own(self, local: str, inside: str, given: Mapping[str, str]) -> None:
        if local == "Style":
            self._style = given.get("ID", "")
            self._parents[self._style] = given.get("Parent", "")
        elif local == "NumberFormat" and inside == "Style":
            self._formats[self._style] = given.get("Format", "General")
        elif local == "Worksheet":
            self.sheets.append(_Sheet(given.get("Name", "")))
            self._row, self._row_repeats = -1, 0
        elif local == "Column" and self.sheets:
            self._start_column(given)
        elif local == "Row" and self.sheets:
            self._start_row(given)
        elif local == "Cell" and self.sheets:
            self._start_cell(given)
        elif local == "Data" and inside == "Cell" and self._value:
            self._value.kind = given.get("Type", "String")

    def _start_column(self, given: Mapping[str, str]) -> None:
        styles = self.sheets[-1].column_styles
        first = int(given["Index"]) - 1 if "Index" in given else styles[-1][1] + 1 if styles else 0
        styles.append((first, first + int(given.get("Span", "0")), given.get("StyleID", "")))
        if len(styles) > MOST_COLUMNS:
            raise self._too_far()

    def _start_row(self, given: Mapping[str, str]) -> None:
        sheet = self.sheets[-1]
        following = self._row + 1 + self._row_repeats
        self._row = int(given["Index"]) - 1 if "Index" in given else following
        self._row_repeats = int(given.get("Span", "0"))
        if self._row < following or self._row_repeats < 0:
            raise ValueError(f"row {self._row + 1} after row {following}")
        if self._row + self._row_repeats >= MOST_ROWS:
            raise self._too_far()
        self._column, self._row_style = -1, given.get("StyleID", "")
        if given.get("Hidden") == "1":
            sheet.hidden_rows.update(range(self._row, self._row + 1 + self._row_repeats))

    def _start_cell(self, given: Mapping[str, str]) -> None:
        sheet = self.sheets[-1]
        following = self._column + 1
        left = int(given["Index"]) - 1 if "Index" in given else following
        right = left + int(given.get("MergeAcross", "0"))
        bottom = self._row + int(given.get("MergeDown", "0"))
        if left < following or right < left or bottom < self._row or self._row < 0:
            raise ValueError(f"cell {left + 1} after cell {following} of row {self._row + 1}")
        self._column = right
        if right >= MOST_COLUMNS or bottom >= MOST_ROWS or len(sheet.cells) > MOST_CELLS:
            raise self._too_far()
        if (right, bottom) != (left, self._row):
            sheet.spans.append(Span(self._row, left, bottom, right))
        self._left = left
        style = given.get("StyleID") or self._row_style or self._column_style(left)
        self._value = _Value(style, given.get("Formula"))

    def _column_style(self, column: int) -> str:
        styles = self.sheets[-1].column_styles
        found = (style for first, last, style in styles if first <= column <= last)
        return next(found, "") or "Default"

    def _is_in_data(self) -> bool:
        return "Data" in self._path and "Comment" not in self._path

    def characters(self, text: str) -> None:
        if self._value and self._is_in_data():
            if self._value.raised is None:
                self._value.text += text
            else:
                self._value.raised += text
        elif len(self._words) < 100:
            self._words += text

    def end(self, name: str) -> None:
        space, _, local = name.rpartition("|")
        self._path.pop()
        value = self._value
        if local == "Sup" and value and value.raised is not None:
            value.text += mark_raised(value.text, value.raised)
            value.raised = None
        elif local == "Visible" and self.sheets and "WorksheetOptions" in self._path:
            self.sheets[-1].is_hidden = self._words.strip().startswith("SheetHidden") or (
                self._words.strip() == "SheetVeryHidden"
            )
        elif space == _NAMESPACE and local == "Cell" and value:
            self._end_cell(value)
            self._value = None

    def _end_cell(self, value: _Value) -> None:
        sheet, place = self.sheets[-1], (self._row, self._left)
        text = value.text
        if not value.kind:
            text = value.formula or ""
        elif value.kind == "Number":
            text = self._number(value, place)
        elif value.kind == "DateTime":
            text = _moment(text, self._moment_of(value.style))
        elif value.kind == "Boolean":
            text = "true" if text.strip() == "1" else "false"
        if text and not text.isspace():
            sheet.cells[place] = text
            sheet.size += 4 * len(text)

    def _number(self, value: _Value, place: tuple[int, int]) -> str:
        stored, code = value.text.strip(), self._code(value.style)
        moment = moment_of_format(-1, code) if code else None
        if moment:
            return moment_text(stored, moment, self._is_1904)
        shown = show_number(stored, code)
        if shown is None:
            return number_text(stored)
        if shown.scale != 1:
            self.sheets[-1].scales[place[1], place[0]] = shown.scale
        return shown.text

    def _moment_of(self, style: str) -> Moment | None:
        code = self._code(style)
        return moment_of_format(-1, code) if code else None

    def _code(self, style: str) -> str | None:
        """Format of a style, or of the nearest one that it is derived from."""
        for _ in range(10):
            if style in self._formats:
                code = self._formats[style]
                return _NAMED_FORMATS.get(code, code)
            if not self._parents.get(style):
                break
            style = self._parents[style]
        default = self._formats.get("Default")
        return _NAMED_FORMATS.get(default, default) if default else None

    def _too_far(self) -> UnreadableFileError:
        return UnreadableFileError(
            Message(
                "sheet.too_far",
                sheet=self.sheets[-1].name,
                row=self._row + 1,
                letter=column_letter(min(max(self._column, 0), MOST_COLUMNS - 1)),
                most=MOST_CELLS,
            )
        )


def _moment(stored: str, moment: Moment | None) -> str:
    """A day or time as its format shows it."""
    text = stored.strip()
    date, _, clock = text.partition("T")
    if moment == "time" and clock:
        return clock.partition(".")[0]
    found = re.fullmatch(r"(\d{4})-(\d\d)-\d\d", date)
    if moment in ("month", "year") and found:
        return f"{found[1]}年" + (f"{int(found[2])}月" if moment == "month" else "")
    return iso_text(text)
