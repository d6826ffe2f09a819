"""The page of Great Expectations' own results."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from pipeline.reporting.expectation_pages import write_expectations

HOSTILE = "<script>alert(1)</script>"


def outcome(*, value: str) -> dict[str, object]:
    found = {
        "success": value == "good",
        "expectation_config": {
            "type": "expect_column_values_to_be_in_set",
            "kwargs": {"column": "places", "value_set": ["good"]},
            "meta": {"code": "planted_rule"},
            "severity": "warning",
        },
        "result": {
            "element_count": 7, "unexpected_count": 1, "unexpected_percent": 14.3,
            "partial_unexpected_list": [value], "missing_count": 0, "missing_percent": 0.0,
            "unexpected_percent_total": 14.3, "unexpected_percent_nonmissing": 14.3,
            "partial_unexpected_counts": [{"value": value, "count": 1}],
        },
        "meta": {},
        "exception_info": {"raised_exception": False, "exception_traceback": None, "exception_message": None},
    }  # fmt: skip
    return {"success": found["success"], "results": [found], "statistics": {}, "meta": {}}


@pytest.fixture
def page(tmp_path: Path) -> str:
    outcomes = tmp_path / "outcomes"
    outcomes.mkdir()
    for name, value in {"marts.fine": "good", "raw.hostile": HOSTILE}.items():
        (outcomes / f"{name}.json").write_text(json.dumps(outcome(value=value)), encoding="utf-8")
    write_expectations(outcomes, tmp_path / "page.html")
    return (tmp_path / "page.html").read_text(encoding="utf-8")


def test_a_suite_with_a_finding_comes_first_and_is_open(page: str) -> None:
    assert page.index("raw.hostile") < page.index("marts.fine")
    assert len(re.findall(r"<details open>", page)) == 1


def test_found_values_stay_text(page: str) -> None:
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script" not in page


def test_the_page_leads_nowhere_but_to_the_overview_and_repeats_no_identifier(page: str) -> None:
    assert set(re.findall(r"(?:src|href)=\"?([^\"\s>]*)", page)) == {"index.html"}
    assert re.findall(r"\sid=", page) == []
