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

from pipeline.core.errors import MachineError, PipelineError, reason_of_system
from pipeline.core.messages import Message
from pipeline.core.settings import Settings
from pipeline.core.workspace import DEFAULT_WORKSPACE, Workspace
from pipeline.language import (
    LANGUAGES,
    OPTION,
    asked_language,
    message_language,
    messages_in,
)

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
    with messages_in(asked_language(arguments)):
        options = _parse(arguments)
        if options.command == "setup":
            return 0  # the environment is there, or this would not run in it
        return _run(options)


def _run(options: argparse.Namespace) -> int:
    """Run a command; whatever stops it is written to standard error, without a traceback."""
    _log(quiet=getattr(options, "quiet", False))
    try:
        status = COMMANDS[options.command](_read_settings(options), options)
        sys.stdout.flush()
        return status
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except OSError as error:  # a full disk, a folder without write permission, a file that vanished
        if isinstance(error, BrokenPipeError) and _has_no_reader_left():
            return 0  # `make | head -1` had all it wanted; commands write when their work is done
        reason = reason_of_system(error)
        machine_error = MachineError(
            Message("system.of_file", file=str(error.filename), reason=reason)
            if error.filename
            else reason
        )
        sys.stderr.write(f"{machine_error}\n")
        return machine_error.exit_status


def _has_no_reader_left() -> bool:
    """Whether standard output is a pipe that nobody reads any more; it then leads nowhere."""
    try:
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return True
    return False


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
        description=str(Message("help.pipeline")),
        epilog=str(Message("help.exit_status")),
    )
    commands = parser.add_subparsers(dest="command", required=True)

    def add_command(
        name: str, words: Message, description: Message | None = None
    ) -> argparse.ArgumentParser:
        more = None if description is None else str(description)
        return commands.add_parser(name, help=str(words), description=more)

    setup = add_command("setup", Message("help.setup"))
    build = add_command("build", Message("help.build"))
    for command in (setup, build):
        command.add_argument(
            "--engine",
            choices=("duckdb", "spark"),
            default="duckdb",
            help=str(Message("help.engine")),
        )
    build.add_argument(
        "--without-reports", action="store_true", help=str(Message("help.without_reports"))
    )
    build.add_argument("--quiet", action="store_true", help=str(Message("help.quiet")))
    start = add_command("start", Message("help.start"))
    start.add_argument("name", metavar="NAME", help=str(Message("help.name")))
    start.add_argument("--title", required=True, help=str(Message("help.title")))
    start.add_argument("--issuer", required=True, help=str(Message("help.issuer")))
    start.add_argument("--document", metavar="TITLE", help=str(Message("help.document_title")))
    start.add_argument(
        "--grade", choices=("A", "B", "C"), default="A", help=str(Message("help.grade"))
    )
    start.add_argument("--fictional", action="store_true", help=str(Message("help.fictional")))
    inspect = add_command("inspect", Message("help.inspect"))
    add = add_command("add", Message("help.add"))
    for command in (inspect, add):
        command.add_argument("file", type=Path, metavar="FILE")
        command.add_argument("--contract", help=str(Message("help.contract")))
        command.add_argument("--document", metavar="ID", help=str(Message("help.document")))
        command.add_argument("--locator", help=str(Message("help.locator")))
        command.add_argument("--as-of", metavar="DATE", help=str(Message("help.as_of")))
    inspect.add_argument("--dossier", metavar="NAME", help=str(Message("help.dossier")))
    add.add_argument(
        "--dossier", metavar="NAME", required=True, help=str(Message("help.dossier_to_add_to"))
    )
    diff = add_command("diff", Message("help.diff"))
    diff.add_argument("--all", action="store_true", help=str(Message("help.all_moves")))
    trace = add_command("trace", Message("help.trace"), Message("help.trace_more"))
    trace.add_argument("region", metavar="REGION", help=str(Message("help.region")))
    trace.add_argument("figure", metavar="INDICATOR", help=str(Message("help.figure")))
    trace.add_argument("year", metavar="YEAR", type=int, nargs="?", help=str(Message("help.year")))
    trace.add_argument("--depth", type=int, metavar="N", help=str(Message("help.depth")))
    templates = add_command("templates", Message("help.templates"))
    templates.add_argument(
        "--region", metavar="CODE", help=str(Message("help.region_of_templates"))
    )
    dbt = add_command("dbt", Message("help.dbt"), Message("help.dbt_more"))
    for command in (build, start, inspect, add, trace, diff, templates, dbt):
        command.add_argument(
            "--workspace",
            type=Path,
            default=DEFAULT_WORKSPACE,
            metavar="DIR",
            help=str(Message("help.workspace")),
        )
    dbt.add_argument(
        "arguments",
        nargs=argparse.REMAINDER,
        metavar="...",
        help=str(Message("help.dbt_arguments")),
    )
    for command in (parser, setup, build, start, inspect, add, trace, diff, templates, dbt):
        # Read before the rest, by asked_language; here it is checked, and shown among the options.
        command.add_argument(OPTION, choices=LANGUAGES, help=str(Message("help.language")))
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
    message = Message("start.made", file=str(made), name=options.name)
    sys.stdout.write(f"{message}\n")
    return 0


def _inspect(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.preview import preview_file
    from pipeline.commands.preview_report import print_preview

    found = preview_file(
        options.file, settings, entry=_given_keys(options), dossier=options.dossier
    )
    print_preview(found, _console())
    return 1 if found.problems else 0


def _add(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.add import add_file
    from pipeline.commands.preview import preview_file

    found = preview_file(
        options.file, settings, entry=_given_keys(options), dossier=options.dossier
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
        from pipeline.wording.texts import speaking

        if options.quiet:
            build(settings, with_reports=with_reports, engine=engine)
            return 0
        with shown_on(_terminal()):
            build(settings, with_reports=with_reports, engine=engine)
        with speaking(message_language()):
            write_summary(workspace)
    elif not options.quiet:
        message = Message("build.up_to_date")
        sys.stdout.write(f"{message}\n")
    if with_reports and not options.quiet:
        message = Message("build.report", page=str(workspace.index_page))
        sys.stdout.write(f"{message}\n")
    return 0


def _diff(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.diff_report import print_comparison
    from pipeline.published.set_comparison import compare_with_previous
    from pipeline.wording.texts import speaking

    found = compare_with_previous(settings.workspace, settings.limits)
    with speaking(message_language()):
        print_comparison(found, settings.workspace, _console(), show_all=options.all)
    return 0


def _trace(settings: Settings, options: argparse.Namespace) -> int:
    from pipeline.commands.trace_report import print_trace
    from pipeline.published.trace import trace_figures
    from pipeline.wording.texts import speaking

    with speaking(message_language()):
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
