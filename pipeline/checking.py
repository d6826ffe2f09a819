"""Great Expectations on what came in and on what is about to be published, and one policy for both.

Great Expectations calls a run failed even if only warnings failed, and raises nothing by itself.
Here critical findings stop the build and warnings are shown.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.connecting import connect
from pipeline.errors import CheckFailedError
from pipeline.sql import literal
from pipeline.workspace import PROJECT_ROOT

if TYPE_CHECKING:
    from great_expectations.datasource.fluent import SQLDatasource

logger = logging.getLogger(__name__)

SUITES = PROJECT_ROOT / "expectations"
SHOWN_FINDINGS = 5  # findings that a message spells out; the count tells of the rest
# Columns by which a finding is looked up again: where the row stood, or which figure it is.
INDEX_COLUMNS = {"raw": ["source_id", "source_sheet", "source_row"]}

Stage = Literal["input", "model", "output"]


@dataclass(frozen=True)
class CheckResult:
    """What one check found; a row of mart ``check_results``.

    Attributes:
        check_name: Name of the check, telling what it expects.
        stage: ``input``, ``model`` or ``output``.
        kind: ``expectation``, ``data_test`` or ``unit_test``.
        subject: Table that was checked, with its schema.
        column_name: Column, or None for a check of the whole table.
        severity: ``critical`` stops the build, ``warning`` is shown.
        passed: Whether nothing was found.
        failures: Number of findings, None when the check does not count them.
        detail: Why the check exists, and the first findings.
    """

    check_name: str
    stage: Stage
    kind: Literal["expectation", "data_test", "unit_test"]
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


def check_tables(
    warehouse: Path, schema: Literal["raw", "marts"], outcomes: Path
) -> list[CheckResult]:
    """Run the suite of every table of a schema.

    Args:
        warehouse: The warehouse; opened read-only.
        schema: ``raw`` (suites of ``expectations/raw``) or ``marts`` (``expectations/marts``).
        outcomes: Folder for what Great Expectations itself says of each suite, a JSON file each;
            made if needed.

    Returns:
        One result per expectation, in order of the suites. An empty raw table has nothing to
        check and gives no result.
    """
    with connect(warehouse) as connection:
        suites = [
            path
            for path in sorted((SUITES / schema).glob("*.json"))
            if schema == "marts"
            or connection.execute(f"from {schema}.{path.stem} limit 1").fetchall()
        ]
        files = dict(connection.execute("select source_id, file from raw.sources").fetchall())
    outcomes.mkdir(parents=True, exist_ok=True)
    with _open_datasource(warehouse) as datasource:
        return [
            result
            for path in suites
            for result in _run_suite(datasource, path, schema, files, outcomes)
        ]


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
            logger.warning("%s", result)
    critical = [result for result in failed if result.severity == "critical"]
    if critical:
        lines = [f"{len(critical)} critical finding(s); nothing was published."]
        raise CheckFailedError("\n".join(lines + [str(result) for result in critical]))


@contextmanager
def _open_datasource(warehouse: Path) -> Iterator[SQLDatasource]:
    """A datasource on the warehouse, without files, telemetry or progress bars."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from duckdb_engine import ConnectionWrapper
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )
    from great_expectations.datasource.fluent import SQLDatasource
    from great_expectations.execution_engine import SqlAlchemyExecutionEngine
    from sqlalchemy.pool import NullPool

    def attach() -> ConnectionWrapper:
        # attached rather than named in a URL, in which a path may hold no ?, % or $
        connection = connect()
        connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
        return ConnectionWrapper(connection)

    opened = ExitStack()

    class KeepsItsConnection(SqlAlchemyExecutionEngine):  # type: ignore[misc]
        """Keeps one connection open.

        Great Expectations closes a DuckDB cursor before it fetches from it.
        """

        kept: Any = None

        @contextmanager
        def get_connection(self) -> Iterator[Any]:
            if self.kept is None:
                self.kept = opened.enter_context(self.engine.connect())
            yield self.kept

    in_memory = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=in_memory)
    SQLDatasource.execution_engine_override = KeepsItsConnection
    with opened:
        # without a pool, closing a connection lets go of the file, so that the next step can write
        yield context.data_sources.add_sql(
            name="warehouse",
            connection_string="duckdb:///:memory:",
            kwargs={"creator": attach, "poolclass": NullPool},
        )
    SQLDatasource.execution_engine_override = None


