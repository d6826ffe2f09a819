"""The command line."""

from __future__ import annotations

import argparse
import io
import logging
import sys
from pathlib import Path

from pipeline.errors import PipelineError
from pipeline.workspace import DEFAULT_WORKSPACE, Workspace


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
    logging.basicConfig(format="%(message)s", level=logging.WARNING, stream=sys.stderr)
    logging.getLogger("pipeline").setLevel(logging.INFO)
    if options.command == "setup":
        return 0  # the environment is there, or this would not run in it
    try:
        return _build(Workspace(options.workspace.resolve()))
    except PipelineError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_status
    except OSError as error:  # a full disk, a folder without write permission, a file that vanished
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        sys.stderr.write(
            f"{what}; what was published before is still there\n"
            "  do next:  mend that (space, permissions, the file), and build again\n"
        )
        return 1


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m pipeline",
        description="From a folder of files to audited childcare-capacity marts and reports.",
        epilog="Exit status: 0 fine, 1 data or expectations, 2 usage or configuration.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("setup", help="make the environment and do nothing else")
    build = commands.add_parser("build", help="build and publish everything that changed")
    build.add_argument(
        "--workspace",
        type=Path,
        default=DEFAULT_WORKSPACE,
        metavar="DIR",
        help="folder that holds raw/ and receives marts/ and warehouse.duckdb (default: data)",
    )
    return parser.parse_args(arguments)


def _build(workspace: Workspace) -> int:
    from pipeline.building import build
    from pipeline.summary import write_summary

    if build(workspace):
        write_summary(workspace)
    else:
        sys.stdout.write("没有变化，无需重建 nothing changed since the last build; nothing to do\n")
    sys.stdout.write(f"报告 report: {workspace.index_page}\n")
    return 0
