"""The way of the data, from files to the published set, one step after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from pipeline.catalogue.load_dossiers import entry_checksums, find_unread_files, load_dossiers
from pipeline.checking.expectations import check_tables
from pipeline.checking.personal_data import find_personal_numbers
from pipeline.checking.results import CheckResult, stop_on_critical, store_results
from pipeline.contracts import load_contracts
from pipeline.core.errors import MachineError, SourceProblemsError, UsageError
from pipeline.core.inputs import Inputs, is_up_to_date, require_unchanged_inputs, scan_inputs
from pipeline.core.messages import Message
from pipeline.core.settings import Settings
from pipeline.core.step_times import timed
from pipeline.core.workspace import Engine
from pipeline.publishing.export import export_marts, write_manifest
from pipeline.publishing.swap import clear_build_folder, swap_in
from pipeline.reporting import render_reports
from pipeline.reporting.expectation_pages import write_expectations
from pipeline.reporting.model_docs import write_model_docs
from pipeline.warehouse.cache import remove_unused_extracts
from pipeline.warehouse.load import find_table_problems, load_warehouse
from pipeline.workbook import write_workbook

logger = logging.getLogger(__name__)


def build(settings: Settings, *, with_reports: bool = True, engine: Engine = "duckdb") -> bool:
    """Build everything from ``raw/`` and publish it, if anything changed since the last build.

    Args:
        settings: What to build, and what that may take of the machine.
        with_reports: Whether to write pages and workbook beside the marts.
        engine: What runs the models; everything else is done by DuckDB.

    Returns:
        Whether there was anything to do.

    Raises:
        PipelineError: Nothing that was published before has changed.
    """
    workspace = settings.workspace
    if not workspace.root.is_dir():
        raise UsageError(Message("error.no_workspace", folder=str(workspace.root)))
    if "?" in str(workspace.warehouse):  # DuckDB takes what follows for options of the file
        raise UsageError(Message("error.question_mark", folder=str(workspace.root)))
    try:
        with FileLock(workspace.lock, timeout=0):
            inputs = scan_inputs(workspace, engine)
            if is_up_to_date(workspace, inputs, with_reports=with_reports):
                return False
            clear_build_folder(workspace)
            workspace.build.mkdir()
            try:
                _build_and_publish(settings, inputs, with_reports=with_reports, engine=engine)
            except duckdb.OperationalError as error:
                raise MachineError(error) from error
            finally:
                clear_build_folder(workspace)
    except Timeout as error:
        raise UsageError(Message("error.other_build", folder=str(workspace.root))) from error
    return True


def _build_and_publish(
    settings: Settings, inputs: Inputs, *, with_reports: bool, engine: Engine
) -> None:
    build_models = _find_builder(engine, settings)
    workspace, limits = settings.workspace, settings.limits
    scratch = workspace.build / "dbt"
    warehouse, marts = workspace.build / "warehouse.duckdb", workspace.build / "marts"
    outcomes, reports = workspace.build / "outcomes", marts / "reports"

    contracts = load_contracts()
    dossiers, problems = load_dossiers(workspace.raw, contracts)
    if problems:
        raise SourceProblemsError(problems + find_table_problems(dossiers, limits))
    for file in find_unread_files(workspace.raw, dossiers):
        path, dossier = str(workspace.raw / file), file.split("/")[0]
        logger.warning(Message("build.not_read", file=file, path=path, dossier=dossier))
    extracts = load_warehouse(warehouse, workspace.raw_tables, dossiers, contracts, limits)

    with timed(Message("step.checking_input")):
        input_results = check_tables(warehouse, "raw", outcomes, limits)
        store_results(warehouse, input_results)
    stop_on_critical(input_results)

    with timed(Message("step.modelling")):
        model_results = build_models(warehouse, scratch)
        store_results(warehouse, model_results)
    stop_on_critical(model_results)

    with timed(Message("step.checking_output")):
        output_results = check_tables(warehouse, "marts", outcomes, limits)
        output_results += find_personal_numbers(warehouse, limits)
        store_results(warehouse, output_results)
    stop_on_critical(output_results)

    with timed(Message("step.publishing")):
        exported = export_marts(warehouse, marts, limits)
    entries = entry_checksums(dossiers)
    write_manifest_of_set = partial(write_manifest, marts, inputs, exported, entries, extracts)
    if with_reports:
        with timed(Message("step.reporting")):
            write_manifest_of_set()  # the overview compares the set with the one before
            render_reports(marts, inputs.fingerprint, code=inputs.code, published=workspace.marts)
            write_expectations(outcomes, reports / "expectations.html")
            write_model_docs(warehouse, scratch, reports / "models.html", limits)
            write_workbook(marts, inputs.fingerprint)
    write_manifest_of_set()
    require_unchanged_inputs(workspace, inputs)
    swap_in(workspace, marts, warehouse, inputs)
    remove_unused_extracts(workspace)


def _find_builder(engine: Engine, settings: Settings) -> Callable[[Path, Path], list[CheckResult]]:
    """What builds the models in a warehouse, with a folder for its own files.

    Whether it can, is known before anything is read.

    Raises:
        UsageError: What Spark needs is missing.
    """
    if engine == "spark":
        from pipeline.modelling.spark.requirements import require_spark

        require_spark()  # first: what follows imports the packages that may be missing
        from pipeline.modelling.spark.run import build_models as build_on_spark

        return partial(build_on_spark, settings=settings)
    from pipeline.modelling.dbt import build_models

    return partial(build_models, limits=settings.limits)
