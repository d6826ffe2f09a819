"""Delimited text: csv, tsv and their kin, from text in memory."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.grid import Grid, cells_from_rows

DELIMITERS = ",\t;|\uff0c\uff5c\u3001^~"
SAMPLE_LINES = 200
# Exports write ="0012" so that a spreadsheet keeps the zeros. It is the text between the quotes;
# a formula with anything else in it stays as it is written, since nothing here calculates.
TEXT_FORMULA = '="((?:[^"]|"")*)"'

# A quoted cell whole: a quote within a text opens none. The limit keeps hostile text from being
# searched to its end for every quote.
_QUOTED = re.compile(
    f'(?:^|(?<=[\\n\\r{re.escape(DELIMITERS)}]))"(?:[^"]|""){{0,2000}}"(?=[\\s{re.escape(DELIMITERS)}]|$)'
)


def read_delimited(text: str, options: ReadOptions) -> list[Grid]:
    """Read delimited text.

    Args:
        text: The whole file; quotes as RFC 4180 has them. A formula of a text alone, ``="0012"``,
            is that text.
        options: ``delimiter`` is used; without it the one that parts most lines alike is taken.

    Returns:
        One grid with a row for each record, blank lines included. Shorter records are filled up
        with blanks, and their widths say so.

    Raises:
        UnreadableFileError: A quote never closes, or text follows a closing quote.
    """
    delimiter = options.delimiter or guess_delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    lines: list[int] = []
    while True:
        line = reader.line_num + 1
        try:
            record = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            raise UnreadableFileError(
                Message("text.quotes", line=line, what=str(error), delimiter=repr(delimiter))
            ) from error
        lines.append(line)
        records.append([_plain_text(cell) for cell in record])
    # a record of several lines shifts all that follow
    regular = not lines or lines[-1] == len(lines)
    widths = [len(record) for record in records]
    numbers = None if regular else lines
    return [Grid(None, cells_from_rows(records), row_numbers=numbers, widths=widths)]


def plain_text_sql(cell: str) -> str:
    """SQL of what ``read_delimited`` reads in a cell; null for one without characters."""
    text = f"replace(regexp_extract({cell}, '^{TEXT_FORMULA}$', 1), '\"\"', '\"')"
    is_formula = f"starts_with({cell}, '=\"') and regexp_full_match({cell}, '{TEXT_FORMULA}')"
    return f"nullif(case when {is_formula} then {text} else {cell} end, '')"


def _plain_text(cell: str) -> str:
    if not cell.startswith('="'):
        return cell
    found = re.fullmatch(TEXT_FORMULA, cell)
    return found[1].replace('""', '"') if found else cell


def guess_delimiter(text: str) -> str:
    """Take the delimiter that parts most lines into the same number of cells, two at least.

    What stands in quotes is part of a cell, whatever signs and line ends it has.
    """
    outside = _QUOTED.sub('""', text[:200_000])
    lines = [line for line in outside.splitlines()[:SAMPLE_LINES] if line.strip()]

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = Counter(line.count(delimiter) for line in lines if delimiter in line)
        if not widths:
            return 0, 0
        width, agreeing = max(widths.items(), key=lambda item: (item[1], item[0]))
        return agreeing, width

    return max(DELIMITERS, key=agreement)
