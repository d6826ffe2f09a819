"""From rosters to counts: each rule, and attempts to break it, on a county of its own."""

from __future__ import annotations

import datetime as dt
import shutil

import pytest
from small_rosters import NEW_YEARS_EVE, Rosters

from pipeline.core.errors import CheckFailedError
from pipeline.modelling import dbt as modelling

pytestmark = pytest.mark.integration

SPRING, SUMMER, AUTUMN = "2024-03-31", "2024-06-30", "2024-09-30"
CHANGES, EDUCATION = {"list_kind": "changes"}, {"register": "education"}
# without the number of towns, which is known of a county even if of a town nothing is
ADDED = (
    "facilities", "places", "inclusive_places", "public_places", "infant_places", "toddler_places",
    "older_places", "mixed_places", "enrolled_children", "caregivers", "towns_with_facility",
)  # fmt: skip
RULES = []


def rule(name, *, towns=2, ended=None):
    """Give a county to a rule; the function below sends its rosters."""

    def register(send):
        RULES.append((name, towns, ended, send))
        return send

    return register


def row(number, day=NEW_YEARS_EVE, at=1, **cells):
    return {"id": number, "day": day, "at": at, **cells}


@rule("complete", towns=3)
def _(send):
    send(row("A"), complete=(0,))


@rule("absent", towns=3)
def _(send):
    send(row("A"), row("B", at=2))


@rule("whole")
def _(send):
    send(row("A", at=0), row("B", at=0, places="", infants=5, toddlers=15), complete=(0,))


@rule("without town")
def _(send):
    send(row("A"), row("B", at=2), row("X", at=0))


@rule("suspended without town")
def _(send):
    send(row("A"), row("B", at=2), row("X", at=0, status="停业"), row("Y", at=0, status="已注销"))


@rule("kindergarten without town")
def _(send):
    send(row("A"), row("B", at=2), row("X", at=0, type="幼儿园"))


@rule("not filed without town")
def _(send):
    send(row("A"), row("B", at=2), row("X", at=0, status="未备案"))


@rule("changes")
def _(send):
    names = ("stays", "closes", "moves", "unfiled", "kindergarten", "ended", "back")
    send(*(row(name, SPRING) for name in names), complete=(0,))
    send(
        row("closes", SUMMER, closed="2024-06-01"),
        row("moves", SUMMER, at=2),
        row("unfiled", SUMMER, status="未备案"),
        row("kindergarten", SUMMER, type="幼儿园"),
        row("back", SUMMER, closed="2024-06-15"),
        row("opened", SUMMER, opened="2024-05-01"),
        **CHANGES,
    )
    send(row("back", AUTUMN), complete=(0,), **CHANGES)
    send(row("stays", "2025-03-31"), row("back", "2025-03-31"), complete=(0,))


@rule("changes to nothing")
def _(send):
    send(row("A"), complete=(0,), **CHANGES)


@rule("changes before the first list")
def _(send):
    send(row("A", "2023-06-30"), row("B", "2023-06-30"), complete=(0,), **CHANGES)
    send(row("A"), complete=(0,))


@rule("changes of the day of the whole list")
def _(send):
    send(row("A"), row("B"), complete=(0,))
    send(row("B", closed="2024-12-01"), **CHANGES)


@rule("struck off between two lists")
def _(send):
    send(row("A", SPRING), row("B", SPRING, closed="2024-03-15"), complete=(0,))
    send(row("A", SUMMER), row("B", SUMMER, places=20, closed="2024-03-15"), complete=(0,))
    send(row("A"), complete=(0,))


@rule("two files")
def _(send):
    send(row("A"), row("B", at=2))
    send(row("C", at=2))


@rule("two registers")
def _(send):
    both = {"name": "甲幼儿园", "code": "12990101MA63424002"}
    send(row("A", places=30, **both), complete=(0,))
    send(row("J", places=40, **both), complete=(0,), **EDUCATION)


@rule("cancelled in one register")
def _(send):
    both = {"name": "甲幼儿园", "code": "12990101MA5465355J"}
    send(row("A", status="已注销", **both), complete=(0,))
    send(row("J", **both), complete=(0,), **EDUCATION)


