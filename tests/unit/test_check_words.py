"""Every check has words in Chinese and English, and says what it found in both."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import duckdb
import pytest
from check_codes import codes_of_checks

from pipeline.checking.results import (
    CheckResult,
    check_words,
    found_rows,
    found_value,
    stop_on_critical,
    store_results,
)
from pipeline.contracts import load_contracts
from pipeline.core.errors import CheckFailedError
from pipeline.core.messages import Message, load_messages, placeholders
from pipeline.language import messages_in
from pipeline.modelling.dbt import _words
from pipeline.shaping import create_tables
from pipeline.wording.texts import HAN


def missing_words(codes: set[str]) -> set[str]:
    return {code for code in codes if f"check.{code}" not in load_messages()}


def test_every_check_has_words_and_all_words_are_those_of_a_check() -> None:
    checks = codes_of_checks()
    assert {"unique_grain", "warn_lists_shrink", "births_within_30_million"} <= checks
    assert missing_words(checks) == set()
    words = {code for code in load_messages() if code.startswith("check.")}
    assert words == {f"check.{code}" for code in checks}


def test_a_check_without_words_is_noticed() -> None:
    assert missing_words({"planted", "unique_grain"}) == {"planted"}


def test_a_build_with_a_check_without_words_stops_and_says_where_they_belong() -> None:
    with pytest.raises(CheckFailedError, match=r"planted .*section check of .*messages\.yml"):
        check_words("planted")


def test_words_of_checks_are_in_both_languages_with_the_same_parameters() -> None:
    for code, words in load_messages().items():
        if code.startswith("check."):
            assert HAN.search(words["zh"]), code
            assert not HAN.search(words["en"]), code
            assert placeholders(words["zh"]) == placeholders(words["en"]), code


@pytest.mark.parametrize(
    ("kind", "given", "said"),
    [
        ("unique_grain", {"columns": ["region_code", "year"]}, "每行的键只出现一次：region_code、year"),
        ("accepted_range", {"column_name": "places", "min_value": 0}, "places 在允许的范围内：≥ 0"),
        ("relationships", {"column_name": "region_code", "to": "ref('regions')", "field": "x"},
         "region_code 的每个值都在 regions 中"),
        ("accepted_values", {"column_name": "grade", "values": ["A", "B"]}, "grade 只用已知的代码：A、B"),
    ],
)  # fmt: skip
def test_a_test_made_from_yaml_is_called_by_its_kind_with_its_columns(
    kind: str, given: dict[str, Any], said: str
) -> None:
    node = SimpleNamespace(
        name="assert_so", resource_type="test",
        test_metadata=SimpleNamespace(name=kind, kwargs=given),
    )  # fmt: skip
    assert _words(node).in_language("zh") == said


def result(**changed: Any) -> CheckResult:
    told: dict[str, Any] = {
        "check_code": "places_at_least_5", "words": check_words("places_at_least_5"),
        "stage": "input", "kind": "expectation", "subject": "raw.quota_ledger",
        "column_name": "places", "severity": "critical", "passed": False, "failures": 2,
        "detail": found_rows([["d/f.csv", Message("checks.row", row=3), found_value("places", 4)]]),
    }  # fmt: skip
    return CheckResult(**told | changed)


def test_results_are_stored_in_both_languages(tmp_path) -> None:
    warehouse = tmp_path / "w.duckdb"
    with duckdb.connect(str(warehouse)) as connection:
        create_tables(connection, load_contracts())
    store_results(warehouse, [result()])
    with duckdb.connect(str(warehouse)) as connection:
        stored = connection.execute(
            "select check_code, check_name, check_name_en, failures, detail, detail_en"
            " from audit.check_results"
        ).fetchall()
    assert stored == [
        (
            "places_at_least_5",
            "小于5的多半是每千人口托位数，而不是托位数",
            "below 5 the cell is probably a rate per 1,000, not places",
            2,
            "发现：d/f.csv、第 3 行、places 4",
            "found: d/f.csv, row 3, places 4",
        )
    ]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "zh",
            "1 项必须通过的检查未通过；未发布任何内容。\n[必须通过] raw.quota_ledger.places：",
        ),
        (
            "en",
            "1 critical finding(s); nothing was published.\n[critical] raw.quota_ledger.places: ",
        ),
    ],
)
def test_a_critical_finding_stops_in_the_language_of_messages(language, said) -> None:
    with pytest.raises(CheckFailedError) as caught:
        stop_on_critical([result()])
    with messages_in(language):
        told = str(caught.value)
    assert told.startswith(said)
    assert "places_at_least_5" in told
