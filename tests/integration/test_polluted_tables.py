"""No polluted file gives a wrong row: it is read as a person reads it, or it stops."""

from __future__ import annotations

import pytest
from polluted_tables import PollutedFile, polluted_files
from test_corpus import _read, warehouse

pytestmark = pytest.mark.integration
COLUMNS = ["region_code", "year", "resident_population"]
ENTRY = {"contract": "population", "entry": {"columns": {"备注": "ignore"}}, "columns": COLUMNS}

__all__ = ["warehouse"]


def outcome_of(file: PollutedFile, connection, folder) -> str:
    """``exact``, ``refused`` (the file or some of its rows) or ``wrong``."""
    folder.mkdir(exist_ok=True)
    (folder / "table.csv").write_bytes(file.content)
    found = _read(connection, folder, ENTRY)
    if found["problems"]:
        return "refused"
    rows = sorted((code, str(int(year)), str(int(number))) for code, year, number in found["rows"])
    refused = {row for row, *_ in found["rejected"]}
    if rows == sorted(file.truth) and not refused:
        return "exact"
    is_part = set(rows) <= set(file.truth) and len(rows) + len(refused) >= len(file.truth)
    return "refused" if is_part and refused else "wrong"


def test_no_polluted_file_is_read_wrongly(warehouse, tmp_path):
    outcomes = {
        file.name: outcome_of(file, warehouse, tmp_path / "polluted") for file in polluted_files()
    }
    wrong = [name for name, outcome in outcomes.items() if outcome == "wrong"]
    assert wrong == []
    counts = list(outcomes.values())
    assert counts.count("exact") > 0.7 * len(counts), [
        name for name, outcome in outcomes.items() if outcome == "refused"
    ]
