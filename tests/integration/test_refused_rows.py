"""One impossible number costs its row: what it is about is unknown, and everything else is published."""

from __future__ import annotations

import pytest
from example_dossier import Dossier
from small_rosters import Rosters

from pipeline.cli import main
from pipeline.core.errors import CheckFailedError

pytestmark = pytest.mark.integration

BELOW = ("below_minimum", "小于允许的最小值 0", "below 0, the smallest value that is possible")
CHECK = (
    "核对原始材料和计量单位，改正数字后重新报送；数字不明的，单元格留空",
    "check the number and its unit with the sender and correct it; leave the cell blank where the"
    " number is not known",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A county with one impossible number in each kind of file, and a county without."""
    dossier = Rosters(tmp_path_factory.mktemp("refused"))
    for rule in ("one slip", "no slip"):
        dossier.county(rule, 3)
    before = [{"id": name, "at": at, "day": "2023-12-31"} for at, name in enumerate("ABC", 1)]
    rows = [{"id": name, "at": at} for at, name in enumerate("ABC", 1)]
    dossier.roster("no slip", *rows, complete=(0,))
    dossier.roster("one slip", *before, complete=(0,))
    dossier.roster("one slip", rows[0], rows[1] | {"places": -120}, rows[2], complete=(0,))
    dossier.append("population.csv", "990100002,乙镇,2023-12-31,-1,1,1\n")
    dossier.append("reported.csv", "示例县,托位使用率,2023-12-31,75,,存量\n")
    dossier.append("targets.csv", "示例县,托位使用率,2025,不低于,-0.5,存量\n")
    dossier.write_ledger((("甲镇", 120, (40, 80, 120)), ("乙镇", 60, (20, 40, -60))), 180)
    workspace = str(dossier.workspace.root)
    assert main(["build", "--workspace", workspace]) == 0
    return dossier


def test_a_row_with_fewer_than_no_places_is_refused_with_the_rule_and_what_to_do(built):
    assert built.ask(
        "select file, source_cell, column_name, found, reason_code, reason, reason_en,"
        " next_step, next_step_en from marts.rejected_rows where column_name = 'places'"
        " and file like '%roster%'"
    ) == [("shili/roster-03.csv", "M3", "places", "-120", *BELOW, *CHECK)]


def test_its_town_is_unknown_the_county_says_k_of_n_and_every_other_town_is_published(built):
    assert built.figure("one slip", 2, "places") == ("rows_refused", None, None)
    assert built.figure("one slip", 0, "places") == ("regions_unknown", 2, 3)
    assert [built.figure("one slip", town, "places")[0] for town in (1, 3)] == [10, 10]
    assert built.figure("one slip", 0, "places", year=2023)[0] == 30
    assert built.figure("no slip", 0, "places")[0] == 30


def test_a_facility_whose_row_was_refused_is_not_said_to_be_gone(built):
    assert (
        built.ask("select change from marts.facility_history where change = 'no_longer_listed'")
        == []
    )


def test_one_impossible_number_in_any_other_file_costs_its_row_alone(built):
    refused = built.ask(
        "select file, column_name, found, reason_code from marts.rejected_rows"
        " where file not like '%roster%' order by all"
    )
    assert refused == [
        ("shili/ledger.xlsx", "places", "-60", "below_minimum"),
        ("shili/population.csv", "resident_population", "-1", "below_minimum"),
        ("shili/reported.csv", "value", "75", "above_maximum"),
        ("shili/targets.csv", "value", "-0.5", "below_minimum"),
    ]
    assert built.ask(
        "select region_code, resident_population from marts.region_years"
        " where resident_population is not null and year = 2023 and region_code like '9901%'"
        " order by 1"
    ) == [("990100", 40000), ("990100001", 25000)]
    assert built.ask(
        "select value, missing_reason from marts.indicator_values"
        " where region_code = '990100' and indicator = 'place_utilisation_ratio'"
        " and year = 2023 and is_headline"
    ) == [(0.75, None)]


def test_a_ledger_with_a_refused_row_says_nothing_that_rests_on_it(built):
    assert built.ask(
        "select region_code, year, cumulative_quota_places, added_quota_places,"
        " stated_total_difference_places from marts.quota_progress"
        " where region_code in ('990100001', '990100002') order by all"
    ) == [
        ("990100001", 2023, 40, None, 0),
        ("990100001", 2024, 80, 40, 0),
        ("990100001", 2025, 120, 40, 0),
        ("990100002", 2023, 20, None, None),
        ("990100002", 2024, 40, 20, None),
        ("990100002", 2025, None, None, None),
    ]
    assert built.ask(
        "select year, quota_towns_known, quota_towns, quota_places, quota_basis,"
        " added_quota_places, stated_total_difference_places, implied_residents"
        " from marts.quota_totals where region_code = '990100' and year = 2025"
    ) == [(2025, 1, 3, 180, "reported", None, None, None)]


def test_the_pages_say_why_and_what_to_do_in_both_languages(built):
    reports = built.workspace.marts / "reports"
    for page, words in (
        ("quality.html", (BELOW[1], CHECK[0])),
        ("en/quality.html", ("Below 0", "Check the number")),
    ):
        text = (reports / page).read_text(encoding="utf-8")
        assert all(word in text for word in words), page


@pytest.mark.parametrize("accumulation", ["cumulative", "added"])
def test_towns_that_go_beyond_the_total_stop_the_build_in_spite_of_a_refused_row(
    dossier: Dossier, accumulation
):
    """The refused row can only lack in the sum; more than the total is another error."""
    dossier.replace("sources.yml", "accumulation: cumulative", f"accumulation: {accumulation}")
    dossier.write_ledger((("甲镇", 120, (40, 80, 120)), ("乙镇", 60, (20, 40, -60))), 119)
    with pytest.raises(CheckFailedError, match="assert_ledger_towns_add_to_the_stated_total"):
        dossier.build_marts()
