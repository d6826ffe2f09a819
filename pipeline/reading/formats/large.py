"""Delimited files that are too large for memory: DuckDB reads them, we look at their first rows."""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from pathlib import Path

import duckdb

from pipeline.core.database import connect
from pipeline.core.messages import Message
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.core.sql import delimited_file, literal
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.encoding import Detected, detect, transcode
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.delimited import (
    guess_delimiter,
    plain_text_sql,
    read_delimited,
)
from pipeline.reading.grid import WIDTH, Grid, Scan, column_names
from pipeline.reading.table_search import HEADER_SEARCH_ROWS

LARGE_FILE_BYTES = 4_000_000  # what is smaller is read in memory within half a second
HEAD_BYTES = 1_000_000
NO_CELL = "\x01\x02"  # text that no file holds, so that a blank cell is told from none
# More than other readers take on one line; a line of 2 GB takes several times that in memory.
LONGEST_LINE_BYTES = 64_000_000


def scan_large(
    path: Path,
    options: ReadOptions,
    folder: Path,
    known: Collection[str],
    limits: Limits = NO_LIMITS,
) -> Grid | None:
    """Look at the first rows of a large csv or tsv, and leave the rest to DuckDB.

    Args:
        path: The file.
        options: ``encoding`` and ``delimiter`` are used.
        folder: Takes the cells; must live as long as the grid.
        known: Words that such a file is likely to hold, to tell its encoding.
        limits: What DuckDB may take of the machine.

    Returns:
        A grid with a scan; or None where DuckDB would not count the rows as lines: blank lines
        and records of several lines have to be read one by one.

    Raises:
        UnreadableFileError: It is not text, or a line has no end.
    """
    _refuse_endless_line(path)
    found = None
    if options.encoding is None:
        with path.open("rb") as file:
            found = detect(file.read(HEAD_BYTES), known)
    if found and found.encoding == "utf-8":
        grid = _scan_utf_8(path, found, options, folder, limits)
        if grid or _is_valid(path):
            return grid
    decoded = folder / "decoded.csv"
    found = transcode(path, decoded, options.encoding, known)
    grid = _scan_utf_8(decoded, found, options, folder, limits)
    decoded.unlink()
    return grid


def _refuse_endless_line(path: Path) -> None:
    with path.open("rb") as file:
        while len(block := file.read(LONGEST_LINE_BYTES)) == LONGEST_LINE_BYTES:
            if b"\n" not in block and b"\r" not in block:
                size = LONGEST_LINE_BYTES // 1_000_000
                raise UnreadableFileError(
                    Message("text.endless_line", megabytes=size, byte=file.tell())
                )


def _scan_utf_8(
    path: Path, found: Detected, options: ReadOptions, folder: Path, limits: Limits
) -> Grid | None:
    """The grid of a file in UTF-8; None where DuckDB cannot read it, or not line by line."""
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        head = "".join(islice(file, HEADER_SEARCH_ROWS)).removeprefix("\ufeff")
    delimiter = options.delimiter or guess_delimiter(head)
    try:
        first = read_delimited(head, options.model_copy(update={"delimiter": delimiter}))[0]
    except UnreadableFileError:
        return None  # a record may go on below the first lines
    if first.row_numbers is not None:
        return None
    names = ", ".join(f"{literal(name)}: 'varchar'" for name in column_names(first.width))
    # Every option is given, because sniffing the file again would cost a pass and might differ.
    cells = delimited_file(
        path,
        f"delim = {literal(delimiter)}, quote = '\"', escape = '\"', header = false",
        "null_padding = true, strict_mode = true, max_line_size = 2000000",
        f"nullstr = {literal(NO_CELL)}, columns = {{{names}}}",
    )
    names_and_texts = ((name, plain_text_sql(name)) for name in column_names(first.width))
    texts = ", ".join(f"{text} as {name}" for name, text in names_and_texts)
    widths = " + ".join(f"({name} is not null)::int" for name in column_names(first.width))
    target = folder / "cells.parquet"
    height = _write_cells(f"select {texts}, {widths} as {WIDTH} from {cells}", target, limits)
    if height is None or height != _count_lines(path):
        return None
    return Grid(
        None, first.cells, widths=first.widths, notes=found.notes, scan=Scan(target, height)
    )


def _is_valid(path: Path) -> bool:
    """Whether all bytes are UTF-8."""
    with path.open(encoding="utf-8", newline="") as file:
        try:
            while file.read(1 << 22):
                pass
        except UnicodeDecodeError:
            return False
    return True


def _write_cells(rows: str, target: Path, limits: Limits) -> int | None:
    """Write all rows in their order; how many they are, or None at an odd line.

    Parquet knows the number of each row, whoever reads it in parallel; small dictionaries and no
    filters, because it is read a few times only.
    """
    with connect(limits=limits) as connection:
        try:
            written = connection.execute(
                f"copy ({rows}) to {literal(target.as_posix())} (format parquet,"
                " compression lz4_raw, dictionary_size_limit 1000, write_bloom_filter false)"
            ).fetchall()
        except duckdb.Error:
            return None
    return int(written[0][0])


def _count_lines(path: Path) -> int:
    lines, last = 0, b"\n"
    with path.open("rb") as file:
        while chunk := file.read(1 << 22):
            lines += chunk.count(b"\n")
            last = chunk[-1:]
    return lines + (last != b"\n")
