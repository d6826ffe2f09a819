"""A region with 0 residents stops nothing: its counts stand, and its rates are unknown with a reason."""

from __future__ import annotations

import pytest
from small_rosters import Rosters

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Rosters:
    """A county of three towns: nobody and nothing; nobody and ten places; 20,000 residents."""
    made = Rosters(tmp_path_factory.mktemp("nobody"))
    made.county("nobody", towns=3)
    rows = ({"id": "B", "at": 2}, {"id": "C", "at": 3, "places": 50})
    made.roster("nobody", *rows, complete=(1, 2, 3))
    for town, residents in ((0, 20000), (1, 0), (2, 0), (3, 20000)):
        name = f"规{made.code('nobody', town)}{'镇' if town else '县'}"
        ages = "200,900" if residents else "0,0"
        made.append(
            "population.csv",
            f"{made.code('nobody', town)},{name},2024-12-31,{residents},{ages}\n",
        )
        made.append("targets.csv", f"{name},千人口托位数,2024,不低于,4.5,存量\n")
    assert made.build_marts()
    return made


@pytest.mark.parametrize("town", [1, 2])
def test_the_count_of_residents_is_nought_and_not_unknown(built: Rosters, town: int) -> None:
    found = built.ask(
        "select resident_population from marts.region_years where region_code = ? and year = 2024",
        built.code("nobody", town),
    )
    assert found == [(0,)]


@pytest.mark.parametrize(("town", "places"), [(1, 0), (2, 10), (3, 50), (0, 60)])
def test_places_are_counted_all_the_same(built: Rosters, town: int, places: int) -> None:
    assert built.figure("nobody", town, "places")[0] == places


@pytest.mark.parametrize(
    ("town", "rate"), [(1, "denominator_is_0"), (2, "denominator_is_0"), (3, 2.5), (0, 3)]
)
def test_a_rate_over_nobody_is_unknown(built: Rosters, town: int, rate: object) -> None:
    found = built.ask(
        "select coalesce(cast(value as varchar), missing_reason), value from marts.indicator_values"
        " where region_code = ? and indicator = 'places_per_1000' and is_headline",
        built.code("nobody", town),
    )
    assert [value if value is not None else reason for reason, value in found] == [rate]


@pytest.mark.parametrize("town", [1, 2])
def test_a_target_over_nobody_is_neither_met_nor_missed(built: Rosters, town: int) -> None:
    found = built.ask(
        "select actual_value, status, status_reason from marts.target_gaps where region_code = ?"
        " and indicator = 'places_per_1000' and target_year = 2024",
        built.code("nobody", town),
    )
    assert found == [(None, "no_actual", "no_residents")]
    found = built.ask(
        "select required_places, gap_places_need_only, status, status_reason from marts.town_gaps"
        " where region_code = ?",
        built.code("nobody", town),
    )
    assert found == [(0, 0, "no_actual", "no_residents")]
