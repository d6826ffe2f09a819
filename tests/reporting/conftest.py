"""Published marts and pages for the tests of reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from published_rows import Row, county_rows, write_tables

from pipeline.reporting import render_reports

WriteMarts = Callable[..., Path]


@pytest.fixture
def write_marts(tmp_path: Path) -> WriteMarts:
    def write(**rows: list[Row]) -> Path:
        return write_tables(tmp_path / "marts", rows)

    return write


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of ``county_rows``, made once."""
    folder = write_tables(tmp_path_factory.mktemp("published") / "marts", county_rows())
    render_reports(folder, "0123456789abcdef")
    return folder / "reports"
