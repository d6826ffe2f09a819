"""SQL of what single cells and rows of a sheet hold."""

from __future__ import annotations

from pipeline.core.sql import literal
from pipeline.dossier_files.source import Source
from pipeline.reading.layout import Table
from pipeline.reading.row_words import MARKED


def number_cells(source: Source, table: Table) -> list[str]:
    """Names of the cells of numbers."""
    columns = source.contract.columns
    return [
        *(
            f"c{index}"
            for index, heading in table.header.headings.items()
            if heading.column in columns and columns[heading.column].is_number
        ),
        *(f"c{index}" for index in table.header.unpivoted),
    ]


def has_number(source: Source, table: Table) -> str:
    """SQL that is true for a row with a digit in a column of numbers; true where there is none."""
    cells = number_cells(source, table)
    digit = literal("[0-9\uff10-\uff19〇零一二两三四五六七八九十百]")
    found = [f"coalesce(regexp_matches({cell}, {digit}), false)" for cell in cells]
    return f"({' or '.join(found) or 'true'})"


def matches(texts: list[str], *patterns: str) -> str:
    """Whether one of the texts is wholly of one of the patterns."""
    found = [
        f"regexp_full_match({text}, {literal(pattern)})" for text in texts for pattern in patterns
    ]
    return f"({' or '.join(found) or 'false'})"


def is_marked(text: str) -> str:
    """Whether a text points to the table, or stands in brackets as a whole."""
    return f"coalesce(regexp_full_match({bare(text)}, {literal(MARKED)}), false)"


def bare(text: str) -> str:
    """A text without its blanks."""
    return f"regexp_replace({text}, '[\\s\\x{{3000}}]', '', 'g')"
