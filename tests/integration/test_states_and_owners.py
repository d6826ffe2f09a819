"""Facilities closed for the time being are in no count; whether collectives are public nobody knows."""

from __future__ import annotations

import pytest
from small_rosters import Rosters

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Rosters:
    made = Rosters(tmp_path_factory.mktemp("states"))
    made.county("states", towns=1)
    made.roster(
        "states",
        {"id": "A", "status": "已备案", "owner": "公办"},
        {"id": "B", "status": "停业", "owner": "公办", "places": 20},
        {"id": "C", "status": "正在备案", "owner": "民办", "places": 40},
        {"id": "D", "status": "暂停营业", "owner": "民办", "places": 80},
        complete=(1,),
    )
    made.county("owners", towns=1)
    rows = ({"id": "E", "owner": "公办"}, {"id": "F", "owner": "集体", "places": 20})
    made.roster("owners", *rows, complete=(1,))
    assert made.build_marts()
    return made


@pytest.mark.parametrize(("scope", "places"), [("filed", 10), ("all", 50)])
def test_what_is_closed_for_the_time_being_is_in_no_count(
    built: Rosters, scope: str, places: int
) -> None:
    assert built.figure("states", 1, "places", scope=scope)[0] == places


def test_a_facility_closed_for_the_time_being_is_shown_as_such(built: Rosters) -> None:
    found = built.ask(
        "select filing_status from marts.facilities where region_code = ? order by facility_name",
        built.code("states", 1),
    )
    assert [status for (status,) in found] == ["filed", "suspended", "pending", "suspended"]


def test_public_places_are_at_least_those_that_are_no_collectives(built: Rosters) -> None:
    assert built.figure("owners", 1, "public_places") == ("facilities_unknown", 1, 2)
    found = built.ask(
        "select value_at_least from marts.indicator_values where region_code = ? and year = 2024"
        " and indicator = 'public_places' and scope = 'filed'",
        built.code("owners", 1),
    )
    assert found == [(10,)]