@rule("a register that comes later")
def _(send):
    send(row("A"), complete=(0,))
    send(row("A", "2025-12-31"), complete=(0,))
    send(row("J", "2025-12-31"), complete=(0,), **EDUCATION)


@rule("sums")
def _(send):
    send(
        row("A", places="", infants=5, toddlers=15, enrolled=12, inclusive="是", owner="公建民营"),
        row("B", inclusive="否", owner="民办"),
        complete=(0,),
    )


@rule("days")
def _(send):
    send(
        row("future", opened="2025-01-01"),
        row("today", opened=NEW_YEARS_EVE),
        row("shut-today", closed=NEW_YEARS_EVE),
        row("shut-tomorrow", closed="2025-01-01"),
        row("cancelled", status="已注销"),
        complete=(0,),
    )


@rule("leap day")
def _(send):
    send(row("A", "2024-02-29", opened="2024-02-29"), complete=(0,))


@rule("a town that ended", ended={2: "2024-06-30"})
def _(send):
    send(row("A", SPRING), row("B", SPRING, at=2), complete=(0,))
    send(row("A"), complete=(0,))


@rule("neighbour")
def _(send):
    send(row("A", SUMMER), complete=(0,))


@rule("stray")
def _(send):
    send(row("A"), row("B", name="别处园", of="neighbour", at=2), complete=(0,))


@rule("all refused")
def _(send):
    send(row("A", places="好多"), complete=(0,))


@rule("no row")
def _(send):
    send(complete=(0,))


@rule("one refused")
def _(send):
    send(row("A"), row("B", at=2, places="好多"), complete=(0,))


@rule("in two towns")
def _(send):
    code = "91990101MA9167258G"
    send(row("A", code=code), row("A", at=2, code=code), complete=(0,))


@rule("twice")
def _(send):
    send(row("A"), row("A"), complete=(0,))
    send(row("A"), complete=(0,))


@rule("moved where no list speaks")
def _(send):
    send(row("A", SPRING, address="虚构路1号"), row("B", SPRING), complete=(1,))
    send(row("A", at=2, address="虚构路1号"), **CHANGES)


@rule("opened somewhere in the county")
def _(send):
    send(row("A", SPRING), row("B", SPRING, at=2), complete=(1, 2))
    send(row("N", at=0), **CHANGES)


@rule("moved twice", towns=3)
def _(send):
    send(row("A", SPRING, address="虚构路1号"), complete=(0,))
    send(row("A", at=2, address="虚构路1号"), row("A", at=3, address="虚构路1号"), **CHANGES)


@rule("closed without numbers")
def _(send):
    send(row("A", SPRING), row("B", SPRING), complete=(0,))
    send(row("A", SUMMER, closed="2024-06-01", places=""), complete=(0,), **CHANGES)


@rule("county without towns", towns=0)
def _(send):
    send(row("A", at=0), complete=(0,))


@rule("county without towns, not complete", towns=0)
def _(send):
    send(row("A", at=0))


@rule("gone and back")
def _(send):
    send(row("A", SPRING), row("B", SPRING), complete=(0,))
    send(row("B", SUMMER), complete=(0,))
    send(row("A", AUTUMN), row("B", AUTUMN), complete=(0,))


@rule("gone and not back")
def _(send):
    send(row("A", SPRING), row("B", SPRING), complete=(0,))
    send(row("A", SUMMER), row("B", SUMMER), complete=(0,))
    send(row("B", AUTUMN), complete=(0,))


@rule("sent again and corrected")
def _(send):
    send(row("A", places=10), row("B"), complete=(0,))
    send(row("A", places=10), row("B"), complete=(0,))


@rule("refused in one register")
def _(send):
    send(row("A"), complete=(0,))
    send(row("J"), row("K", places="很多"), complete=(0,), **EDUCATION)


@rule("one blank among many")
def _(send):
    send(row("A", places=30), row("B", places="", at=2), row("C", at=2), complete=(0,))


@rule("all blank")
def _(send):
    send(row("A", places=""), row("B", places="", at=2), complete=(0,))


@rule("one refused of three", towns=3)
def _(send):
    send(row("A", places=30), row("B", at=2, places="好多"), row("C", at=2), complete=(0,))


