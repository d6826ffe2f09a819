"""What checks find, and the one policy on it: critical findings stop, warnings are shown."""

from __future__ import annotations

import logging
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Literal

from pipeline.core.database import connect
from pipeline.core.errors import CheckFailedError
from pipeline.core.messages import Message

logger = logging.getLogger(__name__)

SHOWN_FINDINGS = 5  # findings that a message spells out; the count tells of the rest
Stage = Literal["input", "model", "output"]


@dataclass(frozen=True)
class CheckResult:
    """What one check found; a row of mart ``check_results``.

    Attributes:
        check_name: Name of the check, telling what it expects.
        stage: ``input``, ``model`` or ``output``.
        kind: ``expectation`` or ``data_test``.
        subject: Table that was checked, with its schema.
        column_name: Column, or None for a check of the whole table.
        severity: ``critical`` stops the build, ``warning`` is shown.
        passed: Whether nothing was found.
        failures: Number of findings, None when the check does not count them.
        detail: Why the check exists, and the first findings.
    """

    check_name: str
    stage: Stage
    kind: Literal["expectation", "data_test"]
    subject: str
    column_name: str | None
    severity: Literal["critical", "warning"]
    passed: bool
    failures: int | None
    detail: str | None

    def __str__(self) -> str:
        """One finding for a message."""
        column = f".{self.column_name}" if self.column_name else ""
        count = "" if self.failures is None else f" ({self.failures} found)"
        what = f"{self.subject}{column}: {self.check_name}{count}"
        return f"[{self.severity}] {what}\n  {self.detail or ''}"


def store_results(warehouse: Path, results: list[CheckResult]) -> None:
    """Append results to ``audit.check_results``."""
    with connect(warehouse) as connection:
        if results:
            connection.executemany(
                "insert into audit.check_results values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [astuple(result) for result in results],
            )


def stop_on_critical(results: list[CheckResult]) -> None:
    """Log failed warnings; raise when anything critical failed.

    Raises:
        CheckFailedError: Lists every critical finding.
    """
    failed = [result for result in results if not result.passed]
    for result in failed:
        if result.severity == "warning":
            logger.warning(result)
    critical = [result for result in failed if result.severity == "critical"]
    if critical:
        findings = [str(result) for result in critical]
        message = Message("error.checks_failed", number=len(findings), findings=findings)
        raise CheckFailedError(message)
