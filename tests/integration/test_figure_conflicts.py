"""Contradictions of real files, and of an invented county just within and just beyond what is allowed."""

from __future__ import annotations

import duckdb
import pytest
from example_dossier import Dossier

pytestmark = pytest.mark.integration

DAY = "2023-12-31"


def conflicts(warehouse, where="true"):
    found = warehouse.execute(
        f"select * replace (as_of_date::varchar as as_of_date) from marts.figure_conflicts where {where}"
        " order by region_code, indicator, as_of_date, claim_a, claim_b"
    )
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def one(warehouse, where):
    (found,) = conflicts(warehouse, where)
    return found


def sides(conflict):
    """Value, locator and side of both figures, the smaller first."""
    return sorted((conflict[f"value_{side}"], conflict[f"locator_{side}"], side) for side in "ab")


# ---- shipped files ------------------------------------------------------------------------------


def test_the_shipped_files_hold_these_contradictions_and_no_others(warehouse):
    assert [
        (row["region_code"], row["indicator"], row["as_of_date"], row["supported"], row["reason"])
        for row in conflicts(warehouse)
        if not row["region_code"].startswith("99")
    ] == [
        ("000000", "places_per_1000", "2020-12-31", "open", "implied_denominator_refuted"),
        ("360500", "answer_ratio", "2021-03-31", "a", "fits_sum_of_options"),
        ("360500", "places", "2021-12-31", "b", "fits_stated_ratio"),
        ("420100", "resident_population", "2020-11-01", "open", "both_fit"),
        ("420500", "resident_population", "2020-11-01", "open", "both_fit"),
        ("429004", "resident_population", "2020-11-01", "open", "both_fit"),
    ]


def test_the_public_share_and_the_two_sectors_of_xinyu_support_the_smaller_number(warehouse):
    found = one(warehouse, "region_code = '360500' and indicator = 'places'")
    (smaller, place, side), (larger, other_place, _) = sides(found)
    assert (smaller, place, larger, other_place) == (1440, "二(二)", 2060, "一(三)")
    assert found["supported"] == side
    assert found[f"qualifier_{side}"] == "over"
    for arithmetic in (
        "140 / 1440 = 0.097222; stated 0.1",
        "140 / 2060 = 0.067961; stated 0.1",
        "1300 + 140 = 1440; stated 1440",
    ):
        assert arithmetic in found["evidence"]


def test_the_answers_of_xinyu_add_up_with_the_first_print_only(warehouse):
    found = one(warehouse, "region_code = '360500' and conflict_kind = 'same_question'")
    (smaller, place, side), (larger, other_place, _) = sides(found)
    assert (smaller, place, larger, other_place) == (0.3318, "一(一)", 0.3381, "二(一)")
    assert found["supported"] == side
    assert "孩子太小" in found["subject"]
    assert found["difference"] == pytest.approx(0.0063)
    assert "= 1; whole 1 | " in found["evidence"]
    assert "= 1.0063; whole 1" in found["evidence"]


def test_the_national_rate_implies_residents_that_the_census_did_not_find(warehouse):
    found = one(warehouse, "region_code = '000000'")
    assert (found["value_a"], round(found["value_b"], 2), found["value_b_origin"]) == (
        1.8,
        1.99,
        "computed",
    )
    assert "1000 * 2810000 / 1411778724" in found["evidence"]
    assert "implied denominator 1561111111" in found["evidence"]
    assert "census-bulletin-national-2020" in found["evidence_claims"]


@pytest.mark.parametrize(
    ("code", "difference"), [("420100", 121_200), ("420500", -255_200), ("429004", 134_000)]
)
def test_two_counts_of_a_city_stay_open_where_both_add_up_to_the_province(
    warehouse, code, difference
):
    found = one(warehouse, f"region_code = '{code}'")
    values = {found[f"source_{side}"]: found[f"value_{side}"] for side in "ab"}
    assert values["census-yearbook-2020-ages"] - values["census-bulletins-hubei-2020"] == difference
    assert found["evidence"].count("= 57752557; stated 57752557") == 2


def test_every_claim_of_the_arithmetic_is_a_published_figure(warehouse):
    assert (
        warehouse.execute(
            "select claim from (select unnest(string_split(evidence_claims, '; ')) as claim"
            " from marts.figure_conflicts) where claim not in (select claim_id from intermediate.int_claims)"
        ).fetchall()
        == []
    )


def test_answers_of_surveys_are_traced_to_their_cells_and_are_no_figures_of_the_region(warehouse):
    cells, documents, used_as_figures = warehouse.execute(
        "select count(source_cell), count(document_id), (select count(*) from intermediate.int_figures"
        " where measure = 'answer_ratio') from marts.source_figures where claim_type = 'survey'"
    ).fetchall()[0]
    assert (cells, documents, used_as_figures) == (21, 21, 0)


# ---- an invented county ------------------------------------------------------------------------