@rule("a refused change may close")
def _(send):
    send(row("A", SPRING), row("B", SPRING, at=2), complete=(0,))
    closing = row("A", closed="2024-11-01", places="好多")
    send(closing, row("B", at=2), complete=(0,), **CHANGES)


# Of this list nothing is loaded, and one row names no town: it is about this county, not about all of the dossier.
@rule("nothing read of a second list", towns=3)
def _(send):
    send(row("A"), row("B", at=2), complete=(0,))
    send(row("C", places="好多"), row("D", at=99))


@rule("health list missing")
def _(send):
    send(row("A", "2023-12-31"), complete=(0,))
    send(row("J"), complete=(0,), **EDUCATION)
    send(row("A", "2025-12-31"), complete=(0,))


@rule("refused by health, listed by education")
def _(send):
    send(row("A", places="好多"), row("B", at=2), complete=(0,))
    send(row("J"), complete=(0,), **EDUCATION)


@rule("county list with a blank")
def _(send):
    send(row("A", at=0, places=30), row("B", at=0, places=""), row("C", at=0), complete=(0,))


@rule("days of one list")
def _(send):
    send(row("A", AUTUMN), row("B"), complete=(0,))


@pytest.fixture(scope="module")
def counted(tmp_path_factory) -> Rosters:
    """All counties, built once."""
    dossier = Rosters(tmp_path_factory.mktemp("counted"))
    for name, towns, ended, _ in RULES:
        dossier.county(name, towns, ended)
    for name, _, _, send in RULES:
        send(lambda *rows, name=name, **more: dossier.roster(name, *rows, **more))
    dossier.add_headline_county()
    code = dossier.code("refused in one register")
    dossier.append("population.csv", f"{code},规{code}县,{NEW_YEARS_EVE},20000,200,900\n")
    assert dossier.build_marts()
    return dossier


def facilities(counted, name, towns=2, **which):
    """Number of facilities of a county and of its towns, or why there is none."""
    return [counted.figure(name, town, **which)[0] for town in range(towns + 1)]


def test_a_complete_list_makes_towns_without_facilities_zero(counted):
    assert facilities(counted, "complete", 3) == [1, 1, 0, 0]
    assert counted.figure("complete") == (1, 3, 3)
    assert counted.figure("complete", 2, "places") == (0, 0, 0)


def test_a_town_of_which_no_list_speaks_is_unknown_and_so_is_its_county(counted):
    assert facilities(counted, "absent", 3) == ["regions_unknown", 1, 1, "no_roster"]
    assert counted.figure("absent") == ("regions_unknown", 2, 3)
    assert counted.figure("absent", 3, "places")[0] == "no_roster"


def test_a_complete_list_that_names_the_county_only_tells_the_county_and_no_town(counted):
    unknown = "facilities_without_town"
    assert facilities(counted, "whole") == [2, unknown, unknown]
    assert counted.figure("whole", 0, "places")[0] == 30
    assert facilities(counted, "without town") == ["regions_unknown", unknown, unknown]


BLURRED = ["regions_unknown", "facilities_without_town", "facilities_without_town"]


@pytest.mark.parametrize(
    ("rule", "filed", "kindergartens", "every"),
    [
        ("suspended without town", [2, 1, 1], [2, 1, 1], [2, 1, 1]),
        ("kindergarten without town", [2, 1, 1], BLURRED, BLURRED),
        ("not filed without town", [2, 1, 1], [2, 1, 1], BLURRED),
    ],
)
def test_a_facility_without_a_town_leaves_towns_unknown_where_it_is_counted(
    counted, rule, filed, kindergartens, every
):
    scopes = ("filed", "filed_and_kindergarten", "all")
    assert [facilities(counted, rule, scope=scope) for scope in scopes] == [
        filed,
        kindergartens,
        every,
    ]


@pytest.mark.parametrize(
    ("year", "scope", "expected"),
    [
        (2024, "filed", [5, 4, 1]),
        (2024, "filed_and_kindergarten", [6, 5, 1]),
        (2024, "all", [7, 6, 1]),
        (2025, "all", [2, 2, 0]),
    ],
)
def test_change_lists_open_close_move_and_reclassify_and_the_next_list_ends(
    counted, year, scope, expected
):
    assert facilities(counted, "changes", year=year, scope=scope) == expected