def _run_suite(
    datasource: SQLDatasource, path: Path, schema: str, files: dict[str, str], outcomes: Path
) -> list[CheckResult]:
    import great_expectations as gx

    subject = f"{schema}.{path.stem}"
    suite = gx.ExpectationSuite(**json.loads(path.read_text(encoding="utf-8")))
    asset = datasource.add_query_asset(name=subject, query=f"select * from warehouse.{subject}")
    batch = asset.add_batch_definition_whole_table("all").get_batch()
    result_format: dict[str, Any] = {
        "result_format": "SUMMARY",
        "partial_unexpected_count": SHOWN_FINDINGS,
    }
    if schema in INDEX_COLUMNS:
        result_format["unexpected_index_column_names"] = INDEX_COLUMNS[schema]
    outcome = batch.validate(suite, result_format=result_format)
    _store_outcome(outcome, outcomes / f"{subject}.json")
    connection = datasource.get_execution_engine().kept
    stage: Stage = "input" if schema == "raw" else "output"
    return [
        _as_result(
            found, subject, stage, partial(_first_findings, found, subject, connection, files)
        )
        for found in outcome.results
    ]


def _store_outcome(outcome: Any, path: Path) -> None:
    said = outcome.to_json_dict()
    # what identifies the run would differ in every build
    kept = {key: said[key] for key in ("success", "results", "statistics")} | {"meta": {}}
    for result in kept["results"]:
        result["expectation_config"]["kwargs"].pop("batch_id", None)
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _as_result(
    found: Any, subject: str, stage: Stage, first_findings: Callable[[], str]
) -> CheckResult:
    config = found.expectation_config
    kwargs = {key: value for key, value in config.kwargs.items() if key != "batch_id"}
    column, query = kwargs.pop("column", None), kwargs.pop("unexpected_rows_query", None)
    why = str((config.meta or {}).get("why", ""))
    bounds = ", ".join(f"{key}={value}" for key, value in sorted(kwargs.items()))
    exception = found.exception_info or {}
    raised = next(
        (info["exception_message"] for info in exception.values() if isinstance(info, dict)),
        exception.get("exception_message") if exception.get("raised_exception") else None,
    )
    detail = [] if found.success else [raised or first_findings()]
    return CheckResult(
        # a query is told apart by what it is for
        check_name=f"{config.type}({why if query else bounds})",
        stage=stage,
        kind="expectation",
        subject=subject,
        column_name=column,
        # an expectation that could not be run has not passed
        severity="critical" if raised else config.severity.value,
        passed=bool(found.success),
        failures=found.result.get("observed_value" if query else "unexpected_count"),
        detail="; ".join([why, *detail]),
    )


def _first_findings(found: Any, subject: str, connection: Any, files: dict[str, str]) -> str:
    """The first rows that an expectation found: file, sheet and row where they came in."""
    config, result = found.expectation_config, found.result
    rows = result.get("partial_unexpected_index_list") or []
    if query := config.kwargs.get("unexpected_rows_query"):
        query = query.replace("{batch}", f"warehouse.{subject}")
        # the order of a table's rows differs from build to build
        rows = connection.exec_driver_sql(f"select * from ({query}) order by all").mappings()
        rows = [dict(row) for row in rows.fetchmany(SHOWN_FINDINGS)]
    told = []
    for row in rows:
        place = [files.get(row.pop("source_id", ""), "")]
        sheet, number = row.pop("source_sheet", None), row.pop("source_row", None)
        place += [f"sheet {sheet}"] * bool(sheet) + [f"row {number}"] * bool(number)
        values = [f"{column} {value}" for column, value in row.items()]
        told.append(", ".join([part for part in place if part] + values))
    if told:
        return "found: " + "; ".join(told)
    return f"found: {result.get('partial_unexpected_list', result.get('observed_value'))}"
