"""What can go wrong while pages are made."""

from __future__ import annotations

from pipeline.core.errors import PipelineError


class ReportError(PipelineError):
    """A page could not be made; nothing was published."""


class UnknownLabelError(ReportError):
    """A mart holds a code that reports have no words for."""

    def __init__(self, table: str, code: object, file: str = "labels.yml") -> None:
        """Say which word is missing and where to add it."""
        super().__init__(
            f"no label for {table} {code!r}\n"
            f"  do next:  add it under {table}: in pipeline/reporting/{file}"
        )