def test_the_facilities_after_a_change_list_are_those_it_and_the_list_before_tell(counted):
    found = counted.ask(
        "select facility_name, region_code, counted_in from marts.facility_years"
        " where region_code like ? || '%' and year = 2024",
        counted.code("changes"),
    )
    every = "all, filed, filed_and_kindergarten"
    town, other = counted.code("changes", 1), counted.code("changes", 2)
    assert {name.removesuffix("号托育园"): (at, scopes) for name, at, scopes in found} == {
        "stays": (town, every), "closes": (town, None), "moves": (other, every),
        "unfiled": (town, "all"), "kindergarten": (town, "all, filed_and_kindergarten"),
        "ended": (town, every), "back": (town, every), "opened": (town, every),
    }  # fmt: skip


def test_changes_to_a_list_that_nobody_sent_tell_nothing(counted):
    assert facilities(counted, "changes to nothing")[1:] == ["no_roster"] * 2
    assert facilities(counted, "changes before the first list", year=2023)[1:] == ["no_roster"] * 2
    assert facilities(counted, "changes before the first list") == [1, 1, 0]


def test_only_changes_after_the_day_of_a_whole_list_change_it(counted):
    assert facilities(counted, "changes of the day of the whole list") == [2, 2, 0]


def test_a_facility_that_no_list_of_a_year_end_has_is_still_listed_as_it_was_last(counted):
    listed = counted.ask(
        "select facilities.facility_name, facilities.places, facilities.is_open, facilities.as_of_date,"
        " last_listed_date, year"
        " from marts.facilities left join marts.facility_years using (facility_key)"
        " where facilities.region_code = ? order by all",
        counted.code("struck off between two lists", 1),
    )
    summer, new_year = dt.date.fromisoformat(SUMMER), dt.date.fromisoformat(NEW_YEARS_EVE)
    assert listed == [
        ("A号托育园", 10, True, new_year, new_year, 2024),
        ("B号托育园", 20, False, summer, summer, None),
    ]
    assert counted.figure("struck off between two lists") == (1, 2, 2)


def test_two_files_of_one_day_are_one_list(counted):
    assert facilities(counted, "two files") == [3, 1, 2]


def test_a_facility_of_both_registers_counts_once_and_as_a_kindergarten(counted):
    for scope, expected in (("filed", 0), ("filed_and_kindergarten", 1), ("all", 1)):
        assert counted.figure("two registers", scope=scope)[0] == expected
    assert counted.figure("two registers", 1, "places", scope="all")[0] == 30


def test_what_the_health_register_has_cancelled_counts_nowhere(counted):
    assert facilities(counted, "cancelled in one register", scope="all") == [0, 0, 0]


def test_before_a_register_reported_scopes_that_need_it_are_unknown(counted):
    late = "a register that comes later"
    assert facilities(counted, late) == [1, 1, 0]
    assert facilities(counted, late, scope="all") == ["regions_unknown", "no_roster", "no_roster"]
    assert facilities(counted, late, scope="all", year=2025) == [2, 2, 0]


def test_classes_make_up_places_that_are_blank_and_rules_make_up_the_rest(counted):
    for measure, expected in (("places", 30), ("inclusive_places", 20), ("public_places", 20)):
        assert counted.figure("sums", 1, measure)[0] == expected
    assert counted.figure("sums", 1, "infant_places") == ("facilities_unknown", 1, 2)


def test_a_number_that_one_facility_leaves_out_is_unknown_of_its_town(counted):
    assert counted.figure("sums", 1, "enrolled_children") == ("facilities_unknown", 1, 2)
    assert counted.figure("sums", 0, "enrolled_children") == ("facilities_unknown", 1, 2)


