"""No polluted file gives a wrong row: it is read as a person reads it, or it stops."""

from __future__ import annotations

from collections import Counter

import pytest
from corpus_reading import warehouse
from polluted_tables import outcome_of, polluted_files

pytestmark = pytest.mark.integration
# What is read exactly today; docs/benchmarks.md has it beside what other tools read.
EXACT, FILES = 150, 186

__all__ = ["warehouse"]


def test_no_polluted_file_is_read_wrongly_and_no_fewer_are_read(warehouse, tmp_path):
    outcomes = {
        file.name: outcome_of(file, warehouse, tmp_path / "polluted") for file in polluted_files()
    }
    assert [name for name, outcome in outcomes.items() if outcome == "wrong"] == []
    counts = Counter(outcomes.values())
    assert counts.total() == FILES
    assert counts["exact"] >= EXACT, [n for n, outcome in outcomes.items() if outcome == "refused"]
