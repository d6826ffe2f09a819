"""Verdicts on pairs of facilities: what a verdicts.yml may say, and what it does to the pairs."""

from __future__ import annotations

import duckdb
import pytest
from loaded import load

from pipeline.catalogue.load_dossiers import entry_checksums, find_unread_files, load_dossiers
from pipeline.cli import main
from pipeline.contracts import load_contracts
from pipeline.core.errors import SourceProblemsError
from pipeline.core.inputs import scan_inputs
from pipeline.dossier_files.verdicts_file import VERDICTS_FILE

ENTRIES = (
    "  - {id: shili-health, file: health.csv, contract: facility_roster, document: shili-doc}\n"
    "  - {id: shili-education, file: education.csv, contract: facility_roster, document: shili-doc}\n"
)
HEADER = "统计日期,登记渠道,机构名称,地区,详细地址,托位数\n"
HEALTH = (
    HEADER
    + "2023-12-31,卫健,阳光托育园,甲镇,建设路88号,40\n"  # row 2: perhaps the kindergarten below
    + "2023-12-31,卫健,月亮湾早教,甲镇,解放街3号,30\n"  # row 3
    + "2023-12-31,卫健,月亮湾早教,甲镇,解放街3号,20\n"  # row 4: perhaps the one above
    + "2023-12-31,卫健,星星托育园,甲镇,和平里5号,10\n"  # row 5
)
EDUCATION = HEADER + (
    "2023-12-31,教育,阳光幼儿园,甲镇,建设路88号,40\n2023-12-31,教育,星星托育中心,甲镇,和平里5号,10\n"
)
SUN = ["{source: shili-health, row: 2}", "{source: shili-education, row: 2}"]
GOOD = {
    "id": "the-sun",
    "verdict": "same",
    "rows": f"[{', '.join(SUN)}]",
    "expect": "[阳光托育园, 阳光幼儿园]",
    "reason": "电话核实, 同一处",
    "document": "shili-doc",
    "reviewed_by": "示例县卫健委 张某",
    "reviewed_on": "2024-09-01",
}
MOONS = {
    "id": "the-moons",
    "rows": "[{source: shili-health, row: 3}, {source: shili-health, row: 4}]",
    "expect": "[月亮湾早教, 月亮湾早教]",
}


def entry(**changed: str | None) -> str:
    """One verdict as YAML; None leaves a key out."""
    given = {key: value for key, value in (GOOD | changed).items() if value is not None}
    return "".join(
        f"{'  - ' if number == 0 else '    '}{key}: {value}\n"
        for number, (key, value) in enumerate(given.items())
    )


@pytest.fixture
def county(dossier):
    """A county with two pairs that may be one."""
    dossier.append("sources.yml", ENTRIES)
    dossier.write("health.csv", HEALTH)
    dossier.write("education.csv", EDUCATION)
    return dossier


def judge(county, *entries):
    county.write(VERDICTS_FILE, "verdicts:\n" + "".join(entries))


def problems_of(county):
    return load_dossiers(county.workspace.raw, load_contracts())[1]


def ask(county, query):
    with duckdb.connect(str(load(county)), read_only=True) as connection:
        return connection.execute(query).fetchall()


def facilities_of(county):
    return ask(county, "select count(distinct facility_key) from raw.facility_records")[0][0]


def doubts_of(county):
    return {reason for (reason,) in ask(county, "select reason from raw.doubtful_matches")}


def stop(county):
    with pytest.raises(SourceProblemsError) as stopped:
        load(county)
    return [str(problem) for problem in stopped.value.problems]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param({"reviewer": "x"}, "unknown key", id="unknown-key"),
        pytest.param({"reason": None}, "no verdicts.0.reason", id="missing-key"),
        pytest.param({"expect": None}, "no verdicts.0.expect", id="missing-expect"),
        pytest.param({"expect": "[阳光托育园]"}, "verdicts.0.expect", id="one-name"),
        pytest.param({"verdict": "maybe"}, "verdicts.0.verdict", id="neither-same-nor-different"),
        pytest.param({"reviewed_on": "soon"}, "verdicts.0.reviewed_on", id="bad-day"),
        pytest.param({"rows": f"[{SUN[0]}]"}, "verdicts.0.rows", id="one-row"),
        pytest.param({"rows": None}, "neither", id="no-pair"),
        pytest.param({"facilities": "[F1, F2]"}, "both rows and facilities", id="two-pairs"),
        pytest.param({"document": "other"}, "document: other", id="unknown-document"),
        pytest.param(
            {"rows": f"[{SUN[0]}, {{source: other, row: 2}}]"}, "source: other", id="unknown-source"
        ),
        pytest.param(
            {"rows": f"[{SUN[0]}, {{source: shili-population, row: 2}}]"},
            "source: shili-population",
            id="no-roster",
        ),
    ],
)
def test_a_bad_entry_is_told_with_the_next_step(county, changed, found):
    judge(county, entry(**changed))
    (problem, *_) = problems_of(county)
    assert found in str(problem)
    assert problem.where.startswith("shili/verdicts.yml")


