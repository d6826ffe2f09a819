"""What can go wrong, told so that the reader knows what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ProblemKind = Literal["configuration", "data"]


@dataclass(frozen=True)
class Problem:
    """One thing that stops a build.

    Attributes:
        where: Dossier, file, sheet and cell or line, as far as they are known.
        found: What stands there.
        expected: What would have been accepted.
        next_step: What the reader should do.
        kind: ``configuration`` (``sources.yml``, contracts, command line) or ``data`` (files).
    """

    where: str
    found: str
    expected: str
    next_step: str
    kind: ProblemKind = "configuration"

    def __str__(self) -> str:
        """Four lines: where, then found, expected, next step."""
        return (
            f"{self.where}\n  found:    {self.found}\n"
            f"  expected: {self.expected}\n  do next:  {self.next_step}"
        )


class PipelineError(Exception):
    """Base of all errors that the command line turns into a message and an exit status."""

    exit_status = 1


class UsageError(PipelineError):
    """The command line or the workspace cannot be used as given."""

    exit_status = 2


class SourceProblemsError(PipelineError):
    """Sources that cannot be loaded; carries all problems of all sources."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems in the order in which a reader would mend them."""
        self.problems = problems
        lines = [f"{len(problems)} problem(s) in the sources; nothing was published."]
        lines += [f"\n[{number}] {problem}" for number, problem in enumerate(problems, start=1)]
        super().__init__("\n".join(lines))

    @property
    def exit_status(self) -> int:  # type: ignore[override]
        """2 when any problem is one of configuration, else 1."""
        return 2 if any(problem.kind == "configuration" for problem in self.problems) else 1


class FilesChangedError(PipelineError):
    """Files became other ones, or vanished, while a build was reading them."""

    def __init__(self, files: list[str]) -> None:
        """Name the files in the message."""
        super().__init__(
            f"{', '.join(files)} changed while the build was under way; nothing was published\n"
            "  do next:  wait until the program that writes there is done, and build again"
        )


class MachineError(PipelineError):
    """The machine could not do it: a full disk, no right to write, too little memory."""

    def __init__(self, what: object) -> None:
        """Say what could not be done, as the system or DuckDB says it."""
        super().__init__(
            f"{what}; what was published before is still there\n"
            "  do next:  mend that (space, permissions, the file; CHILDCARE_MEMORY where it is a"
            " limit of memory), and build again"
        )


class PublishError(PipelineError):
    """The published set could not be replaced; it is as it was."""


class CheckFailedError(PipelineError):
    """Critical findings of expectations or dbt tests; nothing was published."""