# figures of each case: indicator or question, day, value as written, hedge, stock or flow
NEAR_MISSES = {
    "a hedged round number": [("托位数", DAY, "约3.2万", ""), ("托位数", DAY, "32150", "")],
    "a little over": [("托位数", DAY, "1440", "余"), ("托位数", DAY, "1448", "")],
    "a little under": [("托位数", DAY, "3000", "近"), ("托位数", DAY, "2950", "")],
    "at least": [("托位数", DAY, "300", "至少"), ("托位数", DAY, "450", "")],
    "rounding of a number in 万": [("托位数", DAY, "1.3万个", ""), ("托位数", DAY, "12960", "")],
    "rounding of a number in 万 that names no noun": [
        ("托位数", DAY, "1.3万", ""), ("托位数", DAY, "12960", ""),
    ],
    "another day": [("托位数", DAY, "400", ""), ("托位数", "2023-11-30", "360", "")],
    "what exists and what was added": [("新增托位数", DAY, "90", ""), ("托位数", DAY, "300", "")],
    "a rounded percentage": [("普惠托位占比", DAY, "33%", ""), ("普惠托位占比", DAY, "33.4%", "")],
    "a share that follows": [
        ("公办托位占比", DAY, "10%", ""), ("公办托位数", DAY, "140", "余"), ("托位数", DAY, "1440", "余"),
    ],
    "parts that add up": [
        ("托位数", DAY, "1440", "余"), ("公办托位数", DAY, "140", "余"), ("民办托位数", DAY, "1300", "余"),
    ],
    "one part of a whole": [("托位数", DAY, "500", ""), ("公办托位数", DAY, "140", "")],
}  # fmt: skip
# and the verdicts
CONTRADICTIONS = {
    "far from a hedged round number": (
        [("托位数", DAY, "约3.2万", ""), ("托位数", DAY, "33000", "")], ("open", "nothing_to_check_against"),
    ),
    "far from a number in 万": (
        [("托位数", DAY, "1.3万", ""), ("托位数", DAY, "13600", "")], ("open", "nothing_to_check_against"),
    ),
    "well over": (
        [("托位数", DAY, "1440", "余"), ("托位数", DAY, "1460", "")], ("open", "nothing_to_check_against"),
    ),
    "below what is exceeded": (
        [("托位数", DAY, "1440", "余"), ("托位数", DAY, "1400", "")], ("open", "nothing_to_check_against"),
    ),
    "two exact counts": (
        [("机构数", DAY, "30", ""), ("机构数", DAY, "31", "")], ("open", "nothing_to_check_against"),
    ),
    "two percentages": (
        [("普惠托位占比", DAY, "33.18%", ""), ("普惠托位占比", DAY, "33.81%", "")],
        ("open", "nothing_to_check_against"),
    ),
    "only the first makes the share": (
        [("托位数", DAY, "1000", ""), ("托位数", DAY, "1500", ""), ("普惠托位数", DAY, "400", ""),
         ("普惠托位占比", DAY, "40%", "")],
        ("a", "fits_stated_ratio"),
    ),
    "only the second is the sum": (
        [("托位数", DAY, "900", ""), ("托位数", DAY, "800", ""), ("幼儿园托班托位数", DAY, "600", ""),
         ("专业托育机构托位数", DAY, "200", "")],
        ("b", "fits_sum_of_parts"),
    ),
    "only the first part completes the whole": (
        [("托位数", DAY, "800", ""), ("公办托位数", DAY, "300", ""), ("公办托位数", DAY, "350", ""),
         ("民办托位数", DAY, "500", "")],
        ("a", "fits_sum_of_parts"),
    ),
    "neither makes the share": (
        [("托位数", DAY, "1000", ""), ("托位数", DAY, "1500", ""), ("在托婴幼儿数", DAY, "400", ""),
         ("托位使用率", DAY, "70%", "")],
        ("neither", "neither_fits"), ("open", "ratio_does_not_follow"),
    ),
    "a share that does not follow": (
        [("托位数", DAY, "1000", ""), ("普惠托位数", DAY, "400", ""), ("普惠托位占比", DAY, "60%", "")],
        ("open", "ratio_does_not_follow"),
    ),
    "parts that do not add up": (
        [("托位数", DAY, "1000", ""), ("公办托位数", DAY, "400", ""), ("民办托位数", DAY, "500", "")],
        ("open", "parts_do_not_add_up"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    """One town a case, all in one build."""
    dossier = Dossier(tmp_path_factory.mktemp("contradictions"))
    cases = [*NEAR_MISSES.values(), *(figures for figures, *_ in CONTRADICTIONS.values())]
    flows = ("新增托位数",)
    for number, figures in enumerate(cases, start=101):
        dossier.append("regions.csv", f"990100{number},第{number}镇,乡级,990100,虚构,\n")
        for indicator, day, value, hedge in figures:
            kind = "流量" if indicator in flows else "存量"
            dossier.append(
                "reported.csv", f"第{number}镇,{indicator},{day},{value},{hedge},{kind}\n"
            )
    assert dossier.build_marts()
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        yield connection


def town(name):
    number = 101 + [*NEAR_MISSES, *CONTRADICTIONS].index(name)
    return f"region_code = '990100{number}'"


@pytest.mark.parametrize("name", NEAR_MISSES)
def test_a_near_miss_is_no_contradiction(county, name):
    figures = county.execute(f"select * from marts.source_figures where {town(name)}").fetchall()
    assert len(figures) == len(NEAR_MISSES[name])
    assert conflicts(county, town(name)) == []


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_contradiction_is_found_once_and_judged(county, name):
    _, *verdicts = CONTRADICTIONS[name]
    found = conflicts(county, town(name))
    assert sorted((row["supported"], row["reason"]) for row in found) == sorted(verdicts)
    assert all(0 < row["relative_difference"] < 1 for row in found)