@pytest.mark.parametrize(
    ("rule_name", "town", "scope", "expected"),
    [
        ("one blank among many", 0, "filed", (40, "facilities_unknown", 2, 3)),
        ("one blank among many", 2, "filed", (10, "facilities_unknown", 1, 2)),
        ("one blank among many", 1, "filed", None),  # known
        ("all blank", 0, "filed", (None, "facilities_unknown", 0, 2)),
        ("absent", 0, "filed", (20, "regions_unknown", 2, 3)),
        ("absent", 3, "filed", (None, "no_roster", None, None)),
        ("without town", 0, "filed", (20, "regions_unknown", 0, 2)),
        ("without town", 1, "filed", (10, "facilities_without_town", None, None)),
        ("one refused of three", 0, "filed", (40, "regions_unknown", 2, 3)),
        ("one refused of three", 2, "filed", (10, "rows_refused", None, None)),
        ("a refused change may close", 0, "filed", (10, "regions_unknown", 1, 2)),
        ("a refused change may close", 1, "filed", (None, "rows_refused", None, None)),
        ("nothing read of a second list", 0, "filed", (None, "regions_unknown", 0, 3)),
        ("nothing read of a second list", 3, "filed", (None, "rows_refused", None, None)),
        ("health list missing", 0, "all", (None, "regions_unknown", 0, 2)),
        ("refused by health, listed by education", 0, "filed", (10, "regions_unknown", 1, 2)),
        ("refused by health, listed by education", 0, "all", (10, "regions_unknown", 1, 2)),
        ("county list with a blank", 0, "filed", (40, "facilities_unknown", 2, 3)),
    ],
)
def test_what_is_known_of_an_unknown_sum_is_the_least_that_there_is(
    counted, rule_name, town, scope, expected
):
    found = counted.ask(
        "select value_at_least, missing_reason, known, parts from marts.indicator_values"
        " where region_code = ? and indicator = 'places' and year = 2024 and scope = ?"
        " and value is null",
        counted.code(rule_name, town),
        scope,
    )
    assert found == ([expected] if expected else [])


def test_a_facility_counts_from_the_day_it_opens_until_the_day_before_it_closes(counted):
    found = counted.ask(
        "select facility_name from marts.facility_years where counted_in is not null"
        " and region_code = ? order by facility_name",
        counted.code("days", 1),
    )
    assert [name for (name,) in found] == ["shut-tomorrow号托育园", "today号托育园"]
    assert facilities(counted, "days", scope="all") == [2, 2, 0]


def test_a_list_of_a_leap_day_is_a_list_like_any_other(counted):
    assert facilities(counted, "leap day") == [1, 1, 0]
    found = counted.ask(
        "select distinct cast(as_of_date as varchar) from marts.facility_years where region_code = ?",
        counted.code("leap day", 1),
    )
    assert found == [("2024-02-29",)]


def test_a_town_that_has_ended_is_no_part_of_its_county_any_more(counted):
    assert facilities(counted, "a town that ended") == [1, 1, None]
    assert counted.figure("a town that ended") == (1, 1, 1)


def test_a_row_of_another_county_counts_there(counted):
    assert facilities(counted, "stray") == [1, 1, 0]
    assert facilities(counted, "neighbour") == [2, 1, 1]


def test_a_list_of_which_no_row_is_left_tells_nothing(counted):
    assert facilities(counted, "all refused") == [None] * 3
    assert facilities(counted, "no row") == [None] * 3


@pytest.mark.parametrize("name", ["in two towns", "twice"])
def test_a_facility_that_a_list_has_twice_counts_once_and_is_told_of(counted, name):
    assert facilities(counted, name) == [1, 1, 0]
    (found,) = counted.ask(
        "select count(*) from marts.facility_findings as findings"
        " inner join marts.facility_years using (facility_key)"
        " where finding = 'listed_twice' and facility_years.region_code like ? || '%'",
        counted.code(name),
    )
    assert found == (1,)


def test_a_town_whose_only_row_was_refused_is_not_known_to_have_none(counted):
    assert counted.figure("one refused", 2)[0] != 0


def test_a_change_that_tells_a_closing_needs_no_places(counted):
    assert facilities(counted, "closed without numbers") == [1, 1, 0]


def test_a_facility_that_moved_where_no_list_speaks_is_gone_from_where_it_was(counted):
    assert counted.figure("moved where no list speaks", 1)[0] == 1


