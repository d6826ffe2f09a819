"""The command line."""

from __future__ import annotations

import argparse
import functools
import io
import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.core.errors import MachineError, PipelineError
from pipeline.core.settings import Settings
from pipeline.core.workspace import DEFAULT_WORKSPACE, Workspace

if TYPE_CHECKING:
    from rich.console import Console


def main(arguments: list[str]) -> int:
    """Run one command.

    Returns:
        0 fine, 1 data or expectations, 2 usage or configuration.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(
                errors="replace"
            )  # a console without Chinese shows ?, it does not crash
    options = _parse(arguments)
    if options.command == "setup":
        return 0  # the environment is there, or this would not run in it
    _log(quiet=getattr(options, "quiet", False))
    try:
        return COMMANDS[options.command](_read_settings(options), options)
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except OSError as error:  # a full disk, a folder without write permission, a file that vanished
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        told = MachineError(what)
        sys.stderr.write(f"{told}\n")
        return told.exit_status


def _read_settings(options: argparse.Namespace) -> Settings:
    return Settings.of(Workspace(options.workspace.resolve()), os.environ)


def _log(*, quiet: bool) -> None:
    """Write messages to standard error; on a terminal they make room for the line of progress."""
    handler: logging.Handler = logging.StreamHandler(sys.stderr)
    if sys.stderr.isatty():
        from rich.logging import RichHandler

        handler = RichHandler(
            console=_terminal(), show_time=False, show_level=False, show_path=False, markup=False
        )
    logging.basicConfig(format="%(message)s", level=logging.WARNING, handlers=[handler])
    logging.getLogger("pipeline").setLevel(logging.WARNING if quiet else logging.INFO)


@functools.cache
def _terminal() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline",
        description="From a folder of files to audited childcare-capacity marts and reports.",
        epilog="Exit status: 0 fine, 1 data or expectations, 2 usage or configuration.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    setup = commands.add_parser("setup", help="make the environment and do nothing else")
    build = commands.add_parser("build", help="build and publish everything that changed")
    for command in (setup, build):
        command.add_argument(
            "--engine",
            choices=("duckdb", "spark"),
            default="duckdb",
            help="what runs the models (default: duckdb); spark takes more packages and Java",
        )
    build.add_argument(
        "--without-reports",
        action="store_true",
        help="publish the marts alone, without pages and workbook",
    )
    build.add_argument(
        "--quiet", action="store_true", help="say only what needs attention: warnings and errors"
    )
    start = commands.add_parser(
        "start", help="make the folder of a dossier, to which files can be added"
    )
    start.add_argument("name", metavar="NAME", help="of the folder, such as my-city")
    start.add_argument("--title", required=True, help="what reports call it, such as 某市")
    start.add_argument("--issuer", required=True, help="who said what the files say")
    start.add_argument(
        "--document", metavar="TITLE", help="document that the files are part of, if there is one"
    )
    start.add_argument(
        "--grade",
        choices=("A", "B", "C"),
        default="A",
        help="A government (default), B press, C aggregator or mirror",
    )
    start.add_argument("--fictional", action="store_true", help="everything in it is invented")
    inspect = commands.add_parser("inspect", help="show how a file would be read; load nothing")
    add = commands.add_parser(
        "add", help="put a file into a dossier, with its entry in sources.yml"
    )
    for command in (inspect, add):
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument("--contract", help="what the file holds (default: as its labels tell)")
        command.add_argument(
            "--document", metavar="ID", help="document of the dossier it is part of"
        )
        command.add_argument("--locator", help="where in the document the table stands")
        command.add_argument("--as-of", metavar="DATE", help="day that the whole file is about")
    inspect.add_argument("--dossier", metavar="NAME", help="dossier that the file would belong to")
    add.add_argument("--dossier", metavar="NAME", required=True, help="dossier to add the file to")
    diff = commands.add_parser(
        "diff", help="show which published figures moved since the build before, and why"
    )
    diff.add_argument("--all", action="store_true", help="show every figure that moved")
    trace = commands.add_parser(
        "trace",
        help="show what a published figure is made of, down to cells and facilities",
        description="Shows what a published figure is made of, down to cells and facilities: an"
        " indicator with the targets for it, or a column of region_years, target_gaps,"
        " quota_progress, quota_totals, headline_variants or indicator_values.",
    )
    trace.add_argument("region", metavar="REGION", help="code or name")
    trace.add_argument(
        "figure",
        metavar="INDICATOR",
        help="code, Chinese or English name of an indicator, or of a column such as gap_places_net",
    )
    trace.add_argument(
        "year", metavar="YEAR", type=int, nargs="?", help="(default: the latest with a value)"
    )
    trace.add_argument(
        "--depth", type=int, metavar="N", help="levels below the figure to show (default: all)"
    )
    templates = commands.add_parser(
        "templates", help="write an empty workbook for every kind of file, to fill in"
    )
    templates.add_argument(
        "--region",
        metavar="CODE",
        help="region whose parts the lists offer (default: all known, if fewer than 500)",
    )
    dbt = commands.add_parser(
        "dbt",
        help="run dbt on a copy of the published warehouse, for who works on the models",
        description="Runs dbt on a copy of the published warehouse; for example"
        " python -m pipeline dbt build -s quota_progress+",
    )
    for command in (build, start, inspect, add, trace, diff, templates, dbt):
        command.add_argument(
            "--workspace",
            type=Path,
            default=DEFAULT_WORKSPACE,
            metavar="DIR",
            help="folder that holds raw/ and receives marts/ and warehouse.duckdb (default: data)",
        )
    dbt.add_argument("arguments", nargs=argparse.REMAINDER, metavar="...", help="what dbt is told")
    return parser.parse_args(arguments)


def _start(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.start import start_dossier

    made = start_dossier(
        settings.workspace,
        options.name,
        title=options.title,
        issuer=options.issuer,
        document=options.document,
        grade=options.grade,
        is_fictional=options.fictional,
    )
    sys.stdout.write(f"{made}\n  do next:  python -m pipeline add FILE --dossier {options.name}\n")
    return 0


def _inspect(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.preview import preview_file
    from pipeline.commands.preview_report import print_preview

    found = preview_file(
        options.file, settings.workspace, entry=_given_keys(options), dossier=options.dossier
    )
    print_preview(found, _console())
    return 1 if found.problems else 0


def _add(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.add import add_file
    from pipeline.commands.preview import preview_file

    found = preview_file(
        options.file, settings.workspace, entry=_given_keys(options), dossier=options.dossier
    )
    written = add_file(options.file, found, settings.workspace, options.dossier)
    sys.stdout.write(f"{written}: + {found.entry.id}\n")
    return 0


def _console() -> Console:
    from rich.console import Console

    # a pipe or file has no width of its own; 80 columns would break every cell
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


# options of inspect and add that are keys of an entry
GIVEN = ("contract", "document", "locator", "as_of")


def _given_keys(options: argparse.Namespace) -> dict[str, str]:
    given = {key: getattr(options, key) for key in GIVEN}
    return {key: value for key, value in given.items() if value is not None}


def _build(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.core.inputs import is_up_to_date, scan_inputs

    workspace = settings.workspace
    with_reports, engine = not options.without_reports, options.engine
    # asked here before a build asks again: its imports alone take longer than this
    if not is_up_to_date(workspace, scan_inputs(workspace, engine), with_reports=with_reports):
        from pipeline.commands.build import build
        from pipeline.commands.build_summary import write_summary
        from pipeline.core.progress import shown_on

        if options.quiet:
            build(settings, with_reports=with_reports, engine=engine)
            return 0
        with shown_on(_terminal()):
            build(settings, with_reports=with_reports, engine=engine)
        write_summary(workspace)
    elif not options.quiet:
        sys.stdout.write("没有变化，无需重建 nothing changed since the last build; nothing to do\n")
    if with_reports and not options.quiet:
        sys.stdout.write(f"报告 report: {workspace.index_page}\n")
    return 0


def _diff(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.diff_report import print_comparison
    from pipeline.published.set_comparison import compare_with_previous

    found = compare_with_previous(settings.workspace)
    print_comparison(found, settings.workspace, _console(), show_all=options.all)
    return 0


def _trace(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.trace_report import print_trace
    from pipeline.published.trace import trace_figures

    found = trace_figures(settings.workspace, options.region, options.figure, options.year)
    print_trace(found, _console(), options.depth)
    return 0


def _templates(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.templates.writing import write_templates

    for path in write_templates(settings.workspace, options.region):
        sys.stdout.write(f"{path}\n")
    return 0


def _dbt(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.dbt_on_copy import run_dbt_on_copy

    return 0 if run_dbt_on_copy(settings, options.arguments) else 1


COMMANDS = {
    "build": _build,
    "start": _start,
    "inspect": _inspect,
    "add": _add,
    "trace": _trace,
    "diff": _diff,
    "templates": _templates,
    "dbt": _dbt,
}
