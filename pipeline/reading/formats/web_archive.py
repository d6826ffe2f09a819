"""Web archives (mht), as browsers and Excel save pages and workbooks, whatever their name says."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import Message as Part
from posixpath import basename

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.code_pages import canonical_name
from pipeline.reading.encoding import decode
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.html import read_html
from pipeline.reading.formats.sheets import damage_reported
from pipeline.reading.grid import Grid

MOST_BYTES = 100_000_000
MOST_PARTS = 1_000
WHAT, SAVE_AGAIN = Message("format.web_archive"), Message("format.save_xlsx")

_HEADERS = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*)+", re.A)
_RELATED = re.compile(rb"^content-type:\s*multipart/related", re.IGNORECASE | re.MULTILINE)
_TABLE = re.compile(rb"<t(?:able|r)[\s>]", re.IGNORECASE)
_TABS = "tabstrip.htm"  # names of the sheets, which Excel sets as a table of one row


def is_web_archive(start: bytes) -> bool:
    """Whether a file begins with the headers of an archive."""
    headers = _HEADERS.match(start)
    return headers is not None and _RELATED.search(headers[0]) is not None


def read_web_archive(content: bytes, options: ReadOptions, words: Collection[str]) -> list[Grid]:
    """Read the tables of all pages of an archive.

    Args:
        content: The whole file.
        options: ``encoding`` is used for pages that declare none.
        words: Words that such pages are likely to hold, to tell an encoding.

    Returns:
        One grid a table, as of a web page. Where several pages hold tables, as the sheets of a
        workbook do, ``sheet`` begins with the name of the page.

    Raises:
        UnreadableFileError: No page with a table, an archive that breaks off, or a large one.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFileError(Message("text.too_long", size=len(content), most=MOST_BYTES))
    with damage_reported(WHAT, SAVE_AGAIN):
        pages = _pages(content)
        grids = []
        for name, page, encoding in pages:
            decoded = decode(page, options.encoding or encoding, words)
            grids += [
                replace(
                    grid,
                    sheet=f"{name}, {grid.sheet}" if len(pages) > 1 else grid.sheet,
                    notes=(*decoded.notes, *grid.notes),
                )
                for grid in _tables(decoded.text, options)
            ]
    if not grids:
        raise UnreadableFileError(Message("html.no_table"))
    return grids


def _tables(page: str, options: ReadOptions) -> list[Grid]:
    """Tables of a page; a blank sheet beside others has none."""
    try:
        return read_html(page, options)
    except UnreadableFileError as error:
        if error.message.code != "html.no_table":
            raise
        return []


def _pages(content: bytes) -> list[tuple[str, bytes, str | None]]:
    """Name, content and declared encoding of each page that holds a table."""
    archive: Part = message_from_bytes(content.lstrip(), policy=policy.compat32)
    pages = []
    for number, part in enumerate(archive.walk()):
        if number > MOST_PARTS:
            raise ValueError(f"more than {MOST_PARTS} parts")
        if part.defects:
            raise ValueError(type(part.defects[0]).__name__)
        name = basename(str(part.get("Content-Location", "")).replace("\\", "/"))
        if part.get_content_type() != "text/html" or name.casefold() == _TABS:
            continue
        page = part.get_payload(decode=True)
        if isinstance(page, bytes) and _TABLE.search(page):
            charset = part.get_content_charset()
            known = canonical_name(charset) if charset else None
            # Pages that call themselves ASCII write other characters as entities.
            pages.append((name or f"page {number}", page, None if known == "ascii" else known))
    return pages
