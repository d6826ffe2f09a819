"""How far a bound is from what is asked is unknown; where it is enough, nothing is lacking."""

from __future__ import annotations

import duckdb
import pytest
from recount_marts import InspectedFiles, differs, published_figures
from small_rosters import Rosters

pytestmark = pytest.mark.integration

DAY = "2024-12-31"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Rosters:
    """Regions of 10,000 residents and a minimum of 4.5 per 1,000, which is 45 places."""
    made = Rosters(tmp_path_factory.mktemp("bounds"))
    places = {
        "more than enough": {1: (100, "超过"), 2: (30, "")},
        "less than some": {1: (40, "不足"), 2: (30, "")},
        "enough by itself": {0: (100, "超过")},
        "not enough by itself": {0: (40, "不足")},
        "about": {1: (40, "约"), 2: (45, "至少")},
    }
    for rule, figures in places.items():
        made.county(rule, len(figures) if 0 not in figures else 0)
        county = f"规{made.code(rule)}县"
        made.append("targets.csv", f"{county},千人口托位数,2024,不低于,4.5,存量\n")
        for town, (value, hedge) in figures.items():
            name = f"规{made.code(rule, town)}{'镇' if town else '县'}"
            made.append("population.csv", f"{made.code(rule, town)},{name},{DAY},10000,80,400\n")
            made.append("reported.csv", f"{name},托位数,{DAY},{value},{hedge},存量\n")
    assert made.build_marts()
    return made


@pytest.mark.parametrize(
    ("rule", "town", "expected"),
    [
        ("more than enough", 1, ("met", None, 0)),
        ("more than enough", 2, ("missed", 15, 15)),
        ("less than some", 1, ("missed", None, None)),
        ("about", 1, ("missed", 5, 5)),
        ("about", 2, ("met", None, 0)),
    ],
)
def test_a_town_is_held_against_the_minimum(built, rule, town, expected):
    found = built.ask(
        "select status, gap_places_net, gap_places_need_only from marts.town_gaps where region_code = ?",
        built.code(rule, town),
    )
    assert found == [expected]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("more than enough", (None, None, 15)),
        ("less than some", (None, None, None)),
        ("about", (None, None, 5)),
        ("enough by itself", (None, None, 0)),
        ("not enough by itself", (None, None, None)),
    ],
)
def test_a_county_needs_what_its_towns_are_known_to_lack(built, rule, expected):
    found = built.ask(
        "select gap_value, gap_places_net, gap_places_need_only from marts.target_gaps"
        " where region_code = ? and indicator = 'places_per_1000' and target_year = 2024",
        built.code(rule),
    )
    assert found == [expected]


def test_the_figures_are_those_that_the_cells_of_the_files_give(built):
    with duckdb.connect(str(built.workspace.warehouse), read_only=True) as warehouse:
        files = InspectedFiles(built.workspace.raw, warehouse)
        gaps = [
            figure
            for figure in published_figures(files)
            if figure["figure_column"].startswith("gap_") and figure["region_code"][:4] == "9902"
        ]
        told = {(figure["mart"], figure["figure_column"]) for figure in gaps}
        assert told == {
            ("town_gaps", "gap_places_net"),
            ("town_gaps", "gap_places_need_only"),
            ("target_gaps", "gap_places_need_only"),
        }
        assert [figure for figure in gaps if differs(files, figure)] == []
