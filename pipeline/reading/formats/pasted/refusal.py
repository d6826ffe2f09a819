"""The one way out for a table that could be read in more than one way."""

from __future__ import annotations

from typing import NoReturn

from pipeline.reading.errors import UnreadableFileError


def refuse(found: str) -> NoReturn:
    """Give up a table whose cells might have stood in more than one way.

    Raises:
        UnreadableFileError: Always.
    """
    raise UnreadableFileError(
        found,
        "all cells of each row, blank ones too, or the table as xlsx or html",
        "save the page as html, or paste the table into a workbook, and name that file instead",
    )
