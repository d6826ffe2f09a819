"""What a generated case is made of: what its table says, how it is written, what a clerk would load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from table_generator.regions import County

LineKind = Literal["data", "other"]
# Field -> values that a clerk may take the cell for: one, but where a workbook shows fewer digits than
# it stores.
Truth = dict[str, tuple[object, ...]]


@dataclass(frozen=True)
class Cell:
    """A cell as it is written.

    Attributes:
        text: What a person sees.
        stored: What a workbook stores, if not the text.
        number_format: How a workbook shows it.
        rows, columns: How many it spans.
        covered: Whether it lies under a cell that spans it.
    """

    text: str = ""
    stored: object = None
    number_format: str = "General"
    rows: int = 1
    columns: int = 1
    covered: bool = False


@dataclass
class Column:
    """A column of a table.

    Attributes:
        field: Column of the contract; None for one that the entry ignores.
        label: What its header says, without a unit.
        unit: Word of its unit without a scale, such as 人; empty for what is no number.
        scale: By what a shown number is multiplied.
        unit_in_label: Appended to the label.
        style: How numbers are written: plain, commas, european, stored (the workbook's format scales),
            or a word that is appended to every number.
        number_format: Of the cells of a workbook.
    """

    field: str | None
    label: str
    unit: str = ""
    scale: int = 1
    unit_in_label: str = ""
    style: str = "plain"
    suffix: str = ""
    number_format: str = "General"

    @property
    def is_number(self) -> bool:
        return self.unit != ""


@dataclass
class Line:
    """One row of a table.

    Attributes:
        kind: Whether a clerk would load it.
        values: Label of a column -> true number (Decimal), day, or text.
        cells: Label of a column -> cell that is written as it is, whatever the value.
        truth: What a clerk would load; only of data.
        readable: False where a clerk could only ask the sender: it must not be loaded.
        repeats_header: Whether it is the header again, as at a page break.
    """

    kind: LineKind
    values: dict[str, object]
    cells: dict[str, Cell] = field(default_factory=dict)
    truth: Truth = field(default_factory=dict)
    readable: bool = True
    repeats_header: bool = False


@dataclass
class Draft:
    """A table before it is a file.

    Attributes:
        columns: In order.
        lines: Below the header.
        before, after: Lines of free text around the table, each a list of cells.
        unit_row: Row of units below the header, by label of column; None for none.
        groups: First row of a header of two rows: label -> group above it.
        merged: Labels of columns of which equal neighbours are merged (workbooks, pages, documents).
        spoil: What happens to the cells of lines when the table is written.
        entry: Further keys of the entry of ``sources.yml``.
        sheet: Name of the sheet of a workbook.
        other_sheet: Whether the workbook has a sheet of prose besides.
        has_units: Whether a trap has said in which units the table counts.
    """

    contract: str
    county: County
    columns: list[Column]
    lines: list[Line]
    before: list[list[str]] = field(default_factory=list)
    after: list[list[str]] = field(default_factory=list)
    unit_row: dict[str, str] | None = None
    groups: dict[str, str] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)
    spoil: list[tuple[Line, Callable[[list[Cell]], list[Cell]]]] = field(default_factory=list)
    entry: dict[str, Any] = field(default_factory=dict)
    sheet: str = "Sheet1"
    other_sheet: bool = False
    has_units: bool = False

    def column(self, field_name: str) -> Column:
        return next(column for column in self.columns if column.field == field_name)

    @property
    def numbers(self) -> list[Column]:
        return [column for column in self.columns if column.is_number]

    @property
    def data(self) -> list[Line]:
        return [line for line in self.lines if line.kind == "data"]


@dataclass(frozen=True)
class Row:
    """A row of cells, and what it was made from; None for titles, header and notes."""

    cells: list[Cell]
    line: Line | None = None


@dataclass(frozen=True)
class Case:
    """A file, and what a careful clerk would load of it.

    Attributes:
        number: Of the case in its run; with the seed it makes the case again.
        traps: Names of the traps in it; empty for a plain table.
        suffix: Of the file.
        encoding: Of text.
        rows: Of the sheet, from its first.
        entry: Of ``sources.yml``.
    """

    number: int
    seed: int
    contract: str
    traps: tuple[str, ...]
    suffix: str
    encoding: str
    county: County
    rows: list[Row]
    entry: dict[str, Any]
    sheet: str
    other_sheet: bool

    @property
    def id(self) -> str:
        return f"c{self.number}"

    @property
    def file(self) -> str:
        return f"{self.id}.{self.suffix}"

    @property
    def kept(self) -> list[Line]:
        """Lines that a clerk would load."""
        return [row.line for row in self.rows if row.line is not None and row.line.kind == "data"]


def write_number(value: Decimal, column: Column) -> Cell:
    """A number as a column writes it."""
    shown = value / column.scale
    plain = f"{shown.normalize():f}"
    match column.style:
        case "commas":
            text = f"{shown.normalize():,f}"
        case "european":
            text = f"{shown.normalize():,f}".translate(str.maketrans(",.", ".,"))
        case _:
            text = plain + column.suffix
    if column.style == "stored":
        return Cell(plain, _as_stored(value), column.number_format)
    if column.style == "plain" and not column.suffix:
        return Cell(text, _as_stored(shown), column.number_format)
    return Cell(text)


def write_cell(value: object, column: Column) -> Cell:
    """A value of a line as its column writes it."""
    if value is None or value == "":
        return Cell()
    if isinstance(value, Decimal):
        return write_number(value, column)
    if isinstance(value, date):
        return Cell(value.isoformat())
    return Cell(str(value))


def _as_stored(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)


def render(draft: Draft) -> list[Row]:
    """All rows of the table, with what stands around it."""
    rows = [Row([Cell(text) for text in cells]) for cells in draft.before]
    rows += [Row(cells) for cells in _header(draft)]
    if draft.unit_row is not None:
        rows.append(Row([Cell(draft.unit_row.get(c.label, "")) for c in draft.columns]))
    body = [
        Row(
            [
                Cell(column.label + column.unit_in_label)
                if line.repeats_header
                else line.cells.get(column.label)
                or write_cell(line.values.get(column.label), column)
                for column in draft.columns
            ],
            line,
        )
        for line in draft.lines
    ]
    _merge(body, draft)
    for spoilt, change in draft.spoil:
        body = [Row(change(r.cells), r.line) if r.line is spoilt else r for r in body]
    rows += body
    rows += [Row([Cell(text) for text in cells]) for cells in draft.after]
    return rows


def _header(draft: Draft) -> list[list[Cell]]:
    labels = [Cell(column.label + column.unit_in_label) for column in draft.columns]
    if not draft.groups:
        return [labels]
    top, bottom = list[Cell](), list[Cell]()
    previous = None
    for column, label in zip(draft.columns, labels, strict=True):
        group = draft.groups.get(column.label)
        if group is None:
            top.append(replace(label, rows=2))
            bottom.append(Cell(covered=True))
        elif group == previous:
            top.append(Cell(covered=True))
            bottom.append(label)
        else:
            width = sum(1 for g in draft.groups.values() if g == group)
            top.append(Cell(group, columns=width))
            bottom.append(label)
        previous = group
    return [top, bottom]


def _merge(body: list[Row], draft: Draft) -> None:
    for place, column in enumerate(draft.columns):
        if column.label not in draft.merged:
            continue
        start = 0
        while start < len(body):
            end = start + 1
            while end < len(body) and (
                body[end].cells[place].text == body[start].cells[place].text != ""
            ):
                end += 1
            if end - start > 1:
                first = body[start].cells[place]
                body[start].cells[place] = replace(first, rows=end - start)
                for row in body[start + 1 : end]:
                    row.cells[place] = Cell(covered=True)
            start = end
