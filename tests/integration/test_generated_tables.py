"""Tables whose truth is known, written in every way that offices write them: what is loaded is the truth, or the
file is stopped, or what cannot be read is refused and said.

``GENERATED_TABLES=50000`` asks for so many tables, ``GENERATED_SEED`` for others than usual. A case is made again
from its seed, its number and what it was asked for (``table_generator.generating.make_case``).
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from table_generator.generating import make_case
from table_generator.judging import Verdict, clear, judge, load_cases, write_workspace
from table_generator.regions import invent_counties
from table_generator.tables import Case
from table_generator.traps import TRAPS

pytestmark = pytest.mark.integration

BATCH = 300
SEED = int(os.environ.get("GENERATED_SEED", "20261128"))
LONG = int(os.environ.get("GENERATED_TABLES", "2100"))
QUICK, OF_EACH_TRAP = 200, 24
COUNTIES = invent_counties(BATCH)

# Of tables with this one trap a person can read all, or at least this share; of the others some
# are rightly stopped: nobody can tell what (120) or two rows of one key mean.
READABLE = dict.fromkeys(TRAPS, 0.9) | {
    "brackets": 0.0, "european_numbers": 0.0, "rows_by_sex": 0.0,
    "blank_column": 0.5, "lost_delimiter": 0.5, "scaling_number_format": 0.6, "trailing_delimiters": 0.7,
    "unit_in_sheet_name": 0.3, "unit_line_above": 0.7, "unit_line_below": 0.6, "units_in_one_line": 0.5,
}  # fmt: skip


def load_and_judge(folder: Path, cases: list[Case]) -> list[Verdict]:
    """Load the cases in warehouses of some hundreds, and judge each."""
    verdicts = list[Verdict]()
    for start in range(0, len(cases), BATCH):
        batch = cases[start : start + BATCH]
        write_workspace(folder, batch, COUNTIES)
        loaded = load_cases(folder, batch)
        clear(folder)
        verdicts += [judge(case, loaded[case.id]) for case in batch]
    return verdicts


def county_of(number: int) -> int:
    """Which county a case is about: another one for each case of a batch."""
    return number % BATCH


def show_kindness(verdicts: list[Verdict]) -> None:
    """Print what became of the cases, by trap: how much is read, and how much only stopped."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    for verdict in verdicts:
        for name in verdict.case.traps or ("none",):
            outcomes[name][verdict.outcome] += 1
    lines = [f"seed {SEED}", f"{'trap':36}  whole partly stopped wrong"]
    for name, n in sorted(outcomes.items()):
        lines.append(f"{name:36}{n['whole']:7}{n['partly']:7}{n['stopped']:8}{n['wrong']:6}")
    print("\n".join(lines))  # noqa: T201 - shown by pytest -s, and where the test fails


def assert_none_is_wrong(verdicts: list[Verdict]) -> None:
    show_kindness(verdicts)
    wrong = [str(verdict) for verdict in verdicts if verdict.outcome == "wrong"]
    assert not wrong, f"{len(wrong)} of {len(verdicts)} cases are wrong\n" + "\n\n".join(wrong[:5])


@pytest.mark.parametrize("suffix", ["csv", "tsv", "xlsx", "html", "docx"])
def test_a_plain_table_is_loaded_whole(tmp_path: Path, suffix: str) -> None:
    cases = [make_case(SEED, n, COUNTIES[n], suffix=suffix, plain=True) for n in range(15)]
    verdicts = load_and_judge(tmp_path / "batch", cases)
    assert [str(verdict) for verdict in verdicts if verdict.outcome != "whole"] == []


def test_tables_are_read_right_or_not_at_all(tmp_path: Path) -> None:
    cases = [make_case(SEED, n, COUNTIES[n]) for n in range(QUICK)]
    assert_none_is_wrong(load_and_judge(tmp_path / "batch", cases))


def test_workbooks_of_old_programs_are_read_right_or_not_at_all(tmp_path: Path) -> None:
    cases = [make_case(SEED, n, COUNTIES[n], suffix="xls") for n in range(60)]
    assert_none_is_wrong(load_and_judge(tmp_path / "batch", cases))


@pytest.mark.long
def test_many_tables_are_read_right_or_not_at_all(tmp_path: Path) -> None:
    cases = [make_case(SEED, n, COUNTIES[county_of(n)]) for n in range(QUICK, LONG)]
    assert_none_is_wrong(load_and_judge(tmp_path / "batch", cases))


@pytest.mark.long
def test_what_a_person_can_read_is_read(tmp_path: Path) -> None:
    """Stopping every file would be right and of no use."""
    names = [name for name in TRAPS for _ in range(OF_EACH_TRAP)]
    cases = [make_case(SEED, n, COUNTIES[county_of(n)], only=name) for n, name in enumerate(names)]
    verdicts = load_and_judge(tmp_path / "batch", cases)
    show_kindness(verdicts)
    whole = Counter(v.case.traps[0] for v in verdicts if v.outcome == "whole")
    assert [f"{t}: {whole[t]}" for t, s in READABLE.items() if whole[t] < s * OF_EACH_TRAP] == []
    assert [str(verdict) for verdict in verdicts if verdict.outcome == "wrong"] == []