def test_a_change_that_names_the_county_only_leaves_no_town_known(counted):
    assert facilities(counted, "opened somewhere in the county")[0] != 2


def test_of_two_changes_in_one_list_the_later_row_wins(counted):
    assert facilities(counted, "moved twice", 3) == [1, 0, 0, 1]


def test_a_county_without_towns_is_counted_itself(counted):
    assert facilities(counted, "county without towns", 0) == [1]
    assert facilities(counted, "county without towns, not complete", 0) == [1]


def test_a_facility_that_a_whole_list_leaves_out_is_gone_until_one_names_it_again(counted):
    assert facilities(counted, "gone and back") == [2, 2, 0]
    assert facilities(counted, "gone and not back") == [1, 1, 0]


def test_a_list_that_is_sent_twice_counts_once(counted):
    assert facilities(counted, "sent again and corrected") == [2, 2, 0]
    assert counted.figure("sent again and corrected", 1, "places")[0] == 20


def test_rows_of_another_day_are_a_list_of_their_own(counted):
    assert facilities(counted, "days of one list") == [1, 1, 0]


def test_a_complete_list_with_facilities_of_other_regions_only_stops_the_build(tmp_path):
    dossier = Rosters(tmp_path)
    for name in ("eastern", "western"):
        dossier.county(name)
    dossier.roster("eastern", row("A", of="western"), complete=(0,))  # the file of another county
    dossier.roster("western", row("B", SPRING), complete=(0,))
    with pytest.raises(CheckFailedError) as refused:
        dossier.build_marts()
    said = str(refused.value)
    assert "assert_complete_lists_name_facilities_in_their_regions" in said
    eastern, western = dossier.code("eastern"), dossier.code("western", 1)
    assert f"source_id roster-01, complete_for {eastern}, found_regions {western}" in said
    assert "roster-02" not in said


def test_parents_are_the_sums_of_their_children_or_unknown(warehouse):
    found = warehouse.execute(
        """
        with figures as (
            select * from marts.indicator_values
            where list_contains(?, indicator) and (value_origin = 'counted' or known is not null
                or missing_reason in ('no_roster', 'regions_unknown', 'facilities_unknown'))
        ),
        sums as (
            select parent_code, indicator, year, scope, sum(value) as total, count(value) as known,
                nullif(sum(coalesce(value, value_at_least)), 0) as least
            from figures inner join marts.regions using (region_code)
            where scope != 'as_reported' group by all
        )
        select count(*), count(*) filter (
            -- where lists name all facilities these are the parts, not regions
            (sums.known is distinct from parents.known
                and parents.missing_reason is distinct from 'facilities_unknown')
            or parents.value_at_least is distinct from case when parents.value is null then least end
            or parents.value is distinct from case when parents.known = parents.parts then total end
        )
        from figures as parents
        inner join sums on parents.region_code = sums.parent_code and parents.indicator = sums.indicator
            and parents.year = sums.year and parents.scope = sums.scope
        """,
        [list(ADDED)],
    ).fetchall()
    assert found == [(4 * 5 * 3 * len(ADDED), 0)]


def test_every_region_with_data_has_a_headline_or_the_reason_why_not(counted):
    without = counted.ask(
        "select region_code from marts.regions where source_figures > 0 and region_code not in"
        " (select region_code from marts.indicator_values"
        " where indicator = 'places_per_1000' and is_headline)"
    )
    assert without == []
    one = counted.code("refused in one register")
    told = counted.ask(
        "select value, scope, missing_reason, is_headline from marts.indicator_values"
        " where region_code = ? and indicator = 'places_per_1000'"
        " and (value is not null or is_headline) order by all",
        one,
    )
    assert told == [
        (0.5, "filed", None, False),
        (None, "filed_and_kindergarten", "regions_unknown", True),
    ]


def test_scopes_nest(warehouse):
    found = warehouse.execute(
        """
        select count(*), count(*) filter (narrow > wide or wide > widest)
        from (pivot (
            select region_code, indicator, year, scope, value from marts.indicator_values
            where value_origin = 'counted' and list_contains(?, indicator)
        ) on scope in ('filed' as narrow, 'filed_and_kindergarten' as wide, 'all' as widest) using max(value))
        """,
        [list(ADDED)],
    ).fetchall()
    assert found[0][0] > 1000
    assert found[0][1] == 0


