"""What a build says on the terminal at its end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from published_rows import Row, county_rows, write_tables

from pipeline.commands.build_summary import write_summary
from pipeline.core.workspace import Workspace


@pytest.fixture(autouse=True)
def wide_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")


def summary_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: dict[str, list[Row]]
) -> list[str]:
    """Lines of the summary, words and numbers alone."""
    workspace = Workspace(tmp_path)
    write_tables(workspace.marts, rows)
    write_summary(workspace)
    lines = capsys.readouterr().out.splitlines()
    return [" ".join(re.findall(r"[^\s│┃|]+", line)) for line in lines]


def test_rows_of_real_and_of_invented_regions_are_counted_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = county_rows()
    rows["load_audit"] = [
        {"source_id": "a", "rows_read": 10, "rows_loaded": 7, "rows_rejected": 2},
        {"source_id": "b", "is_fictional": True, "rows_read": 9000, "rows_loaded": 8999},
    ]
    lines = summary_of(tmp_path, capsys, rows)
    assert "sources 1 1" in lines
    assert "rows read 10 9,000" in lines
    assert "loaded 7 8,999" in lines


def test_a_set_without_invented_regions_has_none_of_their_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = summary_of(tmp_path, capsys, county_rows())
    assert "sources 1 0" in lines
    assert "rows read 5 0" in lines


def test_a_region_with_other_targets_is_not_said_to_have_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = county_rows()
    rows["regions"][0] |= {"region_name": "某县"}
    rate = next(row for row in rows["target_gaps"] if row["region_code"] == "01")
    others = [rate | {"indicator": name} for name in ("places", "inclusive_place_ratio")]
    rate |= {"target_value": None, "target_year": None, "status": "no_target"}
    rows["target_gaps"] += others
    lines = summary_of(tmp_path, capsys, rows)
    assert any(
        "某县" in line and "no such target; targets for other indicators: 2" in line
        for line in lines
    )
