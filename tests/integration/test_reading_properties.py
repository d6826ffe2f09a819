"""What must hold for every table, whatever it looks like: no row lost, no number invented."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from example_dossier import REGIONS
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from pipeline.contracts import load_contracts
from pipeline.core.database import connect
from pipeline.core.errors import Problem
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import SourceEntry
from pipeline.reading import Table, files, read_table
from pipeline.reading.formats import large
from pipeline.reading.grid import Grid, Span, cells_from_rows
from pipeline.reading.layout import lay_out
from pipeline.shaping import create_tables
from pipeline.warehouse.load import index_regions
from pipeline.warehouse.load_source import load_source

pytestmark = pytest.mark.integration
reproducible = settings(
    deadline=None,
    max_examples=50,
    derandomize=True,
    database=None,
    # the folder and the connection are those of the module: every example leaves them as they were
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

CODES = {"示例县": "990100", "甲镇": "990100001", "乙镇": "990100002", "丙镇": "990100003"}
NUMBER_COLUMNS = {
    "resident_population": "常住人口",
    "registered_population": "户籍人口",
    "births": "出生人口",
    "age_0": "0岁",
    "age_1_4": "1-4岁",
}
FULL_WIDTH = {ord("0") + digit: 0xFF10 + digit for digit in range(10)}
NULL_SIGNS = ("", "—", "-", "…", "/", "不详", "N/A")
PRINTED = st.characters(exclude_categories=["Cs", "Cc"])
NASTY = (
    "=SUM(A1:A9)",
    "=1+1",
    '"',
    'a "quoted" cell',
    "two\nlines",
    "two\r\nlines",
    "NUL\0inside",
    "\0",
    "\U0001f476\U0001f3fd",
    "\u202e12\u202c",
    "\u200f12",
    "x" * 5_000,
    "9" * 400,
    "'; drop table raw.population; --",
    "{{ a }} %s \\",
    "合计",
    "其中:女",
    "合计数",
    "\ufffd",
    "<b>12</b>",
    "12.5.1",
    "1,23",
    "12人左右吧",
    "\ufeff",
    "a,b;c\td|e",
)


# --- what is written, and what must come of it ---------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """Text as written; ``value`` is what it says, where ``is_plain`` says that it is a plain cell.

    ``factor`` is the unit of its column.
    """

    text: str | None
    value: Decimal | dt.date | str | None = None
    is_plain: bool = True
    factor: int = 1


@dataclass
class Sheet:
    """A written table: rows of texts, and the rows from which values must or may come."""

    columns: list[str]
    rows: list[list[str | None]]
    data: dict[int, list[Cell]] = field(default_factory=dict)
    spans: list[Span] = field(default_factory=list)


@st.composite
def plain_numbers(draw: st.DrawFn, factor: int = 1) -> Cell:
    """A number in one of the ways in which tables write it, or why there is none."""
    number = draw(st.one_of(st.integers(0, 9_000), st.integers(0, 99_999_999)))
    if factor != 1:
        return Cell(str(Decimal(number) / factor), Decimal(number))
    hundreds = draw(st.integers(1, 99_999))
    ways = (
        (str(number), number),
        (f"{number:,}", number),
        (str(number).translate(FULL_WIDTH), number),
        (f"{hundreds // 100}.{hundreds % 100:02d}万", hundreds * 100),
        (f" {number} ", number),
        (f"\u3000{number}", number),
    )
    text, value = draw(st.sampled_from(ways))
    return Cell(text, Decimal(value))


def numbers(factor: int = 1) -> st.SearchStrategy[Cell]:
    nasty = st.sampled_from(NASTY).map(lambda text: Cell(text, is_plain=False, factor=factor))
    none = st.sampled_from(NULL_SIGNS).map(lambda text: Cell(text or None))
    return st.one_of(*[plain_numbers(factor)] * 6, none, nasty)


def regions() -> st.SearchStrategy[Cell]:
    known = st.sampled_from(sorted(CODES)).map(lambda name: Cell(name, CODES[name]))
    other = st.sampled_from(("丁镇", "", *NASTY)).map(lambda text: Cell(text or None, None, False))
    return st.one_of(*[known] * 12, other)


@st.composite
def dates(draw: st.DrawFn) -> Cell:
    day = draw(st.dates(dt.date(1990, 1, 1), dt.date(2030, 12, 31)))
    iso = day.isoformat()
    han = f"{day.year}年{day.month}月{day.day}日"
    text = draw(st.sampled_from((iso, iso.replace("-", "/"), han, iso.translate(FULL_WIDTH))))
    other = Cell(draw(st.sampled_from(("", "2023-02-30", *NASTY))) or None, None, False)
    return draw(st.sampled_from([Cell(text, day)] * 12 + [other]))


def notes() -> st.SearchStrategy[Cell]:
    texts = st.one_of(st.none(), st.sampled_from(NASTY), st.text(PRINTED, max_size=12))
    return texts.map(lambda text: Cell(text or None, None, False))


@st.composite
def sheets(draw: st.DrawFn, merges: bool = False) -> Sheet:
    """A table of contract ``population`` among titles, units, totals, blanks and repeated headers."""
    kept = draw(
        st.lists(st.sampled_from(sorted(NUMBER_COLUMNS)), min_size=1, max_size=4, unique=True)
    )
    factors = dict.fromkeys(kept, 1)
    labels = ["地区", "时点", *(NUMBER_COLUMNS[name] for name in kept), "备注"]
    if "resident_population" in kept and draw(st.integers(0, 3)) == 0:
        factors["resident_population"] = 10_000
        labels[2 + kept.index("resident_population")] += "(万人)"
    sheet = Sheet(["region_code", "date", *kept, "note"], [])
    if draw(st.booleans()):
        sheet.rows.append([draw(st.sampled_from(("示例县常住人口统计表", "人口 population")))])
        if merges:
            sheet.spans.append(Span(0, 0, 0, len(labels) - 1))
    if draw(st.integers(0, 3)) == 0:
        sheet.rows.append([None, "单位:人"])
    sheet.rows.append(list(labels))
    for _ in range(draw(st.integers(1, 9))):
        _draw_row(draw, sheet, labels, [factors[name] for name in kept], merges=merges)
    if draw(st.integers(0, 4)) == 0:
        sheet.rows.append(["注:数据来自示例县统计局。"])
    return sheet


def _draw_row(
    draw: st.DrawFn, sheet: Sheet, labels: list[str], factors: list[int], *, merges: bool
) -> None:
    kind = draw(st.sampled_from(["data"] * 8 + ["total", "blank", "header", "merged"]))
    if kind == "total":
        label = draw(st.sampled_from(("合计", "总计", "小 计", "合计:", "Total")))
        sheet.rows.append([label, None, *(draw(numbers(factor)).text for factor in factors), None])
    elif kind == "blank":
        sheet.rows.append([None] * len(labels))
    elif kind == "header":
        sheet.rows.append(list(labels))
    elif kind == "merged" and merges:
        _draw_merged_rows(draw, sheet, factors)
    else:
        _append(sheet, _draw_cells(draw, factors))


def _draw_cells(draw: st.DrawFn, factors: list[int]) -> list[Cell]:
    return [
        draw(regions()),
        draw(dates()),
        *(draw(numbers(factor)) for factor in factors),
        draw(notes()),
    ]


def _draw_merged_rows(draw: st.DrawFn, sheet: Sheet, factors: list[int]) -> None:
    """Rows that share the merged cell of their region or of their date."""
    column, top = draw(st.integers(0, 1)), len(sheet.rows)
    first = _draw_cells(draw, factors)
    assume(first[column].text and not first[column].text.isspace())
    _append(sheet, first)
    for _ in range(draw(st.integers(1, 3))):
        cells = _draw_cells(draw, factors)
        cells[column] = first[column]
        _append(sheet, cells)
        sheet.rows[-1][column] = None
    sheet.spans.append(Span(top, column, len(sheet.rows) - 1, column))


def _append(sheet: Sheet, cells: list[Cell]) -> None:
    sheet.data[len(sheet.rows)] = cells
    sheet.rows.append([cell.text for cell in cells])


# --- carriers ------------------------------------------------------------------------------------


def write_csv(sheet: Sheet, path: Path, delimiter: str = ",") -> list[int]:
    """Write a table as csv; the line in which each row begins, from 1."""
    sink = io.StringIO(newline="")
    writer = csv.writer(sink, delimiter=delimiter, lineterminator="\n")
    lines = []
    for row in sheet.rows:
        lines.append(1 + len(re.findall(r"\r\n|\r|\n", sink.getvalue())))
        # one NUL makes a file binary, which is refused as a whole
        writer.writerow(["" if text is None else text.replace("\0", "NUL") for text in row])
    path.write_bytes(sink.getvalue().encode("utf-8"))
    return lines


def write_xlsx(sheet: Sheet, path: Path) -> list[int]:
    """Write a table as xlsx, whose cells hold no control characters."""
    workbook = openpyxl.Workbook()
    for number, row in enumerate(sheet.rows, start=1):
        for column, text in enumerate(row, start=1):
            _write_cell(workbook.active.cell(number, column), text)
    for span in sheet.spans:
        workbook.active.merge_cells(
            start_row=span.top + 1,
            start_column=span.left + 1,
            end_row=span.bottom + 1,
            end_column=span.right + 1,
        )
    workbook.save(path)
    return list(range(1, len(sheet.rows) + 1))


def _write_cell(cell: openpyxl.cell.Cell, text: str | None) -> None:
    try:
        cell.value = text
    except IllegalCharacterError:
        cell.value = text.replace("\0", "NUL") if text else None
    if text and text.startswith("="):
        cell.data_type = "s"


def in_memory(sheet: Sheet) -> Grid:
    """The table as a reader of files would hand it on."""
    return Grid(None, cells_from_rows(sheet.rows), spans=sheet.spans)


# --- loading -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Loaded:
    """All that loading a source left behind, in an order that does not depend on chance."""

    counts: tuple[int, int, int, int]
    rows: list[tuple[object, ...]]
    rejected: list[tuple[object, ...]]
    set_aside: list[tuple[object, ...]]
    remarks: list[tuple[object, ...]]
    totals: list[tuple[object, ...]]

    @property
    def fates(self) -> tuple[set[int], set[int], set[int]]:
        """Rows of the file that were loaded, rejected and set aside."""
        return (
            {row[0] for row in self.rows},
            {row[0] for row in self.rejected},
            {row[0] for row in self.set_aside},
        )


COLUMNS = ("source_row", "region_code", *load_contracts().by_name["population"].columns)
SELECTED = [name for name in COLUMNS if name != "region_name"]
SELECTED = list(dict.fromkeys(SELECTED))
SELECTED_REFUSAL = [
    "source_row",
    "source_cell",
    "column_name",
    "found",
    "reason_code",
    "parameters",
]
SOURCE_ID = "tested"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("properties")


@pytest.fixture(scope="module")
def warehouse(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse that knows the regions of the invented county."""
    with connect() as connection:
        create_tables(connection, load_contracts())
        (folder / "regions.csv").write_text(REGIONS, encoding="utf-8")
        listed = make_source(folder / "regions.csv", "region_list", "regions")
        table, problems = read_table(listed)
        assert table, problems
        load_source(connection, listed, table, folder / "rows")
        index_regions(connection, load_contracts(), folder / "rows")
        yield connection


