"""The demonstration city: what is published is what its makers know, and every planted fault is found."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from ruamel.yaml import YAML

pytestmark = pytest.mark.integration

FOLDER = Path(__file__).parents[1] / "demonstration"
FAULTS = YAML(typ="safe").load(FOLDER / "planted_faults.yml")["planted_faults"]
CITY = "990100"
# that a town is one town is no figure
IS_TOLD = "not (measure = 'towns' and length(region_code) = 9)"


@pytest.fixture(scope="module")
def compared(warehouse) -> duckdb.DuckDBPyRelation:
    """Every row of the truth beside what is published."""
    return warehouse.execute(
        """
        create or replace temp table compared as
        select truth.*, published.value as published_value, published.known as published_known,
            published.parts as published_parts, published.as_of_date as published_date,
            published.missing_reason, published.region_code is not null as is_published,
            published.value_at_least
        from read_csv(?, types = {'region_code': 'varchar'}) as truth
        left join marts.indicator_values as published
            on truth.region_code = published.region_code
            and truth.measure = published.indicator
            and truth.year = published.year
            and truth.scope = published.scope
        """,
        [str(FOLDER / "truth.csv")],
    )


def rows(warehouse, condition):
    return warehouse.execute(
        f'select region_code, year, scope, measure, value, published_value, known, "of",'
        f" published_known, published_parts, as_of_date, published_date, missing_reason"
        f" from compared where {condition} order by all limit 20"
    ).fetchall()


@pytest.mark.usefixtures("compared")
def test_the_truth_covers_every_region_year_and_scope(warehouse):
    found = warehouse.execute(
        "select count(distinct region_code), count(distinct year), count(distinct scope),"
        " count(distinct measure), count(*), count(*) filter (value is null) from compared"
    ).fetchall()
    assert found == [(28, 5, 3, 21, 8820, found[0][5])]
    assert 0 < found[0][5] < 4000


@pytest.mark.usefixtures("compared")
def test_every_figure_of_the_city_is_published_once_known_or_not(warehouse):
    assert rows(warehouse, f"not is_published and {IS_TOLD}") == []
    assert warehouse.execute("select count(*) from compared").fetchall() == [(8820,)]


@pytest.mark.usefixtures("compared")
def test_every_figure_is_the_one_that_the_city_really_has(warehouse):
    """The truth is written with eight decimals."""
    assert rows(warehouse, f"value is distinct from round(published_value, 8) and {IS_TOLD}") == []


@pytest.mark.usefixtures("compared")
def test_what_is_unknown_is_at_least_what_is_known_of_it(warehouse):
    condition = f"at_least is distinct from round(value_at_least, 8) and is_published and {IS_TOLD}"
    assert rows(warehouse, condition) == []
    bounds = "at_least is not null and measure = 'places_per_1000' and scope = 'filed'"
    assert {row[0] for row in rows(warehouse, bounds)} >= {CITY, "990102", "990102004"}


@pytest.mark.usefixtures("compared")
def test_every_count_says_of_how_many_parts_it_is_known(warehouse):
    """A town is one town, whatever it has; of a town without list the facilities have no number."""
    condition = (
        'is_published and "of" is not null and (known, "of") is distinct from'
        " (published_known, published_parts) and not (length(region_code) = 9"
        " and measure in ('towns', 'towns_with_facility', 'town_coverage_ratio'))"
    )
    assert rows(warehouse, condition) == []


@pytest.mark.usefixtures("compared")
def test_every_figure_has_the_day_of_its_lists(warehouse):
    assert rows(warehouse, "value is not null and as_of_date is distinct from published_date") == []


@pytest.mark.usefixtures("compared")
def test_what_is_unknown_has_a_reason(warehouse):
    assert rows(warehouse, "is_published and value is null and missing_reason is null") == []


def test_a_city_with_one_unknown_town_says_how_many_of_its_districts_are_known(warehouse):
    found = dict(
        warehouse.execute(
            "select region_code, known || ' of ' || parts from marts.indicator_values"
            " where indicator = 'places' and year = 2022 and scope = 'all' and value is null"
        ).fetchall()
    )
    assert found[CITY] == "2 of 3"
    assert found["990102"] == "7 of 8"


def test_a_town_without_facilities_has_none_and_one_without_list_is_unknown(warehouse):
    found = warehouse.execute(
        "select region_code, value, missing_reason from marts.indicator_values"
        " where indicator = 'places' and year = 2022 and scope = 'all'"
        " and region_code in ('990102008', '990102005') order by region_code"
    ).fetchall()
    assert found == [("990102005", None, "no_roster"), ("990102008", 0, None)]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["id"])
def test_every_planted_fault_is_found(warehouse, fault):
    expected = fault["expect"]
    checks = {
        "rejected_rows": _is_rejected,
        "figure_conflicts": _is_a_conflict,
        "region_years": _is_stale,
        "check_results": _is_warned_of,
        "facilities": _are_so_many,
        "quota_progress": _is_issued_again,
    }
    checks[expected["mart"]](warehouse, fault, expected)


def _is_rejected(warehouse, fault, expected):
    for row in expected["rows"]:
        found = warehouse.execute(
            "select column_name, reason_code from marts.rejected_rows"
            " where source_id = ? and source_row = ?",
            [row["source_id"], row["source_row"]],
        ).fetchall()
        assert found == [(expected["column_name"], expected["reason_code"])]


def _are_so_many(warehouse, fault, expected):
    (found,) = warehouse.execute(
        "select count(*) from marts.facilities"
        " where region_code = ? and list_contains(?, facility_name)",
        [expected["region_code"], expected["facility_names"]],
    ).fetchall()
    assert found == (expected["counted"],)
    (rounded,) = warehouse.execute(
        "select count(distinct facility_key) from marts.facility_findings"
        " where finding = 'local_id_rounded'"
    ).fetchall()
    assert rounded == (2,)


def _is_issued_again(warehouse, fault, expected):
    """The earlier ledger holds for the years alone that the later one leaves out."""
    quotas = warehouse.execute(
        "select year, cumulative_quota_places from marts.quota_progress"
        " where region_code = ? and category = ?",
        [expected["region_code"], expected["category"]],
    ).fetchall()
    assert dict(quotas) == expected["cumulative_quota_places"]
    sums = warehouse.execute(
        "select year, towns_sum_places from marts.quota_totals where region_code = ? and category = ?",
        [expected["region_code"][:6], expected["category"]],
    ).fetchall()
    assert expected["towns_sum_places"].items() <= dict(sums).items()
    replaced = warehouse.execute(
        "select superseded_by, superseded_years from marts.quota_readings where source_id = ?",
        [expected["source_id"]],
    ).fetchall()
    assert replaced == [(expected["superseded_by"], expected["superseded_years"])]


def _is_revised(warehouse, expected):
    """The later figure of one office holds, old before new, and is the true one."""
    about = [expected[key] for key in ("region_code", "indicator", "as_of_date")]
    found = warehouse.execute(
        "select conflict_kind, value_a, value_b, supported, reason from marts.figure_conflicts"
        " where region_code = ? and indicator = ? and as_of_date = ?",
        about,
    ).fetchall()
    ((true,),) = warehouse.execute(
        "select value from compared where region_code = ? and measure = ? and as_of_date = ?"
        " and scope = ?",
        [*about, expected["scope"]],
    ).fetchall()
    assert found == [("revision", true + expected["old_minus_new"], true, "b", "issued_later")]


def _is_a_conflict(warehouse, fault, expected):
    if expected.get("conflict_kind") == "revision":
        _is_revised(warehouse, expected)
        return
    ((reported, counted),) = warehouse.execute(
        "select case when claim_a like 'roster|%' then value_b else value_a end,"
        " case when claim_a like 'roster|%' then value_a else value_b end"
        " from marts.figure_conflicts where region_code = ? and indicator = ? and as_of_date = ?",
        [expected["region_code"], expected["indicator"], expected["as_of_date"]],
    ).fetchall()
    ((whole,),) = warehouse.execute(
        "select value from compared where region_code = ? and measure = ? and as_of_date = ?"
        " and scope = ?",
        [*(expected[key] for key in ("region_code", "indicator", "as_of_date", "scope"))],
    ).fetchall()
    assert reported - whole == expected["reported_minus_counted"]
    assert counted != reported


def _is_stale(warehouse, fault, expected):
    found = warehouse.execute(
        "select year from marts.region_years where region_code = ? and population_year = ?"
        " order by year",
        [expected["region_code"], expected["population_year"]],
    ).fetchall()
    assert [year for (year,) in found if year in expected["years"]] == expected["years"]
    assert _warnings(warehouse, "warn_population_is_stale") == 1


def _is_warned_of(warehouse, fault, expected):
    if "check" in expected:
        assert _warnings(warehouse, expected["check"]) == 1
        return
    finding = expected["finding"]
    # a fall is found in the first list that has it
    places = fault["where"][:1] if finding == "places_fell_to_zero" else fault["where"]
    for place in places:
        found = warehouse.execute(
            """
            select 1 from intermediate.int_facility_findings
            where finding = ? and source_id = ? and source_row = ?
            """,
            [finding, place["source"], place["row"]],
        ).fetchall()
        assert found, (finding, place)
    published = warehouse.execute(
        "select count(*) from marts.facility_findings where finding = ?", [finding]
    ).fetchall()
    assert published[0][0] >= 1
    assert (
        warehouse.execute(
            "select count(*) from marts.check_results where subject like '%facility_findings%'"
            " and not passed and detail like '%' || ? || '%'",
            [fault["where"][0]["file"].split("/")[-1].split(".")[0]],
        ).fetchall()[0][0]
        >= 1
    )


def _warnings(warehouse, check):
    return warehouse.execute(
        "select count(*) from marts.check_results where check_code = ? and not passed", [check]
    ).fetchall()[0][0]
