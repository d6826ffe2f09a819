"""Numbers as a reader expects them."""

from __future__ import annotations

import pytest

from pipeline.reporting.formatting import number, people_in, quantity


@pytest.mark.parametrize(
    ("value", "unit", "qualifier", "words"),
    [
        pytest.param(1411778724, "residents", None, "1,411,778,724", id="thousands"),
        pytest.param(4.4728, "places_per_1000", None, "4.47", id="rate-has-two-decimals"),
        pytest.param(3.0, "places_per_1000", "about", "约3.00", id="about"),
        pytest.param(6500, "places", "over", "超过6,500", id="over"),
        pytest.param(6500, "places", "under", "不足6,500", id="under"),
        pytest.param(0.832665, "ratio", None, "83.3%", id="share-as-percentage"),
        pytest.param(0.0524, "places_per_child", None, "0.052", id="small-rate"),
        pytest.param(21001.5, "children", None, "21,002", id="children-are-whole"),
        pytest.param(0, "places", None, "0", id="a-true-zero-is-a-number"),
    ],
)
def test_a_number_is_written_as_its_unit_asks(
    value: float, unit: str, qualifier: str | None, words: str
) -> None:
    assert number(value, unit, qualifier) == words


def test_a_quantity_names_its_unit_once() -> None:
    assert quantity(1892, "places") == "1,892 个"
    assert quantity(0.6, "ratio") == "60.0%"


def test_people_come_with_the_year_of_their_count() -> None:
    assert people_in(423000, 2023) == "423,000 人（2023年）"
    assert people_in(423000, None) == "423,000 人（年份未知）"
