"""What checks find, and the one policy on it: critical findings stop, warnings are shown."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipeline.core.database import connect
from pipeline.core.errors import CheckFailedError
from pipeline.core.messages import Message, Text, load_messages
from pipeline.language import LANGUAGES

logger = logging.getLogger(__name__)

SHOWN_FINDINGS = 5  # findings that a message spells out; the count tells of the rest
Stage = Literal["input", "model", "output"]


@dataclass(frozen=True)
class CheckResult:
    """What one check found; a row of mart ``check_results``.

    Attributes:
        check_code: Names the check; unique among the checks of a subject.
        words: What it expects.
        stage: ``input``, ``model`` or ``output``.
        kind: ``expectation`` or ``data_test``.
        subject: Table that was checked, with its schema.
        column_name: Column, or None for a check of the whole table.
        severity: ``critical`` stops the build, ``warning`` is shown.
        passed: Whether nothing was found.
        failures: Number of findings, None when the check does not count them.
        detail: The first findings, and what to do where the check knows; None where it passed.
    """

    check_code: str
    words: Message
    stage: Stage
    kind: Literal["expectation", "data_test"]
    subject: str
    column_name: str | None
    severity: Literal["critical", "warning"]
    passed: bool
    failures: int | None
    detail: Message | None

    @property
    def message(self) -> Message:
        """What a user is told of a check that did not pass."""
        is_critical = self.severity == "critical"
        return Message(
            "checks.failed",
            severity=Message("checks.critical") if is_critical else Message("checks.warning"),
            subject=".".join(filter(None, [self.subject, self.column_name])),
            words=self.words,
            code=self.check_code,
            count="" if self.failures is None else Message("checks.count", number=self.failures),
            detail=self.detail or "",
        )


def check_words(code: str, /, **values: object) -> Message:
    """What a check expects, by its code or, where the kind of check says it all, by its kind.

    Raises:
        CheckFailedError: Nobody has put the check into words.
    """
    if f"check.{code}" not in load_messages():
        raise CheckFailedError(Message("checks.no_words", code=code))
    return Message(f"check.{code}", **values)


def found_rows(findings: list[list[Text]], next_step: Message | None = None) -> Message:
    """What a check found.

    Args:
        findings: Of each of the first findings where it stands and what is there.
        next_step: What to do, where the check knows.
    """
    listed = [Message("checks.finding", parts=parts) for parts in findings]
    if next_step:
        return Message("checks.found_and_do", findings=listed, next_step=next_step)
    return Message("checks.found", findings=listed)


def found_value(column: str, value: object) -> Message:
    """One value of a finding."""
    return Message("checks.value", column=column, value=str(value))


def store_results(warehouse: Path, results: list[CheckResult]) -> None:
    """Append results to ``audit.check_results``."""
    with connect(warehouse) as connection:
        if results:
            connection.executemany(
                "insert into audit.check_results values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_as_row(result) for result in results],
            )


def _as_row(result: CheckResult) -> list[object]:
    return [
        result.check_code,
        *(result.words.in_language(language) for language in LANGUAGES),
        result.stage,
        result.kind,
        result.subject,
        result.column_name,
        result.severity,
        result.passed,
        result.failures,
        *(result.detail and result.detail.in_language(language) for language in LANGUAGES),
    ]


def stop_on_critical(results: list[CheckResult]) -> None:
    """Log failed warnings; raise when anything critical failed.

    Raises:
        CheckFailedError: Lists every critical finding.
    """
    failed = [result for result in results if not result.passed]
    for result in failed:
        if result.severity == "warning":
            logger.warning("%s", result.message)
    critical = [result for result in failed if result.severity == "critical"]
    if critical:
        findings = [result.message for result in critical]
        message = Message("error.checks_failed", number=len(findings), findings=findings)
        raise CheckFailedError(message)
