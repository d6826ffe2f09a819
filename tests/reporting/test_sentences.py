"""What pages say, built from literal rows of the marts."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from published_rows import mart_columns

from pipeline.reporting import sentences
from pipeline.wording.texts import speaking

DAWA = {"region_name": "大洼区"}
ZHOUSHAN = {"region_name": "舟山市"}


def target(**given: Any) -> dict[str, Any]:
    usual = {"kind": "stock", "comparator": ">=", "indicator": "places_per_1000"}
    return dict.fromkeys(mart_columns()["target_gaps"]) | usual | given


def value(**given: Any) -> dict[str, Any]:
    usual = {"kind": "stock", "is_contradicted": False}
    return dict.fromkeys(mart_columns()["indicator_values"]) | usual | given


DAWA_TARGET = target(
    target_year=2025,
    target_value=4.5,
    residents=423000,
    population_year=2023,
    required_places=1904,
    quota_places=1892,
    quota_basis="reported",
    quota_places_per_1000=4.472813238770685,
    quota_gap_places=12,
    status="no_actual",
    status_reason="no_figure",
)


def test_dawa_needs_1904_places_and_its_ledger_leaves_12_missing() -> None:
    assert sentences.rate_target(DAWA, DAWA_TARGET) == (
        "到2025年底，每千人口托位数目标不少于 4.50 个/千人；"
        "按常住人口 423,000 人（2023年）计算，需要 1,904 个托位；"
        "镇街台账全部完成时共 1,892 个托位，折合每千人口 4.47 个，仍差 12 个；现有托位数未知。"
    )


def test_a_ledger_beyond_the_need_does_not_read_as_a_shortfall() -> None:
    text = sentences.rate_target(DAWA, DAWA_TARGET | {"quota_gap_places": -8})
    assert "多出 8 个" in text
    assert "差 8" not in text


DAWA_LEDGER = [
    {
        "category": "all", "year": year, "towns_sum_places": places, "quota_towns_known": 15,
        "quota_towns": 16, "stated_total_places": 1892 if year == 2025 else None,
        "stated_total_difference_places": 0 if year == 2025 else None, "target_per_1000": 4.5,
        "implied_residents": 420444, "residents": 423000, "population_year": 2023,
        "residents_difference": 2556,
    }
    for year, places in ((2023, 421), (2024, 1276), (2025, 1892))
]  # fmt: skip


def test_the_residents_behind_the_ledger_explain_the_shortfall() -> None:
    assert sentences.implied_population(DAWA_LEDGER[-1]) == (
        "按目标 4.50 个/千人反推，台账所用人口约 420,444 人，"
        "比常住人口 423,000 人（2023年）少 2,556 人。"
    )


def test_ledger_years_are_listed_and_never_added() -> None:
    text = "".join(sentences.quota_totals(DAWA, DAWA_LEDGER, ["于楼街道"]))
    assert "2023年 421 个、2024年 1,276 个、2025年 1,892 个；各年数字不能相加" in text
    assert "16 个镇街中的 15 个" in text
    assert "台账自载总计 1,892 个，与2025年各镇街之和 1,892 个一致" in text
    assert "未列入台账：于楼街道" in text
    assert "3,589" not in text


def test_a_ledger_whose_total_differs_says_by_how_much() -> None:
    last = DAWA_LEDGER[-1] | {"stated_total_places": 1900, "stated_total_difference_places": 8}
    text = "".join(sentences.quota_totals(DAWA, [last], []))
    assert "相差 8 个" in text
    assert "一致" not in text


ZHOUSHAN_FLOW = {
    "kind": "flow", "target_year": 2022, "actual_date": dt.date(2022, 10, 8), "status": "met",
    "status_reason": "target_reached",
}  # fmt: skip
ZHOUSHAN_TARGETS = [
    target(
        **ZHOUSHAN_FLOW,
        indicator="new_inclusive_places",
        target_value=540,
        actual_value=831,
        achievement_ratio=831 / 540,
        gap_value=-291,
    ),
    target(
        **ZHOUSHAN_FLOW,
        indicator="new_places",
        target_value=900,
        actual_value=998,
        achievement_ratio=998 / 900,
        gap_value=-98,
    ),
    target(
        indicator="inclusive_place_ratio",
        target_year=2025,
        target_value=0.6,
        status="not_comparable",
        status_reason="only_a_flow_is_known",
    ),
]


def test_zhoushan_reached_110_9_and_153_9_percent_of_its_targets() -> None:
    assert sentences.reached_targets(ZHOUSHAN_TARGETS) == [
        "2022年目标：新增托位数 998 个（2022-10-08），为目标（不少于 900 个）的 110.9%；"
        "新增普惠托位数 831 个（2022-10-08），为目标（不少于 540 个）的 153.9%。"
    ]


def test_zhoushans_share_of_new_places_is_not_compared_with_the_stock_target() -> None:
    flow = value(
        indicator="inclusive_new_place_ratio",
        kind="flow",
        as_of_date=dt.date(2022, 10, 8),
        value=831 / 998,
        numerator=831,
        denominator=998,
        denominator_year=2022,
    )
    (text,) = sentences.incomparable_targets(ZHOUSHAN_TARGETS, [flow])
    assert text == (
        "新增托位中普惠占比为 83.3%（2022-10-08，新增普惠托位数 831 ÷ 新增托位数 998），"
        "是新增（流量）口径；2025年普惠托位占比不少于 60.0%的目标是存量口径，两者不能比较。"
    )
    assert sentences.gap_words(ZHOUSHAN_TARGETS[2]) == "不可比：只有新增托位口径"


def test_a_region_without_a_target_does_not_inherit_one() -> None:
    text = sentences.rate_target(ZHOUSHAN, target(status="no_target"))
    assert text == "舟山市没有设定每千人口托位数目标；上级地区的目标不自动成为本地区的目标。"


def test_a_region_without_places_says_why_and_shows_no_number_of_them() -> None:
    rate = value(indicator="places_per_1000", missing_reason="no_actual")
    text = sentences.headline(DAWA, [rate], None)
    assert text == "大洼区每千人口托位数无数据：未报告托位数。"
    assert "0 个" not in text


def test_known_new_places_are_told_apart_from_existing_ones() -> None:
    rate = value(indicator="places_per_1000", missing_reason="no_actual")
    new = value(indicator="new_places", kind="flow", value=998, as_of_date=dt.date(2022, 10, 8))
    assert "新增托位数 998 个；它们不等于现有托位" in sentences.headline(
        ZHOUSHAN, [rate, new], None
    )


def test_the_headline_names_numerator_denominator_and_the_year_of_the_population() -> None:
    rate = value(
        indicator="places_per_1000",
        as_of_date=dt.date(2024, 11, 30),
        value=3.7814905,
        numerator=20144,
        denominator=5327000,
        denominator_year=2023,
    )
    assert sentences.headline({"region_name": "厦门市"}, [rate], None) == (
        "截至 2024-11-30，厦门市每千人口托位数为 3.78 个/千人，"
        "按 1,000 × 托位数 20,144 ÷ 常住人口 5,327,000（2023年）计算。"
    )


def test_english_sentences_read_as_english() -> None:
    rate = value(
        indicator="places_per_1000",
        as_of_date=dt.date(2024, 11, 30),
        value=3.7814905,
        numerator=20144,
        denominator=5327000,
        denominator_year=2023,
    )
    unknown = value(indicator="places_per_1000", missing_reason="no_actual")
    with speaking("en"):
        assert sentences.headline({"region_name": "Xiamen"}, [rate], None) == (
            "As of 30 November 2024, Xiamen had 3.78 childcare places per 1,000 residents, "
            "calculated as 1,000 × 20,144 places ÷ 5,327,000 residents (2023)."
        )
        assert sentences.headline({"region_name": "Dawa"}, [unknown], None) == (
            "For Dawa, the number of childcare places per 1,000 residents is not available: "
            "places not reported."
        )
        assert sentences.rate_target({"region_name": "Dawa"}, DAWA_TARGET) == (
            "By the end of 2025, the target for places per 1,000 residents is at least 4.50 per "
            "1,000 residents; with 423,000 residents (2023), this takes 1,904 places; once the "
            "quotas of all towns are met, there will be 1,892 places, or 4.47 per 1,000 residents, "
            "still 12 places short; the present number of places is unknown."
        )
        one = target(indicator="inclusive_place_ratio", target_year=2025, status="no_actual")
        (open_,) = sentences.open_targets([one])
        assert open_.startswith("For 1 other target no")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        pytest.param({"gap_value": 1.5, "status": "behind"}, "还差 1.50 个/千人", id="behind"),
        pytest.param({"gap_value": -0.23, "status": "met"}, "超出目标 0.23 个/千人", id="met"),
        pytest.param({"gap_value": 0, "status": "met"}, "恰好达到", id="just-met"),
        pytest.param({"status": "no_actual"}, "无法计算：现状未知", id="unknown-is-no-number"),
        pytest.param({"status": "no_target"}, "未设目标，不计差距", id="no-target"),
        pytest.param(
            {"gap_value": 0.05, "status": "behind", "indicator": "inclusive_place_ratio"},
            "还差 5.0 个百分点",
            id="shares-differ-in-points",
        ),
    ],
)
def test_a_gap_is_told_in_words(given: dict[str, Any], words: str) -> None:
    assert sentences.gap_words(target(**given)) == words


def test_a_range_names_both_ends() -> None:
    row = target(
        indicator="demonstration_centre_places",
        comparator="between",
        target_value=60,
        target_value_upper=100,
    )
    assert sentences.target_words(row) == "介于 60 个至 100 个"
