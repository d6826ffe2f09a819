"""Delimited text files."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

from pipeline.dossier_file import ReadOptions
from pipeline.errors import ProblemKind
from pipeline.reading.grid import Grid

DELIMITERS = ",\t;|"


class UnreadableFileError(Exception):
    """A file that is not what its name or ``sources.yml`` says."""

    def __init__(
        self, found: str, expected: str, next_step: str, kind: ProblemKind = "data"
    ) -> None:
        """Keep the three answers apart for the message."""
        super().__init__(found)
        self.found, self.expected, self.next_step, self.kind = found, expected, next_step, kind


def read_delimited(path: Path, options: ReadOptions) -> list[Grid]:
    """Read a delimited text file.

    Args:
        path: The file; UTF-8, or UTF-16 with its byte-order mark, unless ``options`` say otherwise.
        options: ``encoding`` and ``delimiter`` are used.

    Returns:
        One grid. Row n of the grid is record n of the file, blank lines included.

    Raises:
        UnreadableFileError: The bytes are not in the encoding, or a quote never closes.
    """
    content = path.read_bytes()
    is_utf_16 = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = options.encoding or ("utf-16" if is_utf_16 else "utf-8")
    try:
        text = content.decode(encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"byte {error.start} is not {encoding}",
            f"text in {encoding}",
            "name the encoding in sources.yml, for example read: {encoding: gb18030}",
        ) from error
    except (LookupError, UnicodeError) as error:
        raise UnreadableFileError(
            f"encoding: {encoding}",
            "an encoding that Python knows",
            "name another, for example utf-8, gb18030, big5",
            "configuration",
        ) from error
    delimiter = options.delimiter or _guess_delimiter(text)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UnreadableFileError(
            str(error), "quotes that open and close", "mend the quotes in that record"
        ) from error
    width = max((len(record) for record in records), default=0)
    rows = [
        [cell if cell.strip() else None for cell in record] + [None] * (width - len(record))
        for record in records
    ]
    return [Grid(sheet=None, rows=rows)]


def _guess_delimiter(text: str) -> str:
    """Take the delimiter that the first lines hold most often."""
    head = text[:10_000]
    return max(DELIMITERS, key=head.count)
