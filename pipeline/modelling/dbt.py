"""dbt: models and their tests, in the warehouse under construction."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.checking.results import SHOWN_FINDINGS, CheckResult
from pipeline.core.database import connect, share_limits
from pipeline.core.errors import CheckFailedError, MachineError
from pipeline.core.workspace import PROJECT_ROOT

DBT_PROJECT = PROJECT_ROOT / "dbt_project"
OF_THE_MACHINE = re.compile(
    r"\b(IO|Out of Memory|TransactionContext) Error: "
)  # as DuckDB begins its messages
SEVERITY = {"error": "critical", "warn": "warning"}
Rows = tuple[list[str], list[Any]]  # names of columns, and rows


def build_models(warehouse: Path, scratch: Path, *, with_docs: bool = True) -> list[CheckResult]:
    """Run ``dbt build``: every model, data test and unit test; then describe what was built.

    Args:
        warehouse: The warehouse with its schemas ``raw`` and ``audit`` filled.
        scratch: Folder for dbt's own files; its folder ``target`` then holds the documentation.
        with_docs: Whether to write the documentation.

    Returns:
        One result per data test and unit test, those skipped behind a failure left out.

    Raises:
        CheckFailedError: A model could not be built at all.
        MachineError: For want of room, on the disk or in memory.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    os.environ["CHILDCARE_WAREHOUSE"] = warehouse.name
    share_limits()
    # dbt-duckdb reads the path as a URL, in which a folder may hold no #, so it gets a bare name
    with contextlib.chdir(warehouse.parent):
        try:
            outcome = run_dbt(scratch, with_docs=with_docs)
        finally:
            DuckDBConnectionManager.close_all_connections()

    def ask(query: str) -> Rows:
        with connect(warehouse) as connection:
            rows = connection.execute(query)
            return [column[0] for column in rows.description], rows.fetchall()

    return read_outcome(outcome, ask)


def run_dbt(scratch: Path, *options: str, with_docs: bool) -> Any:
    """Run ``dbt build``, and describe what was built.

    Args:
        scratch: As in ``build_models``.
        options: More options, of every command.
        with_docs: Whether to write the documentation.

    Returns:
        What dbt says of ``build``.
    """
    from dbt.cli.main import dbtRunner

    arguments = [
        "--project-dir",
        str(DBT_PROJECT),
        "--profiles-dir",
        str(DBT_PROJECT),
        "--target-path",
        str(scratch / "target"),
        "--log-path",
        str(scratch / "logs"),
        "--log-level",
        "none",
        "--no-partial-parse",
        *options,
    ]
    # read the project once, for both commands
    dbt = dbtRunner(manifest=dbtRunner().invoke(["parse", *arguments]).result)
    # Tests with this tag hold on the built demonstration data: `make test` runs them there.
    outcome = dbt.invoke(["build", "--exclude", "tag:make_test", *arguments])
    if outcome.success and with_docs:
        dbt.invoke(["docs", "generate", "--no-compile", *arguments])
    return outcome


def read_outcome(outcome: Any, ask: Callable[[str], Rows]) -> list[CheckResult]:
    """What each test found.

    Args:
        outcome: Of ``dbt build``.
        ask: Runs a query where the models were built.

    Returns, Raises:
        As ``build_models``.
    """
    if isinstance(outcome.exception, OSError):
        raise outcome.exception
    if outcome.exception is not None:
        msg = f"dbt could not run: {outcome.exception}"
        raise CheckFailedError(msg)
    for run in outcome.result:
        if run.status == "error" and OF_THE_MACHINE.search(str(run.message)):
            raise MachineError(run.message)
    broken = [
        run
        for run in outcome.result
        if run.status == "error" and run.node.resource_type not in ("test", "unit_test")
    ]
    results = [
        _as_result(run, ask)
        for run in outcome.result
        if run.node.resource_type in ("test", "unit_test") and run.status != "skipped"
    ]
    # a failed test explains why the models behind it are missing; without one, dbt's message does
    if broken and all(result.passed or result.severity == "warning" for result in results):
        lines = [f"{run.node.name}: {run.message}" for run in broken]
        raise CheckFailedError("\n".join(["dbt could not build:", *lines]))
    return results


def _as_result(run: Any, ask: Callable[[str], Rows]) -> CheckResult:
    node = run.node
    passed = run.status == "pass"
    is_unit_test = node.resource_type == "unit_test"
    severity = "critical" if is_unit_test else SEVERITY[str(node.config.severity).lower()]
    detail = None if passed else _first_findings(run, ask)
    return CheckResult(
        check_name=node.name,
        stage="model",
        kind="unit_test" if is_unit_test else "data_test",
        subject=_subject(node),
        column_name=getattr(node, "column_name", None),
        severity="critical" if severity == "critical" or run.status == "error" else "warning",
        passed=passed,
        failures=run.failures,
        detail=detail,
    )


def _subject(node: Any) -> str:
    """The model that a test is about; a test of several models names them all."""
    attached = getattr(node, "attached_node", None) or getattr(node, "tested_node_unique_id", None)
    about = [attached] if attached else node.depends_on.nodes
    return ", ".join(name.split(".")[-1] for name in about) or "the check itself"


def _first_findings(run: Any, ask: Callable[[str], Rows]) -> str:
    """The first rows that a failed data test found, or dbt's own message."""
    if run.status == "error" or run.node.resource_type == "unit_test":
        return str(run.message)
    # the order of a query's rows differs from build to build
    names, rows = ask(
        f"select * from ({run.node.compiled_code}) order by all limit {SHOWN_FINDINGS}"
    )
    found = [
        ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True)) for row in rows
    ]
    return "found: " + "; ".join(found)