def make_source(path: Path, contract: str = "population", name: str = SOURCE_ID) -> Source:
    contracts = load_contracts()
    entry = SourceEntry(
        id=name, file=path.name, contract=contract, document="paper", locator="全文"
    )
    known = contracts.by_name[contract]
    return Source(entry, "shili", True, path, known, contracts, frozenset({"paper"}))


def load(connection: duckdb.DuckDBPyConnection, source: Source, table: Table) -> Loaded:
    """Load a table and take it back again."""
    connection.begin()
    try:
        counts = load_source(connection, source, table, source.path.parent / "rows")
        names = ", ".join(SELECTED)
        found = [
            connection.execute(
                f"select {what} from {relation} where source_id = '{SOURCE_ID}' order by all"
            ).fetchall()
            for what, relation in (
                (names, "loaded"),
                (", ".join(SELECTED_REFUSAL), "audit.rejected_rows"),
                ("source_row, row_kind, row_text", "audit.set_aside_rows"),
                ("*", "raw.cell_remarks"),
                ("*", "raw.stated_totals"),
            )
        ]
    finally:
        connection.rollback()
    return Loaded((counts.read, counts.loaded, counts.rejected, counts.set_aside), *found)


def check_fates(loaded: Loaded, sheet: Sheet, lines: list[int]) -> None:
    """Every row of the file has exactly one fate, and the counts say so."""
    read, *counted = loaded.counts
    assert read == sum(counted)
    assert counted == [len(rows) for rows in loaded.fates]
    assert len(loaded.rows) == counted[0]
    assert len(loaded.set_aside) == counted[2]
    whole = set().union(*loaded.fates)
    assert len(whole) == read
    with_text = {
        line
        for line, row in zip(lines, sheet.rows, strict=True)
        if any(text and not text.isspace() for text in row)
    }
    assert with_text <= whole
    assert whole <= {*lines}


