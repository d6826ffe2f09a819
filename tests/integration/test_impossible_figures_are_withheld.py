"""Figures that no region can have are withheld with a reason; everything else is published.

Reading refuses a row that is impossible by itself; here the rows are sound and what stands
together, adds up or was corrected is not.
"""

from __future__ import annotations

import pytest
from small_rosters import Rosters

pytestmark = pytest.mark.integration

DAY = "2024-12-31"


ENTRY = "  - {{id: {0}, file: {0}.csv, contract: population, document: shili-doc, locator: 全表}}\n"
CORRECTION = """\
  - id: {id}
    source: {source}
    row: {row}
    column: {column}
    expect: {expect}
    value: {value}
    reason: 更正时多写了零
    document: shili-doc
    reviewed_by: 示例县卫健委 张某
    reviewed_on: 2024-09-01
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Rosters:
    """Counties of two towns, each with one impossible figure; the first is sound."""
    made = Rosters(tmp_path_factory.mktemp("implausible"))
    rows = {"residents": "区划代码,地区,时点,常住人口\n", "births": "区划代码,地区,时点,出生人口\n"}
    for name in rows:
        made.append("sources.yml", ENTRY.format(name))

    def people(rule: str, town: int, residents: int, births: int | str) -> int:
        """The row of the town in each file."""
        code = made.code(rule, town)
        rows["residents"] += f"{code},规{code}镇,{DAY},{residents}\n"
        rows["births"] += f"{code},规{code}镇,{DAY},{births}\n"
        return rows["births"].count("\n")

    def county(rule: str, first: tuple, second: tuple, *facilities: int) -> int:
        """The row of the county's first town; its facilities have these places."""
        made.county(rule)
        row = people(rule, 1, *first)
        people(rule, 2, *second)
        listed = [{"id": f"A{at}", "places": places} for at, places in enumerate(facilities)]
        made.roster(rule, *listed, {"id": "B", "at": 2, "places": 50}, complete=(1, 2))
        return row

    county("sound", (30000, 300), (20000, 200), 100)
    town = county("town of 400 million", (40000, 300), (20000, 200), 100)
    county("births above residents", (300, 30000), (20000, 200), 100)
    county("births refute no county", (300, 30000), (20000, 200), 100)
    code = made.code("births refute no county")
    rows["births"] += f"{code},规{code}县,{DAY},500\n"
    county("56,000 per 1,000", (5, ""), (20000, ""), 280)
    county("places of a town", (30000, 300), (20000, 200), *10 * [9500])
    made.county("stated rate")
    rate = f"规{made.code('stated rate')}县"
    made.append("reported.csv", f"{rate},千人口托位数,{DAY},5.6,,存量\n")
    stated = (made.workspace.raw / "shili" / "reported.csv").read_text(encoding="utf-8").count("\n")
    made.append("reported.csv", f"{rate},普惠托位数,{DAY},150,,存量\n")
    made.append("reported.csv", f"{rate},托位数,{DAY},120,,存量\n")
    for name, text in rows.items():
        made.write(f"{name}.csv", text)
    corrections = (
        ("town", "residents", town, "resident_population", 40000, 400000000),
        ("rate", "shili-reported", stated, "value", 5.6, 56000),
    )
    keys = ("id", "source", "row", "column", "expect", "value")
    entries = [CORRECTION.format(**dict(zip(keys, one, strict=True))) for one in corrections]
    made.write("corrections.yml", "corrections:\n" + "".join(entries))
    assert made.build_marts()
    return made


def region_year(built, rule, town, *columns):
    return built.ask(
        f"select {', '.join(columns)} from marts.region_years where region_code = ? and year = 2024",
        built.code(rule, town),
    )[0]


def headline(built, rule, town=0, indicator="places_per_1000"):
    return built.ask(
        "select value, missing_reason from marts.indicator_values"
        " where region_code = ? and indicator = ? and is_headline",
        built.code(rule, town),
        indicator,
    )[0]


def test_what_is_possible_is_published(built):
    assert headline(built, "sound") == (3, None)
    assert region_year(built, "sound", 0, "resident_population", "births") == (50000, 500)


def test_a_town_of_400_million_has_no_residents_and_enters_no_sum(built):
    rule = "town of 400 million"
    assert region_year(built, rule, 1, "resident_population", "births") == (None, 300)
    assert region_year(built, rule, 0, "resident_population", "births", "places") == (
        None,
        500,
        150,
    )
    assert headline(built, rule, 1) == (None, "implausible")
    assert headline(built, rule, 2) == (2.5, None)
    assert headline(built, rule, 0)[0] is None


def test_births_above_residents_leave_both_unknown(built):
    rule = "births above residents"
    assert region_year(built, rule, 1, "resident_population", "births", "places") == (
        None,
        None,
        100,
    )
    assert region_year(built, rule, 2, "resident_population", "births") == (20000, 200)
    assert headline(built, rule, 1) == (None, "implausible")


def test_births_that_cannot_be_refute_no_births_of_the_county(built):
    found = built.ask(
        "select value, is_contradicted, is_used from marts.source_figures where region_code = ?"
        " and measure = 'births'",
        built.code("births refute no county"),
    )
    assert found == [(500, False, True)]


def test_a_rate_that_cannot_be_is_withheld_and_its_parts_stand(built):
    rule = "56,000 per 1,000"
    assert headline(built, rule, 1) == (None, "implausible")
    assert headline(built, rule, 1, "places") == (280, None)
    assert headline(built, rule, 0)[0] is not None
    assert built.ask(
        "select count(*) from marts.headline_variants where region_code = ?", built.code(rule, 1)
    ) == [(0,)]


def test_places_that_no_town_has_are_unknown_and_enter_no_sum(built):
    rule = "places of a town"
    assert built.figure(rule, 1, "places", scope="all")[0] == "implausible"
    assert built.figure(rule, 0, "places", scope="all")[0] == "regions_unknown"
    assert built.figure(rule, 2, "places", scope="all")[0] == 50
    assert region_year(built, rule, 0, "places", "places_at_least") == (None, 50)


def test_stated_rates_and_shares_that_cannot_be_are_withheld(built):
    rule = "stated rate"
    assert headline(built, rule) == (None, "implausible")
    assert headline(built, rule, indicator="inclusive_place_ratio") == (None, "implausible")
    assert headline(built, rule, indicator="places") == (120, None)


def test_a_withheld_claim_stays_among_the_figures_of_its_source(built):
    found = built.ask(
        "select value, is_used from marts.source_figures where region_code = ?"
        " and measure = 'resident_population'",
        built.code("town of 400 million", 1),
    )
    assert found == [(400000000, False)]


def test_what_is_withheld_is_a_warning(built):
    found = built.ask(
        "select passed, severity from marts.check_results where check_code = 'warn_figures_are_impossible'"
    )
    assert found == [(False, "warning")]
