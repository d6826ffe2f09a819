"""Times what does not grow with the data: the fixed part of a build, and a build after a change."""

from __future__ import annotations

# ruff: noqa: E402 - the project is not installed, so its folder must be found before its imports
import argparse
import logging
import shutil
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.nation import FILE_OF_ROSTER, Size, last_days, write_nation
from benchmarks.page import describe_machine, write_part
from benchmarks.running import Run, build, build_again, run

logger = logging.getLogger("benchmarks")
READING = "reading and shaping"
# What a build without data cannot do without: its tools, each in a process of its own.
FLOORS = {
    "Python with pandas and DuckDB": "import pandas, duckdb",
    "Great Expectations": "import great_expectations",
    "dbt with a model of one row": (
        "from dbt.cli.main import dbtRunner as R;"
        " assert R().invoke(['build', '--project-dir', '.', '--profiles-dir', '.',"
        " '--log-level', 'none', '--target-path', 'target', '--log-path', 'logs']).success"
    ),
    "a notebook of one cell": (
        "import nbformat.v4 as v, nbclient;"
        " nbclient.NotebookClient(v.new_notebook(cells=[v.new_code_cell('1')]),"
        " kernel_name='python3').execute()"
    ),
}
SMALL_PROJECT = {
    "dbt_project.yml": "name: empty\nversion: '1.0'\nprofile: empty\n",
    "models/one.sql": "select 1 as one\n",
    "profiles.yml": "empty: {target: one, outputs: {one: {type: duckdb, path: one.duckdb}}}\n",
}


def measure_floors(folder: Path) -> dict[str, Run]:
    """Run each tool once, in an empty folder, to which a project of dbt is written."""
    (folder / "models").mkdir()
    for name, text in SMALL_PROJECT.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {tool: run([sys.executable, "-c", code], folder) for tool, code in FLOORS.items()}


def measure_shipped(workspace: Path) -> dict[str, Run]:
    """Build the shipped data from nothing, then again with nothing changed."""
    shutil.copytree(ROOT / "data" / "raw", workspace / "raw")
    return {
        "the whole build, from nothing": build(workspace),
        "the same again, nothing changed": build_again(workspace),
    }


def measure_one_more_month(workspace: Path, size: Size) -> tuple[Run, Run]:
    """Build a nation without its last monthly list from nothing, then with it."""
    write_nation(workspace, size)
    folder = workspace / "raw" / "nation"
    entries, last = folder / "sources.yml", folder / FILE_OF_ROSTER.format(last_days(1)[0])
    whole, kept = entries.read_text(encoding="utf-8"), last.read_bytes()
    without = [line for line in whole.splitlines(keepends=True) if last.name not in line]
    entries.write_text("".join(without), encoding="utf-8")
    last.unlink()
    first = build(workspace)
    entries.write_text(whole, encoding="utf-8")
    last.write_bytes(kept)
    return first, build_again(workspace)


def write_report(
    floors: dict[str, Run], shipped: dict[str, Run], size: Size, months: tuple[Run, Run]
) -> None:
    """Write this benchmark's part of the page."""
    floor = sum(each.seconds for each in floors.values())
    told = [f"| {name} | {each.seconds:.1f} s | |" for name, each in floors.items()]
    told.append(f"| these one after another | {floor:.1f} s | 1.00 |")
    told += [
        f"| {name} | {each.seconds:.1f} s | {each.seconds / floor:.2f} |"
        for name, each in shipped.items()
    ]
    steps = next(iter(shipped.values())).steps
    by_step = [f"| {name} | {took:.1f} s | {busy:.1f} s |" for name, (took, busy) in steps.items()]
    before, after = (each.steps[READING][0] for each in months)
    write_part(
        "fixed",
        f"""
## What does not grow with the data

{describe_machine("duckdb", "pandas", "dbt-duckdb", "great-expectations", "nbclient")}

The shipped data, all checks and no pages, beside the time that its tools take to start, each in
a process of its own, the notebook with its kernel. Aim: 1.

| what | time | ratio |
|---|---|---|
{chr(10).join(told)}

Steps of the build from nothing:

| step | time | processor time |
|---|---|---|
{chr(10).join(by_step)}

## One more monthly list

A nation of {size.towns:,} towns and {size.facilities:,} facilities: {size.months - 1} monthly lists
are read and shaped in {before:.1f} s; with one more, that one alone, in {after:.1f} s, which is
{after / before:.2f} of it. Aim: 0.25. The builds took {months[0].seconds:.0f} s and
{months[1].seconds:.0f} s: models, checks and publishing start anew whenever anything changed.
""",
    )


def main() -> None:
    """Measure the shipped data, and a nation of some size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the default nation")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    size = Size().scaled(options.scale)
    with tempfile.TemporaryDirectory() as name:
        folders = [Path(name) / each for each in ("floors", "shipped", "nation")]
        for folder in folders:
            folder.mkdir()
        floors = measure_floors(folders[0])
        logger.info(f"floors: {floors}")
        shipped = measure_shipped(folders[1])
        logger.info(f"shipped: {shipped}")
        months = measure_one_more_month(folders[2], size)
        logger.info(f"one more month: {months}")
    write_report(floors, shipped, size, months)


if __name__ == "__main__":
    main()
