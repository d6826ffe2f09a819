"""What can go wrong while pages are made."""

from __future__ import annotations

from pipeline.core.errors import PipelineError
from pipeline.core.messages import Message


class ReportError(PipelineError):
    """A page could not be made; nothing was published."""


class UnknownLabelError(ReportError):
    """A mart holds a code that reports have no words for."""

    def __init__(self, table: str, code: object, file: str = "pipeline/wording/labels.yml") -> None:
        """Say which word is missing and where to add it."""
        super().__init__(Message("report.no_label", table=table, code=str(code), file=file))
        self.args = (table, code, file)
