"""Runs a command in a process of its own, and measures it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
STEP = re.compile(r"^step (.+): ([\d.]+) s, processor ([\d.]+) s$", re.MULTILINE)


@dataclass(frozen=True)
class Run:
    """What one way took in a process of its own.

    Attributes:
        seconds: From start to end.
        processor: Seconds of all its threads and processes.
        peak_mb: Largest memory of any of its processes.
        steps: Step of our build -> seconds and those of the processor.
    """

    seconds: float
    processor: float
    peak_mb: float
    steps: dict[str, tuple[float, float]]


def run(command: list[str], folder: Path = ROOT) -> Run:
    """Run a command in a folder to its end; raises where it fails."""
    start = time.perf_counter()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as told:
        process = subprocess.Popen(command, cwd=folder, stdout=told, stderr=told)  # noqa: S603
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        told.seek(0)
        text = told.read()
    if status:
        raise SystemExit(f"{' '.join(command)} failed:\n{text}")
    steps = {name: (float(took), float(busy)) for name, took, busy in STEP.findall(text)}
    return Run(seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1000, steps)


def build(workspace: Path) -> Run:
    """Build a workspace from nothing, without pages."""
    remove_builds(workspace)
    return build_again(workspace)


def build_again(workspace: Path) -> Run:
    """Build a workspace on top of what was built before, without pages."""
    command = ["-m", "pipeline", "build", "--without-reports", "--workspace", str(workspace)]
    return run([sys.executable, *command, "--language", "en"])  # STEP reads what it prints


def remove_builds(workspace: Path) -> None:
    """Leave of a workspace only what was put into it."""
    for made in workspace.iterdir():
        if made.is_dir() and made.name != "raw":
            shutil.rmtree(made)
        elif made.is_file():
            made.unlink()