def check_values(loaded: Loaded, sheet: Sheet, lines: list[int]) -> None:
    """Every loaded value stands in its row of the file, and nothing stands in for a blank."""
    by_line = {lines[position]: cells for position, cells in sheet.data.items()}
    for row in loaded.rows:
        assert row[0] in by_line, f"row {row[0]} is no row of data"
        values = dict(zip(SELECTED, row, strict=True))
        cells = dict(zip(sheet.columns, by_line[row[0]], strict=True))
        for name in NUMBER_COLUMNS.keys() - cells.keys():
            assert values[name] is None
        check_note(values["note"], cells.pop("note").text or "")
        for name, cell in cells.items():
            check_cell(values[name], cell)


def check_cell(value: object, cell: Cell) -> None:
    if cell.is_plain:
        assert value == cell.value, cell
    elif value is not None:  # what a nasty cell says must at least stand in it
        said = value if cell.factor == 1 else Decimal(value) / cell.factor
        assert str(said) in (cell.text or ""), cell


def check_note(value: object, text: str) -> None:
    """A note is the text of the cell; a sign for nothing is no note."""
    if value is None:
        assert len(text.strip()) <= 12, text
    else:
        assert squeezed(str(value)) == squeezed(text)


def squeezed(text: str) -> str:
    """A text without white space, whose kinds formats turn into each other, and without marks."""
    return "".join(text.replace("\0", "NUL").replace("\ufeff", "").split())


