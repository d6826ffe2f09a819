"""What can go wrong, reason so that the reader knows what to do next."""

from __future__ import annotations

import errno
from dataclasses import dataclass
from typing import Literal

from pipeline.core.messages import Message, Text

SYSTEM_REASONS: dict[int | None, Message] = {
    errno.ENOSPC: Message("system.no_space"),
    errno.EACCES: Message("system.no_permission"),
    errno.EPERM: Message("system.not_permitted"),
    errno.EROFS: Message("system.read_only"),
    errno.ENOENT: Message("system.no_file"),
}
ProblemKind = Literal["configuration", "data"]


@dataclass(frozen=True)
class Problem:
    """One thing that stops a build.

    Attributes:
        place: Dossier, file, sheet and cell or line, as far as they are known.
        message: What stands there, what would have been accepted and what the reader should do: a
            message with the parts ``found``, ``expected`` and ``next_step``.
        kind: ``configuration`` (``sources.yml``, contracts, command line) or ``data`` (files).
    """

    place: Text
    message: Message
    kind: ProblemKind = "configuration"

    @property
    def where(self) -> str:
        """The place in the language of messages."""
        return str(self.place)

    @property
    def found(self) -> str:
        """What stands there, in the language of messages."""
        return self.message.part("found")

    @property
    def expected(self) -> str:
        """What would have been accepted, in the language of messages."""
        return self.message.part("expected")

    @property
    def next_step(self) -> str:
        """What the reader should do, in the language of messages."""
        return self.message.part("next_step")

    def __str__(self) -> str:
        """Four lines: the place, then found, expected, next step."""
        return str(
            Message(
                "layout.problem",
                place=self.place,
                found=self.found,
                expected=self.expected,
                next_step=self.next_step,
            )
        )


class PipelineError(Exception):
    """Base of all errors that the command line turns into a message and an exit status."""

    exit_status = 1

    def __init__(self, message: Message) -> None:
        """Keep the message; it is put into words where somebody reads it."""
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        """The message in the language of messages."""
        return str(self.message)


class UsageError(PipelineError):
    """The command line or the workspace cannot be used as given."""

    exit_status = 2


class SourceProblemsError(PipelineError):
    """Sources that cannot be loaded; carries all problems of all sources."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems in the order in which a reader would mend them."""
        super().__init__(Message("error.sources", number=len(problems)))
        self.args = (problems,)
        self.problems = problems

    def __str__(self) -> str:
        """How many problems there are, then each of them with its number."""
        numbered = (f"\n[{number}] {problem}" for number, problem in enumerate(self.problems, 1))
        return "\n".join([str(self.message), *numbered])

    @property
    def exit_status(self) -> int:  # type: ignore[override]
        """2 when any problem is one of configuration, else 1."""
        return 2 if any(problem.kind == "configuration" for problem in self.problems) else 1


class FilesChangedError(PipelineError):
    """Files became other ones, or vanished, while a build was reading them."""

    def __init__(self, files: list[str]) -> None:
        """Name the files in the message."""
        super().__init__(Message("error.files_changed", files=files))
        self.args = (files,)


class MachineError(PipelineError):
    """The machine could not do it: a full disk, no right to write, too little memory."""

    def __init__(self, what: object) -> None:
        """Say what could not be done: a message, or what DuckDB says."""
        reason = what if isinstance(what, Message) else str(what)
        super().__init__(Message("error.machine", what=reason))
        self.args = (what,)


def reason_of_system(error: OSError) -> Text:
    """Why the system refused something: in the reader's language where it is a common reason."""
    if error.errno in SYSTEM_REASONS:
        return SYSTEM_REASONS[error.errno]
    return error.strerror or str(error)


class PublishError(PipelineError):
    """The published set could not be replaced; it is as it was."""


class CheckFailedError(PipelineError):
    """Critical findings of expectations or dbt tests; nothing was published."""
