"""The one way out for a table that could be read in more than one way."""

from __future__ import annotations

from typing import NoReturn

from pipeline.core.messages import Message
from pipeline.reading.errors import UnreadableFileError


def refuse(found: Message) -> NoReturn:
    """Give up a table whose cells might have stood in more than one way.

    Raises:
        UnreadableFileError: Always.
    """
    raise UnreadableFileError(Message("pasted.refused", found=found))


def refuse_line(line: int, found: Message) -> NoReturn:
    """The same because of one line.

    Raises:
        UnreadableFileError: Always.
    """
    refuse(Message("pasted.in_line", line=line, found=found))


def refuse_two_lines(first: int, second: int, found: Message) -> NoReturn:
    """The same because of two lines together.

    Raises:
        UnreadableFileError: Always.
    """
    refuse(Message("pasted.in_two_lines", first=first, last=second, found=found))


def refuse_lines(first: int, last: int, found: Message) -> NoReturn:
    """The same because of all lines from one to another.

    Raises:
        UnreadableFileError: Always.
    """
    refuse(Message("pasted.in_lines", first=first, last=last, found=found))