def check_plain_rows_are_loaded(loaded: Loaded, sheet: Sheet, lines: list[int]) -> None:
    """A row of plain cells whose region and day stand in no other row is not refused.

    But for what no region can have, since numbers are drawn without regard to the region, and for
    a bare 2 beside 3万, which may be either.
    """
    code = SELECTED_REFUSAL.index("reason_code")
    allowed = ("impossible", "reads_two_ways")
    doubtful = {row[0] for row in loaded.rejected if str(row[code]).startswith(allowed)}
    keys = [(cells[0].value, cells[1].value) for cells in sheet.data.values()]
    for position, cells in sheet.data.items():
        alone = keys.count((cells[0].value, cells[1].value)) == 1
        says_something = any(cell.text for cell in cells[2:-1])
        says_something &= "\ufffd" not in (cells[-1].text or "")  # bytes that are no text
        if alone and says_something and all(cell.is_plain for cell in cells[:-1]):
            assert lines[position] in loaded.fates[0] | doubtful, cells


def check_all(loaded: Loaded, sheet: Sheet, lines: list[int]) -> None:
    check_fates(loaded, sheet, lines)
    check_values(loaded, sheet, lines)
    check_plain_rows_are_loaded(loaded, sheet, lines)


def is_refused(table: Table | None, problems: list[Problem]) -> bool:
    """Whether a file was refused, for the one reason for which such a file may be.

    A header below a row of one cell may begin another table, and which is meant is not guessed.
    """
    assert (table is None) == bool(problems)
    for problem in problems:
        assert "tables that fit" in problem.found, problem
        assert problem.expected
        assert problem.next_step
    return table is None


# --- properties ----------------------------------------------------------------------------------


@reproducible
@given(sheet=sheets(merges=True))
def test_every_row_of_a_grid_has_one_fate_and_every_value_stands_in_it(warehouse, folder, sheet):
    source = make_source(folder / "regions.csv")
    table, problems = lay_out([in_memory(sheet)], source)
    if is_refused(table, problems):
        return
    loaded = load(warehouse, source, table)
    check_all(loaded, sheet, list(range(1, len(sheet.rows) + 1)))


@reproducible
@given(sheet=sheets())
def test_every_row_of_a_csv_has_one_fate_and_every_value_stands_in_it(warehouse, folder, sheet):
    path = folder / "table.csv"
    lines = write_csv(sheet, path)
    table, problems = read_table(make_source(path))
    if is_refused(table, problems):
        return
    check_all(load(warehouse, make_source(path), table), sheet, lines)


