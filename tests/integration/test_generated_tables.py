"""Tables whose truth is known, written in every way that offices write them: what is loaded is the truth, or the
file is stopped, or what cannot be read is refused and said.

``GENERATED_TABLES=50000`` asks for so many tables, ``GENERATED_SEED`` for others than usual. A case is made again
from its seed and number (``table_generator.generating.make_case``).
"""

from __future__ import annotations

import os
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from table_generator.generating import make_case
from table_generator.judging import Verdict, clear, judge, load_cases, write_workspace
from table_generator.marts import build_marts, find_wrong_figures
from table_generator.regions import invent_counties
from table_generator.tables import Case

BATCH = 300
SEED = int(os.environ.get("GENERATED_SEED", "20261128"))
COUNTIES = invent_counties(BATCH)
QUICK, LONG = 300, int(os.environ.get("GENERATED_TABLES", "2100"))


def load_and_judge(folder: Path, cases: list[Case]) -> list[Verdict]:
    write_workspace(folder, cases, COUNTIES[: len(cases)])
    loaded = load_cases(folder, cases)
    clear(folder)
    return [judge(case, loaded[case.id]) for case in cases]


def make_batch(
    seed: int, start: int, size: int, suffix: str | None = None, *, plain: bool = False
) -> list[Case]:
    return [
        make_case(seed, start + place, COUNTIES[place], suffix=suffix, plain=plain)
        for place in range(size)
    ]


def tell(verdicts: list[Verdict]) -> str:
    """What became of cases, by trap."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for verdict in verdicts:
        for name in verdict.case.traps or ("plain",):
            outcomes[name][verdict.outcome] += 1
    lines = [f"{'trap':28}{'whole':>7}{'partly':>7}{'stopped':>8}{'wrong':>7}"]
    for name, counts in sorted(outcomes.items()):
        lines.append(
            f"{name:28}{counts['whole']:7}{counts['partly']:7}{counts['stopped']:8}{counts['wrong']:7}"
        )
    return "\n".join(lines)


def assert_none_is_wrong(verdicts: list[Verdict]) -> None:
    sys.stdout.write(f"{tell(verdicts)}\n")
    wrong = [str(verdict) for verdict in verdicts if verdict.outcome == "wrong"]
    assert not wrong, f"{len(wrong)} of {len(verdicts)} cases are wrong\n" + "\n\n".join(wrong[:5])


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "html", "docx"])
def test_a_plain_table_is_loaded_whole(tmp_path: Path, suffix: str) -> None:
    verdicts = load_and_judge(tmp_path / "batch", make_batch(SEED, 0, 25, suffix, plain=True))
    assert [str(verdict) for verdict in verdicts if verdict.outcome != "whole"] == []


def test_tables_are_read_right_or_not_at_all(tmp_path: Path) -> None:
    assert_none_is_wrong(load_and_judge(tmp_path / "batch", make_batch(SEED, 0, QUICK)))


@pytest.mark.long
def test_many_tables_are_read_right_or_not_at_all(tmp_path: Path) -> None:
    verdicts = list[Verdict]()
    for start in range(QUICK, LONG, BATCH):
        verdicts += load_and_judge(
            tmp_path / "batch", make_batch(SEED, start, min(BATCH, LONG - start))
        )
    assert_none_is_wrong(verdicts)


def test_old_workbooks_are_read_right_or_not_at_all(tmp_path: Path) -> None:
    assert_none_is_wrong(load_and_judge(tmp_path / "batch", make_batch(SEED, 0, 60, "xls")))


@pytest.mark.long
@pytest.mark.parametrize("start", [0, 100])
def test_marts_publish_the_truth_or_nothing(tmp_path: Path, start: int) -> None:
    cases = make_batch(SEED + 1, start, 100)
    folder = tmp_path / "batch"
    write_workspace(folder, cases, COUNTIES[: len(cases)])
    assert build_marts(folder, cases, load_cases(folder, cases))
    right, faults = find_wrong_figures(folder, cases)
    assert faults == []
    assert right > 200  # or nothing was held against the truth
