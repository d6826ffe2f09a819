"""Text of one cell of an OpenDocument spreadsheet."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.cell_text import duration_text, iso_text, number_text
from pipeline.reading.grid import Cell

_ODF = "urn:oasis:names:tc:opendocument:xmlns:"
OFFICE = f"{{{_ODF}office:1.0}}"
STYLE = f"{{{_ODF}style:1.0}}"
TABLE = f"{{{_ODF}table:1.0}}"
TEXT = f"{{{_ODF}text:1.0}}"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"

MOST_SPACES = 32_767  # as many characters as a cell of a workbook can hold

# What LibreOffice makes of the truth values of other programs; their stored value is a number.
_TRUTHS = {"of:=TRUE()": "true", "of:=FALSE()": "false"}
_PARAGRAPHS = {f"{TEXT}p", f"{TEXT}h"}
_NOT_READ = {f"{OFFICE}annotation", f"{TEXT}ruby-text", f"{TEXT}note"}
_REFERENCE = re.compile(r"\[([^\[\]]*)\]")
_ERROR = re.compile(r"#(?:N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)|Err:\d+")
_LONGER = re.compile(r"\d{4}年(?:\d{1,2}月)?")
_SHOWN = re.compile(r"(?P<before>[^\d]*?)(?P<digits>\d[\d,]*(?:\.\d+)?)(?P<behind>[^\d]*)")
_HARMLESS = re.compile(r"[¥￥$€£()+\-\u2212]")
_WHITE = re.compile(r"[ \t\r\n]+")


def cell_text(cell: Any) -> Cell:
    """Text of a cell as a person would type it; null for a blank one.

    Args:
        cell: The element.
    """
    formula = cell.get(f"{TABLE}formula")
    paragraphs = list(_paragraphs(cell))
    shown = "\n".join(_paragraph(each) for each in paragraphs)
    if formula in _TRUTHS:
        return _TRUTHS[formula]
    text = shown if formula and _is_error(cell, shown) else _typed(cell, shown)
    if text and not text.isspace():
        return text
    if formula and not paragraphs and cell.get(f"{OFFICE}value-type") is None:
        return _plain_formula(formula)
    return None


def as_count(value: str | None) -> int:
    """How often something is repeated; once where the file does not say."""
    if value is None:
        return 1
    if not value.isascii() or not value.isdigit() or len(value) > 11:
        raise UnreadableFileError(Message("ods.wrong_count", value=value))
    return max(int(value), 1)


def _is_error(cell: Any, shown: str) -> bool:
    """Whether a formula failed; programs store 0 or nothing for its value."""
    if cell.get(f"{_CALC}value-type") == "error":
        return bool(shown)
    return _ERROR.fullmatch(shown) is not None


def _typed(cell: Any, shown: str) -> str:
    """Text of the value that a cell has beside what it shows."""
    kind = cell.get(f"{OFFICE}value-type")
    if kind in {"float", "percentage", "currency"}:
        value = cell.get(f"{OFFICE}value")
        return _number(value, shown) if value else shown
    if kind == "boolean":
        return cell.get(f"{OFFICE}boolean-value") or shown
    if kind == "date":
        # A month or a year that is shown alone means its end, not its first day.
        longer = _LONGER.fullmatch(shown)
        return shown if longer else iso_text(cell.get(f"{OFFICE}date-value") or shown)
    if kind == "time":
        return duration_text(cell.get(f"{OFFICE}time-value") or shown)
    return shown or cell.get(f"{OFFICE}string-value") or ""


def _number(stored: str, shown: str) -> str:
    """Text of a number, with the unit that its format writes around it.

    This format keeps what is shown beside the value. A number that is shown divided by a power of
    ten without a word for it becomes a text that is no number, so that its row is refused.
    """
    text = number_text(stored)
    found = _SHOWN.fullmatch("".join(shown.split()))
    try:
        value = Decimal(text)
        digits = Decimal(found["digits"].replace(",", "")) if found else None
    except InvalidOperation:
        return text
    if found is None or digits is None:
        # A mask such as 2024年12月 shows what is meant; powers and fractions are plain numbers.
        is_mask = any(c.isdigit() for c in shown) and not re.search(r"\d(?:E[+-]?\d|/\d)", shown)
        return shown if is_mask else text
    words = _HARMLESS.sub("", found["before"]), _HARMLESS.sub("", found["behind"])
    step = Decimal(1).scaleb(int(digits.as_tuple().exponent))
    scales = [
        scale
        for scale in (Decimal(10) ** power for power in (0, -2, 1, 2, 3, 4, 5, 6, 8))
        if abs(abs(value) / scale - abs(digits)) <= step / 2
    ]
    if digits == 0 or not scales or (scales[0] == 1 and not any(words)):
        return text  # rounded, or as it is stored
    if scales[0] != 1 and not any(words):
        return f"{shown} = {text}"
    return f"{words[0]}{(value / scales[0]).normalize():f}{words[1]}"


def _paragraphs(parent: Any) -> Iterator[Any]:
    """Paragraphs of a cell itself, not of notes and drawings that hang on it."""
    for child in parent:
        if child.tag in _PARAGRAPHS:
            yield child
        elif child.tag in {f"{TEXT}list", f"{TEXT}list-item"}:
            yield from _paragraphs(child)


def _paragraph(paragraph: Any) -> str:
    """Text of a paragraph, in which spaces at the start and repeated ones need an element."""
    text = ""
    for piece, is_literal in _pieces(paragraph):
        if not is_literal:
            piece = _WHITE.sub(" ", piece)
            if not text or text.endswith(" "):
                piece = piece.removeprefix(" ")
        text += piece
    return text


def _pieces(element: Any) -> Iterator[tuple[str, bool]]:
    """Pieces of text, and whether their white space is meant."""
    if element.text:
        yield element.text, False
    for child in element:
        name = child.tag
        if name == f"{TEXT}s":
            yield " " * min(as_count(child.get(f"{TEXT}c")), MOST_SPACES), True
        elif name == f"{TEXT}tab":
            yield "\t", True
        elif name == f"{TEXT}line-break":
            yield "\n", True
        elif isinstance(name, str) and name not in _NOT_READ:  # comments have no name
            yield from _pieces(child)
        if child.tail:
            yield child.tail, False


def _plain_formula(formula: str) -> str:
    """Write ``of:=[.A1]+[$Sheet2.B1]`` as ``=A1+$Sheet2.B1``."""
    start = formula.find("=")
    return _REFERENCE.sub(lambda match: match[1].replace(":.", ":").lstrip("."), formula[start:])