@reproducible
@given(sheet=sheets(merges=True))
def test_every_row_of_an_xlsx_has_one_fate_and_every_value_stands_in_it(warehouse, folder, sheet):
    path = folder / "table.xlsx"
    lines = write_xlsx(sheet, path)
    table, problems = read_table(make_source(path))
    if is_refused(table, problems):
        return
    loaded = load(warehouse, make_source(path), table)
    check_all(loaded, sheet, lines)


@reproducible
@given(sheet=sheets())
def test_reading_twice_gives_the_same(warehouse, folder, sheet):
    path = folder / "twice.csv"
    write_csv(sheet, path)
    (table, problems), (again, _) = read_table(make_source(path)), read_table(make_source(path))
    if is_refused(table, problems):
        return
    first, second = (load(warehouse, make_source(path), one) for one in (table, again))
    assert first == second


@reproducible
@given(sheet=sheets())
def test_a_shaped_table_written_as_csv_reads_back_as_itself(warehouse, folder, sheet):
    path, again = folder / "before.csv", folder / "after.csv"
    write_csv(sheet, path)
    table, problems = read_table(make_source(path))
    if is_refused(table, problems):
        return
    # the sign that stood for a missing number is a remark now, and a row must hold some number
    rows = load(warehouse, make_source(path), table).rows
    before = [row[1:] for row in rows if any(isinstance(value, int) for value in row[1:])]
    if not before:
        return
    with again.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(SELECTED[1:])
        writer.writerows(before)
    table, problems = read_table(make_source(again))
    assert table, problems
    loaded = load(warehouse, make_source(again), table)
    assert loaded.rejected == []
    assert [row[1:] for row in loaded.rows] == before


# --- large files ---------------------------------------------------------------------------------


@st.composite
def delimited_files(draw: st.DrawFn) -> bytes:
    """Delimited text with all that may part the two ways of reading it."""
    delimiter = draw(st.sampled_from(",\t;"))
    cells = st.sampled_from(
        ("甲镇", "乙镇", "丙镇", "示例县", "合计", "2023-12-31", "2022年", "12", "1,234", "—", "",
         " 7 ", "a b", '"q"', f"x{delimiter}y", "two\nlines", "cr\rhere", "\u3000", "'", "\\", "\0")
    )  # fmt: skip
    header = ["地区", "时点", "常住人口", "0岁", "备注"]
    rows: list[list[str]] = [["示例县人口"]] if draw(st.booleans()) else []
    rows.append(header)
    for _ in range(draw(st.integers(1, 12))):
        usual = [
            draw(st.sampled_from(sorted(CODES))),
            draw(st.dates(dt.date(2000, 1, 1), dt.date(2029, 1, 1))).isoformat(),
            str(draw(st.integers(0, 99_999))),
            str(draw(st.integers(0, 999))),
            "",
        ]
        total = ["合计", "", *usual[2:]]
        odd = draw(st.lists(cells, min_size=1, max_size=5))
        rows.append(draw(st.sampled_from([usual, usual, usual, total, odd, header, usual[:3], []])))
    quoting = draw(st.sampled_from((csv.QUOTE_MINIMAL, csv.QUOTE_ALL)))
    sink = io.StringIO(newline="")
    ends = draw(st.sampled_from(("\n", "\n", "\r\n")))
    csv.writer(sink, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows(rows)
    text = sink.getvalue()
    if draw(st.booleans()):
        text = text.removesuffix(ends)
    content = text.encode(draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "gb18030"))))
    if draw(st.integers(0, 5)) == 0:
        at = draw(st.integers(content.rfind(b"\n") + 1, len(content)))  # below the header
        content = content[:at] + b"\xff" + content[at:]
    return content


@settings(reproducible, max_examples=40)
@given(content=delimited_files())
def test_a_large_file_is_read_exactly_as_in_memory(warehouse, folder, content):
    path = folder / "large.csv"
    path.write_bytes(content)
    source = make_source(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "LONGEST_PASTED", 0)  # what is pasted is never large
        table, problems = read_table(source)
        patch.setattr(large, "LARGE_FILE_BYTES", 0)
        scanned, scan_problems = read_table(source)
    assert (scanned is None) == (table is None)
    assert scan_problems == problems
    if table and scanned:
        assert load(warehouse, source, scanned) == load(warehouse, source, table)
