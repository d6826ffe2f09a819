"""What the readers of spreadsheets share: which sheets, how large, what damage looks like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from pipeline.dossier_files.sources_file import ReadOptions
from pipeline.reading.errors import UnreadableFileError
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
            raise UnreadableFileError(
                f"sheet {sheet} reaches to row {height} and column {column_letter(width - 1)}",
                f"tables of at most {MOST_CELLS:,} cells in one file",
                "delete what stands far away from the table, or send the table as csv",
            )

    def check_text(self, sheet: str, size: int) -> None:
        """Refuse a sheet before anybody copies its texts.

        Raises:
            UnreadableFileError: The texts are more than a file may hold.
        """
        if size > self._text_bytes:
            raise UnreadableFileError(
                f"sheet {sheet} repeats texts until they fill {MOST_TEXT_BYTES:,} bytes",
                "a table that people wrote",
                "ask who sent the file what it is, or send the table as csv",
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
        raise UnreadableFileError(
            f"no sheet {options.sheet!r}",
            f"one of {', '.join(names)}",
            "correct read: {sheet: ...} in sources.yml",
            "configuration",
        )
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
def damage_reported(expected: str, next_step: str) -> Iterator[None]:
    """Turn whatever a parser hits in a damaged file into an error that says what to do."""
    try:
        yield
    except UnreadableFileError:
        raise
    except Exception as error:  # zip, XML and BIFF parsers raise a dozen kinds, some undocumented
        found = f"damaged content ({type(error).__name__}: {error})"
        raise UnreadableFileError(found[:300], expected, next_step) from error


def password_error() -> UnreadableFileError:
    """What to say of a file that only its password opens."""
    return UnreadableFileError(
        "a file that is protected by a password",
        "a file that opens without one",
        "open it with the password, save it without, and send that copy",
    )