def test_enrolment_is_use_of_places_times_places_per_child(warehouse):
    found = warehouse.execute(
        """
        select count(*), max(abs(enrolled - used * per_child) / enrolled)
        from (pivot (
            select region_code, indicator, year, scope, value from marts.indicator_values
            where value_origin = 'computed'
        ) on indicator in ('enrolment_ratio' as enrolled, 'place_utilisation_ratio' as used,
            'places_per_child_under_3' as per_child) using max(value))
        where enrolled > 0 and used is not null and per_child is not null
        """
    ).fetchall()
    assert found[0][0] > 300
    assert found[0][1] < 1e-12


def test_safety_rounds_are_unknown_where_no_file_speaks_of_them(counted):
    """Many counties have facilities; inspections are reported by one, two rounds in 2024."""
    county = counted.code("headline")
    found = counted.ask(
        "select region_code, year, sum(value), count(*) filter (value = 0)"
        " from marts.indicator_values where indicator = 'safety_rounds' and scope = 'all'"
        " and value is not null group by all order by all"
    )
    assert found == [(county, 2024, 2, 0), (f"{county}001", 2024, 2, 0)]
    assert counted.ask(
        "select count(distinct region_code) > 20 from marts.indicator_values"
        " where indicator = 'facilities' and value > 0"
    ) == [(True,)]


@pytest.fixture(scope="module")
def redefined(tmp_path_factory) -> Rosters:
    """The county of the headline, with another headline written into ``dbt_project.yml``."""
    project = tmp_path_factory.mktemp("redefined") / "dbt_project"
    ignored = shutil.ignore_patterns("target", "logs")
    shutil.copytree(modelling.DBT_PROJECT, project, ignore=ignored)
    settings = project / "dbt_project.yml"
    text = settings.read_text(encoding="utf-8")
    for old, new in (
        ("headline_scope: filed_and_kindergarten", "headline_scope: filed"),
        ("headline_population: earlier", "headline_population: latest"),
    ):
        assert old in text
        text = text.replace(old, new)
    settings.write_text(text, encoding="utf-8")
    dossier = Rosters(tmp_path_factory.mktemp("other_headline"))
    dossier.add_headline_county()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(modelling, "DBT_PROJECT", project)
        assert dossier.build_marts()
    return dossier


def headline(dossier):
    """What is the headline of the county: of the indicator, of its target, among the variants."""
    code = dossier.code("headline")
    return (
        dossier.ask(
            "select scope, value, denominator_year from marts.indicator_values"
            " where region_code = ? and indicator = 'places_per_1000' and year = 2024 and is_headline",
            code,
        ),
        dossier.ask(
            "select actual_value from marts.target_gaps"
            " where region_code = ? and indicator = 'places_per_1000'",
            code,
        ),
        dossier.ask(
            "select scope, population_vintage, value from marts.headline_variants"
            " where region_code = ? and is_headline",
            code,
        ),
    )


def test_the_headline_is_what_the_settings_say(counted, redefined):
    assert headline(counted) == (
        [("filed_and_kindergarten", 1.5, 2023)],
        [(1.5,)],
        [("filed_and_kindergarten", "earlier", 1.5)],
    )
    assert headline(redefined) == ([("filed", 0.4, 2025)], [(0.4,)], [("filed", "latest", 0.4)])


def test_every_choice_of_headline_is_shown_whatever_the_settings(counted, redefined):
    statement = (
        "select scope, population_vintage, value from marts.headline_variants"
        " where region_code = ? order by all"
    )
    shown = counted.ask(statement, counted.code("headline"))
    assert shown == redefined.ask(statement, redefined.code("headline"))
    assert [(scope, round(value * 1000)) for scope, _, value in shown] == [
        ("all", 1500), ("all", 1200), ("as_reported", 1800), ("as_reported", 1440),
        ("filed", 500), ("filed", 400),
        ("filed_and_kindergarten", 1500), ("filed_and_kindergarten", 1200),
    ]  # fmt: skip
