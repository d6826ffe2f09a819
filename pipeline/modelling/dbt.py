"""dbt: models and their tests, in the warehouse under construction."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.checking.results import SHOWN_FINDINGS, CheckResult
from pipeline.core.database import connect, limits_in_force
from pipeline.core.errors import CheckFailedError, MachineError
from pipeline.core.inputs import checksum_of
from pipeline.core.messages import Message
from pipeline.core.parsed_project import DBT_PROJECT, checksum_of_project, load_parsed_project
from pipeline.core.settings import NO_LIMITS, Limits

# How DuckDB begins messages of which the machine is the reason, not a model.
MACHINE_ERRORS = re.compile(r"\b(IO|Out of Memory|TransactionContext) Error: ")
SEVERITY = {"error": "critical", "warn": "warning"}
Rows = tuple[list[str], list[Any]]  # names of columns, and rows
# Unit tests hold the logic of models, whatever the data, and tests with this tag hold on the built
# demonstration data; `make test` runs both.
MODELS_AND_DATA_TESTS = (
    *("build", "--exclude", "tag:make_test", "--exclude-resource-type", "unit_test"),
    "--no-write-json",
)


def build_models(warehouse: Path, scratch: Path, limits: Limits = NO_LIMITS) -> list[CheckResult]:
    """Run ``dbt build``: every model and data test.

    Args:
        warehouse: The warehouse with its schemas ``raw`` and ``audit`` filled.
        scratch: Folder for dbt's own files.
        limits: What DuckDB may take of the machine.

    Returns:
        One result per data test, those skipped behind a failure left out.

    Raises:
        CheckFailedError: A model could not be built at all.
        MachineError: For want of room, on the disk or in memory.
    """
    outcome = run_on_duckdb(warehouse, scratch, *MODELS_AND_DATA_TESTS, limits=limits)

    def run_query(query: str) -> Rows:
        with connect(warehouse, limits) as connection:
            rows = connection.execute(query)
            return [column[0] for column in rows.description], rows.fetchall()

    return read_outcome(outcome, run_query)


def describe_models(warehouse: Path, scratch: Path, limits: Limits = NO_LIMITS) -> Path:
    """Let dbt write its documentation of the models.

    Args:
        warehouse: Its tables and their columns are part of it.
        scratch: Folder for dbt's own files.
        limits: What DuckDB may take of the machine.

    Returns:
        Folder that holds ``index.html``, ``manifest.json`` and ``catalog.json``.

    Raises:
        CheckFailedError: dbt could not.
    """
    outcome = run_on_duckdb(warehouse, scratch, "docs", "generate", limits=limits)
    _require_run(outcome)
    return scratch / "target"


def checksum_of_description(warehouse: Path) -> str:
    """A checksum of everything that the documentation of the models depends on.

    That is dbt's project, and names and types of all columns in the warehouse; not the data.
    """
    with connect(warehouse, read_only=True) as connection:
        columns = connection.execute(
            "select concat_ws(' ', table_schema, table_name, table_type, ordinal_position,"
            " column_name, data_type) from information_schema.columns"
            " inner join information_schema.tables using (table_catalog, table_schema, table_name)"
            " where table_catalog = current_database() order by all"
        ).fetchall()
    project = checksum_of_project(DBT_PROJECT, "build")
    return checksum_of([project, *(column for (column,) in columns)])


def run_on_duckdb(
    warehouse: Path,
    scratch: Path,
    *command: str,
    target: str = "build",
    limits: Limits = NO_LIMITS,
) -> Any:
    """Run a command of dbt on a warehouse.

    Args:
        warehouse: Takes what models make.
        scratch: As in ``run_dbt``; DuckDB puts there what does not fit into memory.
        command: As in ``run_dbt``.
        target: Of the profile.
        limits: What DuckDB may take of the machine.

    Returns:
        What dbt says of it.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    in_force = limits_in_force(limits)
    try:
        return run_dbt(
            scratch,
            target,
            *command,
            variables={
                "warehouse": str(warehouse.resolve()),
                "temp_directory": str((scratch / "temp").resolve()),
                "threads": str(in_force.threads),
                "memory_limit": str(in_force.memory),
            },
        )
    finally:
        DuckDBConnectionManager.close_all_connections()


def run_dbt(
    scratch: Path, target: str, *command: str, variables: Mapping[str, str] | None = None
) -> Any:
    """Run a command of dbt on the parsed project.

    Args:
        scratch: Folder for dbt's own files; made if needed.
        target: Of the profile.
        command: What ``dbt`` would be given on a command line, such as ``build``.
        variables: What the target's profile asks for.

    Returns:
        What dbt says of it.
    """
    parsed = load_parsed_project(DBT_PROJECT, target)
    from dbt.cli.main import dbtRunner

    return dbtRunner(manifest=parsed).invoke(
        [
            *(*command, "--target", target, "--log-level", "none"),
            *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
            *("--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")),
            *(
                "--vars",
                json.dumps({name: _verbatim(text) for name, text in (variables or {}).items()}),
            ),
        ]
    )


def _verbatim(text: str) -> str:
    """A text as dbt's templates leave it unchanged, whatever a folder is called."""
    return text.replace("{", "{{ '{' }}")


def read_outcome(outcome: Any, run_query: Callable[[str], Rows]) -> list[CheckResult]:
    """What each test found.

    Args:
        outcome: Of ``dbt build``.
        run_query: Runs a query where the models were built.

    Returns, Raises:
        As ``build_models``.
    """
    _require_run(outcome)
    for run in outcome.result:
        if run.status == "error" and MACHINE_ERRORS.search(str(run.message)):
            raise MachineError(run.message)
    broken = [
        run for run in outcome.result if run.status == "error" and run.node.resource_type != "test"
    ]
    results = [
        _as_result(run, run_query)
        for run in outcome.result
        if run.node.resource_type == "test" and run.status != "skipped"
    ]
    # a failed test explains why the models behind it are missing; without one, dbt's message does
    if broken and all(result.passed or result.severity == "warning" for result in results):
        lines = [f"{run.node.name}: {run.message}" for run in broken]
        raise CheckFailedError(Message("error.dbt_models", models=lines))
    return results


def _require_run(outcome: Any) -> None:
    """Raise what kept dbt from running at all."""
    if isinstance(outcome.exception, OSError):
        raise outcome.exception
    if outcome.exception is not None:
        what = str(outcome.exception)
        raise CheckFailedError(Message("error.dbt_failed", what=what))


def _as_result(run: Any, run_query: Callable[[str], Rows]) -> CheckResult:
    node = run.node
    passed = run.status == "pass"
    severity = SEVERITY[str(node.config.severity).lower()]
    detail = None if passed else _first_findings(run, run_query)
    return CheckResult(
        check_name=node.name,
        stage="model",
        kind="data_test",
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


def _first_findings(run: Any, run_query: Callable[[str], Rows]) -> str:
    """The first rows that a failed data test found, or dbt's own message."""
    if run.status == "error":
        return str(run.message)
    # the order of a query's rows differs from build to build
    names, rows = run_query(
        f"select * from ({run.node.compiled_code}) order by all limit {SHOWN_FINDINGS}"
    )
    found = [
        ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True)) for row in rows
    ]
    return "found: " + "; ".join(found)
