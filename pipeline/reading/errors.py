"""What stops a reader."""

from __future__ import annotations

from pipeline.core.errors import ProblemKind


class UnreadableFileError(Exception):
    """A file that is not what its name or ``sources.yml`` says."""

    def __init__(
        self, found: str, expected: str, next_step: str, kind: ProblemKind = "data"
    ) -> None:
        """Keep the three answers apart for the message."""
        super().__init__(found)
        self.found, self.expected, self.next_step, self.kind = found, expected, next_step, kind
