"""What stops a reader."""

from __future__ import annotations

from pipeline.core.errors import Problem, ProblemKind
from pipeline.core.messages import Message, Text

LONGEST_REASON = 300  # characters that a message shows of what a parser says


def reason_of(error: BaseException) -> Text:
    """Why a parser gave up: a message of ours, or what the library says of it, cut to size."""
    if error.args and isinstance(error.args[0], Message):
        return error.args[0]
    kind = type(error).__name__
    return f"{kind}: {error}"[:LONGEST_REASON] if str(error) else kind


class UnreadableFileError(Exception):
    """A file that is not what its name or ``sources.yml`` says."""

    def __init__(self, message: Message, kind: ProblemKind = "data") -> None:
        """Keep the message, which has the parts ``found``, ``expected`` and ``next_step``."""
        super().__init__(message, kind)
        self.message, self.kind = message, kind

    def __str__(self) -> str:
        """What was found, in the language of messages."""
        return self.message.part("found")

    def of_file(self, place: Text) -> Problem:
        """The problem that it is for the reader of a build."""
        return Problem(place, self.message, self.kind)
