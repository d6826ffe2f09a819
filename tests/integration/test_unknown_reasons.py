"""Why a figure is unknown is said as it is: for want of residents, or of a list that was refused."""

from __future__ import annotations

import pytest
from small_rosters import Rosters

pytestmark = pytest.mark.integration


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Rosters:
    made = Rosters(tmp_path_factory.mktemp("reasons"))
    made.county("no residents")
    made.roster("no residents", {"id": "A", "places": 10}, complete=(1, 2))
    for town in (0, 1, 2):
        code = made.code("no residents", town)
        name = f"规{code}{'镇' if town else '县'}"
        made.append("targets.csv", f"{name},千人口托位数,2026,不低于,4.5,存量\n")
    made.county("refused changes")
    made.roster("refused changes", {"id": "A"}, {"id": "B", "at": 2}, complete=(1, 2))
    made.roster(
        "refused changes",
        {"id": "A", "day": "2024-12-31", "places": "很多"},
        list_kind="changes",
    )
    assert made.build_marts()
    return made


def test_a_town_without_facilities_and_residents_says_that_residents_are_unknown(built):
    for town in (0, 1, 2):
        found = built.ask(
            "select actual_value, status, status_reason from marts.target_gaps where region_code = ?"
            " and indicator = 'places_per_1000' and target_year = 2026",
            built.code("no residents", town),
        )
        assert found == [(None, "no_actual", "residents_unknown")], town


def test_changes_that_were_all_refused_leave_the_older_state_unknown(built):
    assert built.figure("refused changes", 1)[0] == "rows_refused"
    assert built.figure("refused changes", 2)[0] == 1
    assert built.figure("refused changes", 0)[0] == "regions_unknown"
    assert built.figure("no residents", 1)[0] == 1