def test_all_problems_are_told_at_once(county, capsys):
    judge(county, entry(rows=None), entry(id="b", document="x"))
    assert main(["build", "--workspace", str(county.workspace.root)]) == 2
    shown = capsys.readouterr().err
    assert "2 problem(s)" in shown
    assert "verdict the-sun" in shown
    assert "verdict b" in shown


def test_an_id_stands_once_in_all_dossiers(county):
    judge(county, entry(), entry(**MOONS | {"id": "the-sun"}))
    (problem,) = problems_of(county)
    assert problem.found == "verdict id the-sun again"


def test_the_file_is_an_input_and_no_unread_file(county):
    judge(county, entry())
    dossiers, _ = load_dossiers(county.workspace.raw, load_contracts())
    assert find_unread_files(county.workspace.raw, dossiers) == []
    assert "raw/shili/verdicts.yml" in scan_inputs(county.workspace).checksums


def test_a_verdict_belongs_to_what_is_said_about_its_sources(county):
    def checksums():
        return entry_checksums(load_dossiers(county.workspace.raw, load_contracts())[0])

    before = checksums()
    judge(county, entry())
    after = checksums()
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"shili-health", "shili-education"}


def test_without_verdicts_pairs_are_doubtful(county):
    assert facilities_of(county) == 5  # the stars are one by their name and address
    assert doubts_of(county) == {"similar_name_and_address", "one_list_other_numbers"}


def test_what_is_judged_the_same_is_one_facility(county):
    judge(county, entry())
    assert facilities_of(county) == 4
    assert doubts_of(county) == {"one_list_other_numbers"}


def test_what_is_judged_different_is_two_and_no_doubt(county):
    judge(county, entry(verdict="different"), entry(**MOONS, verdict="different"))
    assert facilities_of(county) == 5
    assert doubts_of(county) == set()


def test_a_verdict_goes_before_the_evidence(county):
    rows = "[{source: shili-health, row: 5}, {source: shili-education, row: 3}]"
    judge(county, entry(verdict="different", rows=rows, expect="[星星托育园, 星星托育中心]"))
    assert facilities_of(county) == 6


def test_a_pair_may_be_named_by_the_keys_of_its_facilities(county):
    found = ask(county, "select facility_key, facility_name from raw.facility_records")
    keys = {name: key for key, name in found}
    pair = f"[{keys['阳光托育园']}, {keys['阳光幼儿园']}]"
    judge(county, entry(rows=None, facilities=pair))
    assert facilities_of(county) == 4
    assert facilities_of(county) == 4  # one of the keys has gone, and names its row still


def test_rows_that_give_other_numbers_are_not_made_one(county):
    judge(county, entry(**MOONS))
    (problem,) = stop(county)
    assert "shili-health" in problem
    assert "corrections.yml" in problem
    county.write(
        "corrections.yml",
        "corrections:\n  - {id: moon, source: shili-health, row: 4, column: places, expect: 20,"
        " value: 30, reason: 笔误, reviewed_by: 张某, reviewed_on: 2024-09-01}\n",
    )
    assert facilities_of(county) == 4


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        pytest.param(
            {"rows": f"[{SUN[0]}, {{source: shili-education, row: 9}}]"},
            "row 9 of source shili-education",
            id="no-such-row",
        ),
        pytest.param(
            {"rows": f"[{SUN[0]}, {{source: shili-education, sheet: 一, row: 2}}]"},
            "row 2 of source shili-education",
            id="no-such-sheet",
        ),
        pytest.param(
            {"rows": None, "facilities": "[F1-0, F2-0]"}, "facility F1-0", id="no-such-facility"
        ),
        pytest.param({"expect": "[阳光托育园, 阳光园]"}, "the name '阳光幼儿园'", id="other-name"),
        pytest.param(
            {"rows": f"[{SUN[0]}, {SUN[0]}]", "expect": "[阳光托育园, 阳光托育园]"},
            "in the same words",
            id="one-row-twice",
        ),
    ],
)
def test_a_verdict_that_fits_nothing_stops_the_build(county, changed, found):
    judge(county, entry(**changed))
    problem, *_ = stop(county)
    assert found in problem


def test_all_verdicts_that_fit_nothing_are_told_at_once(county):
    judge(county, entry(expect="[a, b]"), entry(**MOONS), entry(id="again", verdict="different"))
    assert len(stop(county)) == 3


def test_a_pair_is_judged_once(county):
    judge(county, entry(), entry(id="again", verdict="different"))
    (problem,) = stop(county)
    assert "another verdict on this pair: the-sun" in problem


def test_verdicts_that_contradict_each_other_stop_the_build(county):
    star = "{source: shili-health, row: 5}"
    judge(
        county,
        entry(),
        entry(id="b", rows=f"[{SUN[1]}, {star}]", expect="[阳光幼儿园, 星星托育园]"),
        entry(
            id="c",
            rows=f"[{SUN[0]}, {star}]",
            expect="[阳光托育园, 星星托育园]",
            verdict="different",
        ),
    )
    problems = stop(county)
    assert any("other verdicts together" in problem for problem in problems)
