"""One facility or two, from files to marts: every row counts once, and what stays doubtful is a range."""

from __future__ import annotations

import csv
import io

import duckdb
import pytest
from example_dossier import Dossier
from loaded import load

from pipeline.cli import main

pytestmark = pytest.mark.integration

ENTRY = (
    "  - id: shili-roster\n    file: roster.csv\n    contract: facility_roster\n"
    "    document: shili-doc\n    complete_for: ['990100']\n    as_of: 2023-12-31\n"
)
LABELS = ("机构名称", "地区", "详细地址", "托位数", "机构编号", "联系电话", "经度", "纬度")


def write_roster(dossier, *rows):
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(LABELS)
    writer.writerows([*row, *[""] * (len(LABELS) - len(row))] for row in rows)
    dossier.write("roster.csv", text.getvalue())
    dossier.append("sources.yml", ENTRY)


PARTS = (
    ("こだま保育園(保育部分)", "甲镇", "X2-3", 90),
    ("こだま保育園(教育部分)", "甲镇", "X2-3", 15),
    ("うきま保育園", "乙镇", "Y1", 105),
    ("うきま夜間保育園", "乙镇", "Y1", 70),
)
# name, town, address, places, id, phone, longitude, latitude
LISTS = {
    "parts-of-a-house-and-a-night-nursery": (PARTS, 4, 280, 280),
    "a-name-at-two-addresses-without-id": (
        [("阳光托育园", "甲镇", "建设路88号", 40), ("阳光托育园", "甲镇", "解放街3号", 30)], 2, 70, 70,
    ),
    "a-name-at-two-addresses-with-rounded-ids": (
        [("阳光托育园", "甲镇", "建设路88号", 40, "330101202400001000"), ("阳光托育园", "甲镇", "解放街3号", 30, "330101202400001000")], 2, 70, 70,
    ),
    "an-operator-in-two-towns": (
        [("阳光托育园", "甲镇", "建设路88号", 40, "", "0571-1"), ("阳光托育园", "乙镇", "建设路88号", 30, "", "0571-1")], 2, 70, 70,
    ),
    "one-phone-and-one-point-on-the-map": (
        [("阳光托育园", "甲镇", "建设路88号", 40, "", "0571-1", 120.1, 30.2), ("月亮湾早教", "甲镇", "建设路88号", 30, "", "0571-1", 120.1, 30.2)], 2, 70, 70,
    ),
    "first-and-second-department": (
        [("阳光托育一部", "甲镇", "建设路88号", 40), ("阳光托育二部", "甲镇", "建设路88号", 40)], 2, 80, 80,
    ),
    "name-and-address-with-other-numbers": (
        [("阳光托育园", "甲镇", "建设路88号", 40), ("阳光托育园", "甲镇", "建设路88号", 30)], 2, 30, 70,
    ),
    "all-equal": (
        [("阳光托育园", "甲镇", "建设路88号", 40), ("甲镇阳光托育园", "甲镇", "建设路88号", 40)], 1, 40, 40,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rows", "facilities", "least", "most"), LISTS.values(), ids=LISTS)
def test_no_row_of_a_list_is_refused_or_dropped(dossier, rows, facilities, least, most):
    write_roster(dossier, *rows)
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute(
            "select (select count(*) from raw.facility_roster),"
            " (select count(distinct facility_key) from raw.facility_records),"
            " (select count(*) > 0 from raw.doubtful_matches where doubt_group is not null)"
        ).fetchall()
    assert found == [(len(rows), facilities, least != most)]


def test_a_contradiction_under_one_id_is_refused_still(dossier):
    write_roster(
        dossier,
        ("阳光托育园", "甲镇", "建设路88号", 40, "7"),
        ("阳光托育园", "甲镇", "解放街3号", 30, "7"),
    )
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute("select reason_code from audit.rejected_rows").fetchall()
    assert found == [("rows_with_one_key_differ",)] * 2


def test_a_row_that_repeats_another_without_id_is_told_and_counts_once(dossier):
    write_roster(dossier, *[("阳光托育园", "甲镇", "建设路88号", 40)] * 2)
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute("select reason_code from audit.rejected_rows").fetchall()
    assert found == [("repeated_row",)]


def test_rows_without_id_that_agree_in_all_numbers_and_contradict_each_other_are_refused(dossier):
    write_roster(
        dossier, *[("阳光托育园", "甲镇", "建设路88号", 40, "", "", x) for x in (120, 121)]
    )
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute("select reason_code from audit.rejected_rows").fetchall()
    assert found == [("rows_with_one_key_differ",)] * 2


def test_an_id_in_powers_of_ten_is_no_id_and_refused(dossier):
    write_roster(dossier, ("阳光托育园", "甲镇", "建设路88号", 40, "3.30101E+17"))
    with duckdb.connect(str(load(dossier)), read_only=True) as connection:
        found = connection.execute("select reason_code from audit.rejected_rows").fetchall()
    assert found == [("code_became_a_number",)]


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Parts of two houses that are decided, a pair that a person judged, and a pair that is open."""

    dossier = Dossier(tmp_path_factory.mktemp("published"))
    write_roster(
        dossier,
        *PARTS,
        ("星星托育园", "丙镇", "和平里5号", 20),
        ("星星托育中心", "丙镇", "和平里5号", 20),
        ("阳光托育园", "丙镇", "建设路88号", 40),
        ("阳光托育园", "丙镇", "建设路88号", 30),
    )
    dossier.write(
        "verdicts.yml",
        "verdicts:\n  - id: the-stars\n    verdict: same\n"
        "    rows: [{source: shili-roster, row: 6}, {source: shili-roster, row: 7}]\n"
        "    expect: [星星托育园, 星星托育中心]\n    reason: 电话核实，是同一处\n"
        "    reviewed_by: 示例县卫健委 张某\n    reviewed_on: 2024-02-01\n",
    )
    assert dossier.build_marts()
    return dossier


def ask(dossier, query):
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_parts_of_houses_are_published_with_all_their_places(published):
    found = ask(
        published,
        "select region_name, facilities, places from marts.region_years"
        " where year = 2023 and region_name in ('甲镇', '乙镇') order by all",
    )
    assert found == [("乙镇", 2, 175), ("甲镇", 2, 105)]


def test_an_open_pair_lies_between_one_and_two_in_its_town_and_above(published):
    found = ask(
        published,
        "select region_code, measure, least, most from intermediate.int_doubtful_counts"
        " where scope = 'all' and measure in ('facilities', 'places') order by all",
    )
    assert found == [
        ("990000", "facilities", 6, 7),
        ("990000", "places", 330, 370),
        ("990100", "facilities", 6, 7),
        ("990100", "places", 330, 370),
        ("990100003", "facilities", 2, 3),
        ("990100003", "places", 50, 90),
    ]


def test_a_verdict_is_published_with_its_rows(published):
    found = ask(
        published,
        "select verdict_id, verdict, facility_key = other_facility_key, source_row,"
        " other_source_row, reviewed_by from marts.verdicts",
    )
    assert found == [("the-stars", "same", True, 6, 7, "示例县卫健委 张某")]


def test_trace_names_the_verdict_beside_its_facility(published, capsys):
    at = ["--workspace", str(published.workspace.root), "--language", "en"]
    assert main(["trace", "丙镇", "places", "2023", *at]) == 0
    shown = capsys.readouterr().out
    assert "verdict the-stars: one facility same with '星星托育中心', 电话核实，是同一处" in shown
