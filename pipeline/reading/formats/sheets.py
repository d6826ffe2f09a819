"""What the readers of spreadsheets share: which sheets, how large, what damage looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError, reason_of
from pipeline.reading.grid import MOST_CELLS, Span, column_letter

MOST_TEXT_BYTES = 400_000_000  # a few bytes of a file can ask for a long text a million times
MOST_SPANS = 1_000_000
ENCRYPTED_PACKAGE = "EncryptedPackage".encode("utf-16-le")


class CellBudget:
    """How many cells and how much text the sheets of one file may still hold."""

    def __init__(self) -> None:
        """Begin with what one file may hold."""
        self._cells, self._text_bytes = MOST_CELLS, MOST_TEXT_BYTES

    def check_extent(self, sheet: str, height: int, width: int) -> None:
        """Refuse a sheet before anybody makes room for it.

        Raises:
            UnreadableFileError: The cells between A1 and the last text are too many.
        """
        if height * width > self._cells:
            letter = column_letter(width - 1)
            raise UnreadableFileError(
                Message("sheet.too_far", sheet=sheet, row=height, letter=letter, most=MOST_CELLS)
            )

    def check_text(self, sheet: str, size: int) -> None:
        """Refuse a sheet before anybody copies its texts.

        Raises:
            UnreadableFileError: The texts are more than a file may hold.
        """
        if size > self._text_bytes:
            raise UnreadableFileError(
                Message("sheet.too_much_text", sheet=sheet, most=MOST_TEXT_BYTES)
            )

    def spend(self, sheet: str, height: int, width: int, size: int = 0) -> None:
        """Check a sheet, then count it against the sheets that follow."""
        self.check_extent(sheet, height, width)
        self.check_text(sheet, size)
        self._cells -= height * width
        self._text_bytes -= size


def wanted_sheets(names: Sequence[str], options: ReadOptions) -> list[int]:
    """Positions of the sheets to read.

    Raises:
        UnreadableFileError: ``options`` name a sheet that does not exist.
    """
    if options.sheet is None:
        return list(range(len(names)))
    if options.sheet not in names:
        message = Message("sheet.unknown", sheet=options.sheet, known=list(names))
        raise UnreadableFileError(message, "configuration")
    return [index for index, name in enumerate(names) if name == options.sheet]


def clipped_spans(spans: Iterable[Span], height: int, width: int) -> list[Span]:
    """Merged ranges without what lies below or right of the last text, in reading order.

    A range of which a single cell is left is none.
    """
    clipped = (
        Span(span.top, span.left, min(span.bottom, height - 1), min(span.right, width - 1))
        for span in spans
    )
    kept = {
        (span.top, span.left, span.bottom, span.right)
        for span in clipped
        if span.bottom >= span.top
        and span.right >= span.left
        and (span.top, span.left) != (span.bottom, span.right)
    }
    return [Span(*corners) for corners in sorted(kept)]


@contextmanager
def damage_reported(expected: Message, next_step: Message) -> Iterator[None]:
    """Turn whatever a parser hits in a damaged file into an error that says what to do."""
    try:
        yield
    except UnreadableFileError:
        raise
    except Exception as error:  # zip, XML and BIFF parsers raise a dozen kinds, some undocumented
        raise damage_error(error, expected, next_step) from error


def damage_error(
    error: BaseException, expected: Message, next_step: Message
) -> UnreadableFileError:
    """What to say of content that a parser gave up on."""
    what = reason_of(error)
    return UnreadableFileError(
        Message("format.damaged", what=what, expected=expected, next_step=next_step)
    )


def password_error() -> UnreadableFileError:
    """What to say of a file that only its password opens."""
    return UnreadableFileError(Message("format.password"))
