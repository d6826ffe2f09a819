"""Any file to grids of text cells: what it is shows in its bytes, whatever its name says."""

from __future__ import annotations

import codecs
import io
import re
import shutil
import tempfile
import weakref
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from pipeline.contracts import load_contracts
from pipeline.core.errors import Problem
from pipeline.core.messages import Message
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.dossier_files.source import IGNORE, Source
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.archives import unwrap
from pipeline.reading.encoding import Decoded, decode
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats import large
from pipeline.reading.formats.delimited import read_delimited
from pipeline.reading.formats.html import read_html
from pipeline.reading.formats.ods import read_ods
from pipeline.reading.formats.pasted import ColumnKind, looks_pasted, read_pasted
from pipeline.reading.formats.pdf import read_pdf
from pipeline.reading.formats.records import read_records
from pipeline.reading.formats.web_archive import is_web_archive, read_web_archive
from pipeline.reading.formats.word import read_word
from pipeline.reading.formats.xls import read_xls
from pipeline.reading.formats.xlsx import read_xlsx
from pipeline.reading.formats.xml_spreadsheet import is_xml_spreadsheet, read_xml_spreadsheet
from pipeline.reading.grid import Grid
from pipeline.reading.layout import Table, lay_out

Knows = Callable[[str], ColumnKind | None]
ReadBytes = Callable[[bytes, ReadOptions], list[Grid]]

# Members by which a zip archive is known to be a document.
DOCUMENTS: dict[str, ReadBytes] = {
    "xl/workbook.xml": read_xlsx,
    "word/document.xml": read_word,
    "content.xml": read_ods,
}
SIGNATURES: dict[bytes, ReadBytes] = {b"%PDF": read_pdf, b"\xd0\xcf\x11\xe0": read_xls}
LONGEST_PASTED = 5_000_000  # characters; nobody pastes more
KINDS: dict[str, ColumnKind] = {
    "integer": "number",
    "number": "number",
    "year": "year",
    "date": "date",
}


class _TemporaryFolder:
    """A folder that is removed when nothing refers to it any more."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="childcare-capacity-"))
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def read_table(source: Source, limits: Limits = NO_LIMITS) -> tuple[Table | None, list[Problem]]:
    """Read the table that a source names.

    Args:
        source: Where the file is, how to read it and which labels its contract knows.
        limits: What DuckDB may take of the machine, which reads large files.

    Returns:
        The table, or None together with the problems that kept it from being read.
    """
    options = source.entry.read
    grids, problems = open_grids(
        source.path, source.file, options, lambda label: kind_of_column(source, label), limits
    )
    return lay_out(grids, source) if grids else (None, problems)


def open_grids(
    path: Path, file: str, options: ReadOptions, knows: Knows, limits: Limits = NO_LIMITS
) -> tuple[list[Grid], list[Problem]]:
    """Read every table or sheet of a file.

    Args:
        path: The file.
        file: How messages call it.
        options: How to read it; a ``sheet`` names the only one to read.
        knows: Tells what the cells below a header label look like; None for an unknown label.
        limits: What DuckDB may take of the machine, which reads large files.

    Returns:
        The grids that hold text, or none together with the problems.
    """
    unpacked = _TemporaryFolder()
    try:
        name, inner = unwrap(path, unpacked.path, options.member)
        grids = _read(inner, options, knows, unpacked.path, limits)
        grids = [grid for grid in grids if grid.cells.num_rows and grid.cells.num_columns]
        if options.sheet is not None:
            grids = _only_sheet(grids, options.sheet)
    except UnreadableFileError as error:
        return [], [error.of_file(file)]
    if not grids:
        return [], [Problem(file, Message("format.no_text"), "data")]
    inside = (Message("note.inside", name=name, archive=path.name),) if inner != path else ()
    return [
        replace(grid, notes=(*inside, *grid.notes), unpacked=unpacked if grid.scan else None)
        for grid in grids
    ], []


def kind_of_column(source: Source, label: str) -> ColumnKind | None:
    """What the cells below a header label look like; None for an unknown label."""
    wide = source.unpivoted(label)
    meaning = wide.meaning if wide else source.meaning_of(label)
    if meaning and meaning.column == IGNORE:
        return "any"
    column = source.contract.columns.get(meaning.column) if meaning else None
    return KINDS.get(column.type, "text") if column else None


def _read(
    path: Path, options: ReadOptions, knows: Knows, folder: Path, limits: Limits
) -> list[Grid]:
    with path.open("rb") as file:
        headers = file.read(4096)
    start = headers[:4]
    if start.startswith(b"PK\x03\x04"):
        content = path.read_bytes()
        return _document_reader(content)(content, options)
    for signature, read in SIGNATURES.items():
        if start.startswith(signature):
            return read(path.read_bytes(), options)
    known = load_contracts().known_words
    if is_web_archive(headers):
        return read_web_archive(path.read_bytes(), options, known)
    is_markup = start.removeprefix(codecs.BOM_UTF8).startswith(b"<")
    if path.stat().st_size > large.LARGE_FILE_BYTES and not is_markup:
        scanned = large.scan_large(path, options, folder, known, limits)
        if scanned:
            return [scanned]
    return _read_text(decode(path.read_bytes(), options.encoding, known), options, knows)


def _read_text(decoded: Decoded, options: ReadOptions, knows: Knows) -> list[Grid]:
    text = decoded.text
    start = text[:4000].lstrip().casefold()
    if start.startswith("{\\rtf"):
        raise UnreadableFileError(Message("format.rtf"))
    if start.startswith("<") and is_xml_spreadsheet(text):
        grids = read_xml_spreadsheet(text, options)
    elif start.startswith("<") and re.search("<(table|tr)[ >]", text, re.IGNORECASE):
        grids = read_html(text, options)
    elif start.startswith("{") or re.match(r"\[\s*[\[{]", start):
        grids = read_records(text, options)
    elif options.delimiter is None and len(text) <= LONGEST_PASTED and looks_pasted(text):
        grids = read_pasted(text, knows, options)
    else:
        grids = read_delimited(text, options)
    return [replace(grid, notes=(*decoded.notes, *grid.notes)) for grid in grids]


def _document_reader(content: bytes) -> ReadBytes:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError) as error:
        raise UnreadableFileError(Message("format.damaged_zip", what=str(error))) from error
    for member, read in DOCUMENTS.items():
        if member in members:
            return read
    raise UnreadableFileError(Message("format.other_zip"))


def _only_sheet(grids: list[Grid], sheet: str) -> list[Grid]:
    wanted = [grid for grid in grids if grid.sheet == sheet]
    if not wanted:
        names = [str(grid.sheet) for grid in grids]
        raise UnreadableFileError(
            Message("sheet.unknown", sheet=sheet, known=names), "configuration"
        )
    return wanted
