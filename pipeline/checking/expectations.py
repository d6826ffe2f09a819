"""Runs the suites of Great Expectations on what was loaded and on what is about to be published.

Great Expectations calls a run failed even if only warnings failed, and raises nothing by itself;
what a finding means for the build is said in ``pipeline.checking.results``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pipeline.checking.results import (
    SHOWN_FINDINGS,
    CheckResult,
    Stage,
    check_words,
    found_rows,
    found_value,
)
from pipeline.core.database import connect
from pipeline.core.messages import Message, Text
from pipeline.core.quick_imports import quick_imports
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.core.sql import literal
from pipeline.core.workspace import PROJECT_ROOT

if TYPE_CHECKING:
    from great_expectations.datasource.fluent import SQLDatasource

SUITES = PROJECT_ROOT / "expectations"
# Columns by which a finding is looked up again: where the row stood, or which figure it is.
INDEX_COLUMNS = {"raw": ["source_id", "source_sheet", "source_row"]}


def check_tables(
    warehouse: Path, schema: Literal["raw", "marts"], outcomes: Path, limits: Limits = NO_LIMITS
) -> list[CheckResult]:
    """Run the suite of every table of a schema.

    Args:
        warehouse: The warehouse; opened read-only.
        schema: ``raw`` (suites of ``expectations/raw``) or ``marts`` (``expectations/marts``).
        outcomes: Folder for what Great Expectations itself says of each suite, a JSON file each;
            made if needed.
        limits: What DuckDB may take of the machine.

    Returns:
        One result per expectation, in order of the suites. An empty raw table has nothing to
        check and gives no result.
    """
    with connect(warehouse, limits) as connection:
        suites = [
            path
            for path in sorted((SUITES / schema).glob("*.json"))
            if schema == "marts"
            or connection.execute(f"from {schema}.{path.stem} limit 1").fetchall()
        ]
        files = dict(connection.execute("select source_id, file from raw.sources").fetchall())
    outcomes.mkdir(parents=True, exist_ok=True)
    with _open_datasource(warehouse, limits) as datasource:
        return [
            result
            for path in suites
            for result in _run_suite(datasource, path, schema, files, outcomes)
        ]


@contextmanager
def _open_datasource(warehouse: Path, limits: Limits) -> Iterator[SQLDatasource]:
    """A datasource on the warehouse, without files, telemetry or progress bars."""
    with quick_imports():
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
        connection = connect(limits=limits)
        connection.execute(f"attach {literal(str(warehouse))} as warehouse (read_only)")
        return ConnectionWrapper(connection)

    opened = ExitStack()

    class SingleConnectionEngine(SqlAlchemyExecutionEngine):  # type: ignore[misc]
        """Keeps one connection open.

        Great Expectations closes a DuckDB cursor before it fetches from it.
        """

        connection: Any = None

        @contextmanager
        def get_connection(self) -> Iterator[Any]:
            if self.connection is None:
                self.connection = opened.enter_context(self.engine.connect())
            yield self.connection

    in_memory = DataContextConfig(
        store_backend_defaults=InMemoryStoreBackendDefaults(),
        progress_bars=ProgressBarsConfig(globally=False, metric_calculations=False),
        analytics_enabled=False,
    )
    context = gx.get_context(mode="ephemeral", project_config=in_memory)
    SQLDatasource.execution_engine_override = SingleConnectionEngine
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
    connection = datasource.get_execution_engine().connection
    stage: Stage = "input" if schema == "raw" else "output"
    return [
        _as_result(
            found, subject, stage, partial(_first_findings, found, subject, connection, files)
        )
        for found in outcome.results
    ]


def _store_outcome(outcome: Any, path: Path) -> None:
    outcome_as_json = outcome.to_json_dict()
    # what identifies the run would differ in every build
    kept = {key: outcome_as_json[key] for key in ("success", "results", "statistics")} | {
        "meta": {}
    }
    for result in kept["results"]:
        result["expectation_config"]["kwargs"].pop("batch_id", None)
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")


def _as_result(
    found: Any, subject: str, stage: Stage, first_findings: Callable[[], Message]
) -> CheckResult:
    config = found.expectation_config
    query = config.kwargs.get("unexpected_rows_query")
    code = str(config.meta["code"])
    exception = found.exception_info or {}
    raised = next(
        (info["exception_message"] for info in exception.values() if isinstance(info, dict)),
        exception.get("exception_message") if exception.get("raised_exception") else None,
    )
    detail = None
    if raised:
        detail = Message("checks.broken", error=raised)
    elif not found.success:
        detail = first_findings()
    return CheckResult(
        check_code=code,
        words=check_words(code),
        stage=stage,
        kind="expectation",
        subject=subject,
        column_name=config.kwargs.get("column"),
        # an expectation that could not be run has not passed
        severity="critical" if raised else config.severity.value,
        passed=bool(found.success),
        failures=found.result.get("observed_value" if query else "unexpected_count"),
        detail=detail,
    )


def _first_findings(found: Any, subject: str, connection: Any, files: dict[str, str]) -> Message:
    """The first rows that an expectation found: file, sheet and row where they came in."""
    config, result = found.expectation_config, found.result
    rows = result.get("partial_unexpected_index_list") or []
    if query := config.kwargs.get("unexpected_rows_query"):
        query = query.replace("{batch}", f"warehouse.{subject}")
        # the order of a table's rows differs from build to build
        rows = connection.exec_driver_sql(f"select * from ({query}) order by all").mappings()
        rows = [dict(row) for row in rows.fetchmany(SHOWN_FINDINGS)]
    if not rows:
        values = result.get("partial_unexpected_list", [result.get("observed_value")])
        return found_rows([[str(value)] for value in values])
    findings = []
    for row in rows:
        parts: list[Text] = [files.get(row.pop("source_id", ""), "")]
        sheet, number = row.pop("source_sheet", None), row.pop("source_row", None)
        if sheet:
            parts.append(Message("checks.sheet", sheet=sheet))
        if number:
            parts.append(Message("checks.row", row=number))
        parts += [found_value(column, value) for column, value in row.items()]
        findings.append([part for part in parts if part])
    return found_rows(findings)
