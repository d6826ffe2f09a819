"""Times the whole build of an invented nation against hand-written scripts without checks."""

from __future__ import annotations

# ruff: noqa: E402 - the project is not installed, so its folder must be found before its imports
import argparse
import logging
import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.agreement import find_differences
from benchmarks.nation import Size, write_nation
from benchmarks.page import describe_machine, write_part
from benchmarks.running import Run, build, run

logger = logging.getLogger("benchmarks")
RIVALS = ("pandas", "polars", "duckdb")


def compute(rival: str, workspace: Path, out: Path) -> Run:
    """Compute the marts of a workspace by a hand-written script."""
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    script = ROOT / "benchmarks" / "rivals" / f"with_{rival}.py"
    return run([sys.executable, str(script), str(workspace / "raw" / "nation"), str(out)])


def compare(workspace: Path, rounds: int) -> dict[str, list[Run]]:
    """Run all ways by turns; raises where their marts differ."""
    found: dict[str, list[Run]] = {way: [] for way in ("ours", *RIVALS)}
    for _ in range(rounds):
        found["ours"].append(build(workspace))
        logger.info(f"ours: {found['ours'][-1]}")
        for rival in RIVALS:
            out = workspace.with_name(f"by_{rival}")
            found[rival].append(compute(rival, workspace, out))
            logger.info(f"{rival}: {found[rival][-1]}")
            differences = find_differences(workspace / "marts", out)
            if differences:
                raise SystemExit("\n".join([f"{rival} disagrees:", *differences]))
    return found


def middle(runs: list[Run], what: str) -> float:
    """Median over the rounds."""
    return median(getattr(each, what) for each in runs)


def _rows(size: Size) -> int:
    return size.facilities * size.months


def write_report(size: Size, found: dict[str, list[Run]], half: dict[str, list[Run]]) -> None:
    """Write this benchmark's part of the page."""
    base = middle(found["pandas"], "processor"), middle(found["pandas"], "seconds")
    table = [
        f"| {way} | {middle(runs, 'seconds'):.1f} s | {middle(runs, 'seconds') / base[1]:.2f} |"
        f" {middle(runs, 'processor'):.1f} s | {middle(runs, 'processor') / base[0]:.2f} |"
        f" {middle(runs, 'peak_mb'):,.0f} MB |"
        for way, runs in found.items()
    ]
    last = found["ours"][-1]
    steps = [
        f"| {name} | {took:.1f} s | {busy:.1f} s |" for name, (took, busy) in last.steps.items()
    ]
    rest = last.seconds - sum(took for took, _ in last.steps.values())
    millions = _rows(size) / 2 / 1e6
    more = []
    for way in found:
        took, busy = (
            (middle(found[way], what) - middle(half[way], what)) / millions
            for what in ("seconds", "processor")
        )
        more.append(f"| {way} | {took:.1f} s | {busy:.1f} s |")
    write_part(
        "building",
        f"""
## A nation of {size.towns:,} towns

{describe_machine("duckdb", "pandas", "polars", "dbt-duckdb", "great-expectations")}

All invented: {size.facilities:,} facilities in {size.months} monthly rosters, about {_rows(size):,}
rows; {size.population_years} years of residents, {size.quota_years} of quotas. {len(found["ours"])}
round(s), each way in a fresh process. **ours** is `python -m pipeline build --without-reports`:
reading, refusals, lineage, telling facilities apart, Great Expectations, dbt with all tests,
every mart in every counting scope as Parquet and CSV. The others compute four marts (of
`indicator_values` ratios and median fee in the headline's scope, of `target_gaps` what has a
target), as Parquet, with no check at all. All values that they compute equal ours to the last
digit, or the benchmark fails.

| way | time | ratio to pandas | processor time | ratio to pandas | peak memory |
|---|---|---|---|---|---|
{chr(10).join(table)}

Steps of ours:

| step | time | processor time |
|---|---|---|
{chr(10).join(steps)}
| start, checksums, the rest | {rest:.1f} s | |

What a million more rows of rosters add, in the same towns and months (between half of the
facilities and all):

| way | time | processor time |
|---|---|---|
{chr(10).join(more)}
""",
    )


def main() -> None:
    """Measure a nation of some size, and one with half of its facilities."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the default nation")
    parser.add_argument("--rounds", type=int, default=1, help="how often each way runs")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    size = Size().scaled(options.scale)
    with tempfile.TemporaryDirectory() as name:
        whole, half = Path(name) / "whole", Path(name) / "half"
        write_nation(half, size.with_facilities(size.facilities // 2))
        found_half = compare(half, options.rounds)
        shutil.rmtree(half)
        write_nation(whole, size)
        found = compare(whole, options.rounds)
    write_report(size, found, found_half)


if __name__ == "__main__":
    main()
