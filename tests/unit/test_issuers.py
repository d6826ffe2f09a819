"""Names of issuers and days of issue, as far as they tell which of two documents holds."""

from __future__ import annotations

import datetime as dt

import pytest

from pipeline.values.issuers import day_of_issue, issuer_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("示例市统计局", " 示例市 统计局 ", id="blanks"),
        pytest.param("China Daily", "ＣＨＩＮＡ　ＤＡＩＬＹ", id="widths-and-cases"),
        pytest.param("甲委、乙局", "乙局，甲委", id="several-in-another-order"),
        pytest.param("国家发展改革委（牵头）", "国家发展改革委(牵头)", id="brackets"),
    ],
)
def test_two_spellings_of_one_issuer_are_one(one, other):
    assert issuer_key(one) == issuer_key(other) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [("示例市统计局", "示例县统计局"), ("甲委", "甲委、乙局"), ("新华网", "新华网/厦门日报")],
)
def test_two_issuers_stay_two(one, other):
    assert issuer_key(one) != issuer_key(other)


@pytest.mark.parametrize("issuer", ["未注明", "新闻媒体，名称未注明", "不详", "Unknown", "—"])
def test_nobody_is_no_issuer(issuer):
    assert issuer_key(issuer) is None


@pytest.mark.parametrize(
    ("issued", "day"),
    [
        ("2024-06-17", dt.date(2024, 6, 17)),
        ("2024-06", None),
        ("2024", None),
        ("2021-03 之后，未注明", None),
        ("2024-02-30", None),
        (None, None),
    ],
)
def test_a_day_of_issue_that_is_known_in_part_is_none(issued, day):
    assert day_of_issue(issued) == day
