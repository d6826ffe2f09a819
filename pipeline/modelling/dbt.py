"""dbt: models and their tests, in the warehouse under construction."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from pipeline.checking.results import (
    SHOWN_FINDINGS,
    CheckResult,
    check_words,
    found_rows,
    found_value,
)
from pipeline.core.database import connect, limits_in_force
from pipeline.core.errors import CheckFailedError, MachineError
from pipeline.core.inputs import checksum_of
from pipeline.core.messages import Message
from pipeline.core.parsed_project import DBT_PROJECT, checksum_of_project, load_parsed_project
from pipeline.core.quick_imports import quick_imports
from pipeline.core.settings import NO_LIMITS, Limits

# How DuckDB begins messages of which the machine is the reason, not a model.
MACHINE_ERRORS = re.compile(r"\b(IO|Out of Memory|TransactionContext) Error: ")
# The model that a test of references points to, as YAML names it.
REFERENCE = re.compile(r"""ref\(['"](\w+)['"]\)""")
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
    limits: Limits = NO_LIMITS,
) -> Any:
    """Run a command of dbt on a warehouse.

    Args:
        warehouse: Takes what models make.
        scratch: As in ``run_dbt``; DuckDB puts there what does not fit into memory.
        command: As in ``run_dbt``.
        limits: What DuckDB may take of the machine.

    Returns:
        What dbt says of it.
    """
    variables = variables_of_profile(warehouse, scratch, limits)
    try:
        return run_dbt(scratch, "build", *command, variables=variables)
    finally:
        _close_connections()


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

    options = _options(scratch, target, variables or {})
    return dbtRunner(manifest=parsed).invoke([*command, "--log-level", "none", *options])


def run_on_copy(
    copy: Path, scratch: Path, command: Sequence[str], limits: Limits = NO_LIMITS
) -> Any:
    """Run a command of dbt as a developer gives it, on a copy of the warehouse.

    dbt says on standard output what it does, and reads the project as it is now.

    Args:
        copy: The copy.
        scratch: As in ``run_dbt``.
        command: What follows ``dbt`` on a command line. Variables may be among it.
        limits: What DuckDB may take of the machine.

    Returns:
        What dbt says of it.
    """
    with quick_imports():
        from dbt.cli.main import dbtRunner

    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--vars", type=YAML(typ="safe").load, default={})
    given, rest = parser.parse_known_args(command)
    variables = given.vars | variables_of_profile(copy, scratch, limits)
    try:
        return dbtRunner().invoke([*rest, *_options(scratch, "dev", variables)])
    finally:
        _close_connections()


def variables_of_profile(warehouse: Path, scratch: Path, limits: Limits) -> dict[str, str]:
    """What the targets on DuckDB ask for in ``profiles.yml``."""
    in_force = limits_in_force(limits)
    return {
        "warehouse": _verbatim(str(warehouse.resolve())),
        "temp_directory": _verbatim(str((scratch / "temp").resolve())),
        "threads": str(in_force.threads),
        "memory_limit": str(in_force.memory),
    }


def _options(scratch: Path, target: str, variables: Mapping[str, Any]) -> list[str]:
    return [
        *("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT)),
        *("--target", target, "--vars", json.dumps(variables)),
        *("--target-path", str(scratch / "target"), "--log-path", str(scratch / "logs")),
    ]


def _close_connections() -> None:
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


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
        check_code=node.name,
        words=_words(node),
        stage="model",
        kind="data_test",
        subject=_subject(node),
        column_name=getattr(node, "column_name", None),
        severity="critical" if severity == "critical" or run.status == "error" else "warning",
        passed=passed,
        failures=run.failures,
        detail=detail,
    )


def _words(node: Any) -> Message:
    """What a test expects: of one made from YAML its kind says it, with the columns."""
    metadata = getattr(node, "test_metadata", None)
    if metadata is None:
        return check_words(node.name)
    given = metadata.kwargs
    bounds = {"≥": given.get("min_value"), "≤": given.get("max_value")}
    return check_words(
        metadata.name,
        column=given.get("column_name"),
        columns=given.get("columns"),
        values=given.get("values"),
        target=", ".join(REFERENCE.findall(given.get("to", ""))),
        bounds=[f"{sign} {bound}" for sign, bound in bounds.items() if bound is not None],
    )


def _subject(node: Any) -> str:
    """The model that a test is about; a test of several models names them all."""
    attached = getattr(node, "attached_node", None) or getattr(node, "tested_node_unique_id", None)
    about = [attached] if attached else node.depends_on.nodes
    return ", ".join(name.split(".")[-1] for name in about) or "the check itself"


def _first_findings(run: Any, run_query: Callable[[str], Rows]) -> Message:
    """The first rows that a failed data test found, or dbt's own message."""
    if run.status == "error":
        return Message("checks.broken", error=str(run.message))
    # the order of a query's rows differs from build to build
    names, rows = run_query(
        f"select * from ({run.node.compiled_code}) order by all limit {SHOWN_FINDINGS}"
    )
    return found_rows(
        [[found_value(*pair) for pair in zip(names, row, strict=True)] for row in rows]
    )
