"""Numbers as a reader expects them."""

from __future__ import annotations

import contextvars
import datetime as dt

import pytest

from pipeline.values.shown import Figure, Place, mark_numbers, place_figure, unmarked
from pipeline.wording.formatting import day, number, people_in, quantity, with_unit
from pipeline.wording.texts import speaking


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


def test_english_writes_plurals_dates_and_hedges_in_its_own_form() -> None:
    with speaking("en"):
        assert quantity(1892, "places") == "1,892 places"
        assert quantity(1, "places") == "1 place"
        assert quantity(0, "places") == "0 places"
        assert quantity(1440, "places", "over") == "over 1,440 places"
        assert quantity(4.5, "places_per_1000") == "4.50 per 1,000 residents"
        assert day(dt.date(2023, 12, 31)) == "31 December 2023"
        assert day(None) == "date unknown"
        assert people_in(423000, 2023) == "423,000 residents (2023)"


def test_chinese_writes_dates_as_figures_with_the_year_first() -> None:
    assert day(dt.date(2023, 1, 5)) == "2023-01-05"
    assert day(None) == "日期未知"


def test_a_heading_names_its_unit_unless_its_english_name_does() -> None:
    assert with_unit("常住人口", "residents") == "常住人口（人）"
    with speaking("en"):
        assert with_unit("Residents", "residents") == "Residents"
        assert with_unit("Cumulative", "places") == "Cumulative (places)"


def test_people_come_with_the_year_of_their_count() -> None:
    assert people_in(423000, 2023) == "423,000 人（2023年）"
    assert people_in(423000, None) == "423,000 人（年份未知）"


def test_while_pages_are_made_a_figure_says_where_it_stands_and_one_that_lost_it_says_so() -> None:
    def written() -> tuple[str, str, str]:
        mark_numbers()
        placed = place_figure(Figure(1892.0), Place("region_years", "places", ("01", 2023)))
        with unmarked():
            plain = number(placed, "places")
        return number(placed, "places"), number(Figure(1892.0), "places"), plain

    # in a context of its own, so that no other test writes marked numbers
    assert contextvars.copy_context().run(written) == (
        '<data value="region_years:places:01|2023">1,892</data>',
        '<data value="?">1,892</data>',
        "1,892",
    )
