"""From files to marts: figures judged by their days, parts that are unknown, totals that parts refute."""

from __future__ import annotations

import pytest
from example_dossier import write_ledger
from small_rosters import Rosters

pytestmark = pytest.mark.integration

YEAR_END = "2025-12-31"
# document -> issuer, issue date, grade
DOCUMENTS = {
    "newest": ("示例县办公室", "2026-07-15", "B"),
    "march": ("甲局", "2026-03-01", "B"),
    "march-again": ("甲局", "2026-03-01", "B"),
    "june": ("甲局", "2026-06-01", "B"),
    "june-worse": ("甲局", "2026-06-25", "C"),
    "june-wide": ("甲　局", "2026-06-20", "B"),
    "some-day-of-the-year": ("甲局", "2026", "B"),
    "some-day-of-june": ("甲局", "2026-06", "B"),
    "not-dated": ("甲局", None, "B"),
    "another-issuer": ("乙局", "2026-06-20", "B"),
}
# figures of places (day, number, hedge) of 10,000 residents, and the status of a target of 4.5 in 2025
TARGETS = {
    "mid-of-the-year-before": ([("2024-06-30", 40, "")], "nothing_near_target_date", None),
    "later-alone": ([("2026-06-30", 50, "")], "nothing_near_target_date", "2026-06-30"),
    "twelve-months-before": ([("2024-12-31", 50, "")], "target_reached", None),
    "a-day-too-early": ([("2024-12-30", 50, "")], "nothing_near_target_date", None),
    "mid-of-the-year": ([("2025-06-30", 43, "")], "below_when_due", None),
    "missed-and-since-reached": (
        [(YEAR_END, 43, ""), ("2026-06-30", 47, "")], "below_when_due", "2026-06-30",
    ),
    "met-and-lost-since": ([(YEAR_END, 46, ""), ("2026-06-30", 43, "")], "target_reached", None),
    "more-than-what-is-less": ([(YEAR_END, 43, "超过")], "only_a_bound_is_known", None),
    "more-than-enough": ([(YEAR_END, 46, "超过")], "target_reached", None),
    "less-than-what-is-less": ([(YEAR_END, 44, "不足")], "below_when_due", None),
}  # fmt: skip
# two documents with 160 and 130 places for one day, what holds, and whether it stays a contradiction
REVISIONS = {
    "the-later-one-holds": ("march", "june", 130, False),
    "in-any-order-of-names": ("june", "march", 160, False),
    "a-worse-grade-is-the-issuer-still": ("march", "june-worse", 130, False),
    "an-issuer-in-other-width": ("march", "june-wide", 130, False),
    "issued-the-same-day": ("march", "march-again", 160, True),
    "known-by-year": ("some-day-of-the-year", "june", 160, True),
    "known-by-month": ("march", "some-day-of-june", 160, True),
    "not-dated": ("not-dated", "june", 160, True),
    "of-two-issuers": ("march", "another-issuer", 160, True),
}


class Counties(Rosters):
    """Counties with reported figures from several documents."""

    def __init__(self, root) -> None:
        super().__init__(root)
        for name, (issuer, issued, grade) in DOCUMENTS.items():
            day = f", issued: '{issued}'" if issued else ""
            entry = f"  - {{id: {name}, title: {name}, issuer: {issuer}, grade: {grade}{day}}}\n"
            self.replace("sources.yml", "sources:\n", entry + "sources:\n")
        self.reports = 0

    def name(self, rule, town=0):
        return f"规{self.code(rule, town)}{'镇' if town else '县'}"

    def report(self, document, *rows):
        self.reports += 1
        file = f"report-{self.reports:02}"
        text = "".join(f"{','.join(map(str, row))},存量\n" for row in rows)
        self.write(f"{file}.csv", f"地区,指标,截至日期,数值,限定,性质\n{text}")
        self.append(
            "sources.yml",
            f"  - {{id: {file}, file: {file}.csv, contract: reported_figure,"
            f" document: {document}, locator: 全文}}\n",
        )

    def count_residents(self, rule, town, residents, day=YEAR_END, ages=","):
        row = f"{self.code(rule, town)},{self.name(rule, town)},{day},{residents},{ages}\n"
        self.append("population.csv", row)

    def ledger(self, file, document, rule, quotas, total):
        towns = tuple((self.name(rule, n), quota, (quota,) * 3) for n, quota in quotas.items())
        write_ledger(self.folder / f"{file}.xlsx", towns, total)
        self.append(
            "sources.yml",
            f"  - id: {file}\n    file: {file}.xlsx\n    contract: quota_ledger\n"
            f"    document: {document}\n    locator: 附件\n"
            "    columns: {千人口托位数指标: stated_total, 年度千人口托位数: places}\n"
            f"    constants: {{parent_region_code: '{self.code(rule)}', unit: places,"
            " accumulation: cumulative}\n",
        )


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Counties:
    made = Counties(tmp_path_factory.mktemp("counties"))
    for rule, (figures, *_) in TARGETS.items():
        made.county(rule, 0)
        made.append("targets.csv", f"{made.name(rule)},千人口托位数,2025,不低于,4.5,存量\n")
        for day in ("2024-12-31", YEAR_END, "2026-06-30"):
            made.count_residents(rule, 0, 10000, day)
        made.report("newest", *((made.name(rule), "托位数", *figure) for figure in figures))
    for rule, (first, second, *_) in REVISIONS.items():
        made.county(rule, 0)
        for document, places in ((first, 160), (second, 130)):
            made.report(document, (made.name(rule), "托位数", YEAR_END, places, ""))
    add_ledgers(made)
    add_parts(made)
    for rule, total in (("refuted-total", 1391), ("right-total", 808)):
        made.county(rule)
        numbers = {0: total, 1: 400, 2: 408}
        made.report(
            "newest",
            *((made.name(rule, town), "托位数", YEAR_END, n, "") for town, n in numbers.items()),
        )
    made.county("printed-total")
    made.report(
        "newest",
        (made.name("printed-total", 1), "托位数", YEAR_END, 400, ""),
        (made.name("printed-total", 2), "托位数", YEAR_END, 408, ""),
        ("合计", "托位数", YEAR_END, 1391, ""),
    )
    assert made.build_marts()
    return made


def add_ledgers(made):
    made.county("ledger-issued-again", 3, ended={3: "2024-06-30"})
    made.ledger("ledger-old", "march", "ledger-issued-again", {1: 60, 2: 70, 3: 30}, 160)
    made.ledger("ledger-new", "june", "ledger-issued-again", {1: 60, 2: 70}, 130)
    made.county("quotas", 4)
    made.ledger("ledger-due", "newest", "quotas", {1: 50, 2: 50, 3: 50, 4: 50}, 200)
    numbers = {1: (49, ""), 2: (50, ""), 3: (49, "超过"), 4: (51, "超过")}
    made.report(
        "newest",
        *((made.name("quotas", town), "托位数", YEAR_END, *n) for town, n in numbers.items()),
    )


def add_parts(made):
    made.county("thousands", 1)
    blank = (7, 2500)
    made.roster(
        "thousands",
        *({"id": f"A{n}", "places": "" if n in blank else 10} for n in range(2922)),
        complete=(0,),
    )
    made.county("a-refused-town")
    made.roster(
        "a-refused-town",
        {"id": "A", "places": 30},
        {"id": "B", "places": "若干", "at": 2},
        complete=(0,),
    )
    made.county("a-blank-with-a-range", 1)
    made.roster(
        "a-blank-with-a-range",
        {"id": "A", "places": "20-30"},
        {"id": "B", "places": 40},
        complete=(0,),
    )
    made.county("filed-or-not", 1)
    made.roster(
        "filed-or-not",
        *({"id": f"Y{n}", "places": 1, "status": "是"} for n in range(220)),
        *({"id": f"N{n}", "places": 1, "status": "否"} for n in range(25)),
        complete=(0,),
    )
    made.county("half-persons", 0)
    made.count_residents("half-persons", 0, 400000, ages="300,27221")
    made.county("all-towns-counted", 3)
    made.county("a-town-not-counted", 3)
    for town, residents in ((1, 1000), (2, 2000), (3, 3000)):
        made.count_residents("all-towns-counted", town, residents)
        if town < 3:
            made.count_residents("a-town-not-counted", town, residents)


# ---- time ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", TARGETS)
def test_a_target_is_judged_by_the_figure_at_its_date(built, rule):
    figures, reason, since = TARGETS[rule]
    found = built.ask(
        "select status_reason, cast(since_reached_on as varchar), required_pace_per_year"
        " from marts.target_gaps where region_code = ? and target_year = 2025",
        built.code(rule),
    )
    assert found == [(reason, since, None)]
    gaps = built.ask(
        "select gap_value is null, gap_places_net is null, gap_places_need_only is null,"
        " achievement_ratio is null from marts.target_gaps"
        " where region_code = ? and target_year = 2025",
        built.code(rule),
    )
    is_unknown = reason in ("nothing_near_target_date", "only_a_bound_is_known")
    is_bound = any(hedge for *_, hedge in figures)
    lacks_nobody_knows_what = is_unknown or (is_bound and reason != "target_reached")
    assert gaps == [
        (is_unknown or is_bound, is_unknown or is_bound, lacks_nobody_knows_what, is_unknown)
    ]


@pytest.mark.parametrize("rule", REVISIONS)
def test_of_two_documents_of_one_issuer_the_later_one_holds(built, rule):
    *_, value, is_open = REVISIONS[rule]
    found = built.ask(
        "select value, is_contradicted from marts.indicator_values"
        " where region_code = ? and indicator = 'places' and is_headline",
        built.code(rule),
    )
    assert found == [(value, is_open)]
    found = built.ask(
        "select conflict_kind, supported, value_a, value_b from marts.figure_conflicts"
        " where region_code = ?",
        built.code(rule),
    )
    old, new = (130, 160) if value == 160 and not is_open else (160, 130)
    kind = ("same_figure", "open") if is_open else ("revision", "b")
    assert found == [(*kind, old, new)]


def test_a_ledger_that_is_issued_again_leaves_nothing_of_the_earlier_one(built):
    found = built.ask(
        "select year, towns_sum_places, quota_places, stated_total_places, quota_towns_known"
        " from marts.quota_totals where region_code = ? and year = 2025",
        built.code("ledger-issued-again"),
    )
    assert found == [(2025, 130, 130, 130, 2)]


def test_a_quota_whose_year_is_over_is_missed_met_or_open_as_a_target_is(built):
    found = built.ask(
        "select status, status_reason, gap_places from marts.quota_progress"
        " where parent_code = ? and year = 2025 order by region_code",
        built.code("quotas"),
    )
    assert found == [
        ("missed", "below_the_quota_when_due", 1),
        ("met", "quota_reached", 0),
        ("no_actual", "only_a_bound_is_known", None),
        ("met", "quota_reached", None),
    ]


# ---- null, zero, part ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("thousands", (29200, None, "facilities_unknown", 2920, 2922)),
        ("a-refused-town", (30, None, "regions_unknown", 1, 2)),
        ("a-blank-with-a-range", (40, None, "facilities_unknown", 1, 2)),
    ],
)
def test_what_is_known_of_a_sum_is_a_bound_and_no_value(built, rule, expected):
    found = built.ask(
        "select value, value_at_least, value_at_most, missing_reason, known, parts"
        " from marts.indicator_values where region_code = ? and indicator = 'places'"
        " and year = 2024 and scope = 'filed'",
        built.code(rule),
    )
    assert found == [(None, *expected)]


def test_yes_and_no_of_filing_decide_the_scope_and_every_row_stays_visible(built):
    counts = [built.figure("filed-or-not", scope=scope)[0] for scope in ("all", "filed")]
    assert counts == [245, 220]
    found = built.ask(
        "select count(*) from marts.facility_years where region_code = ? and year = 2024"
        " and not contains(counted_in, 'filed')",
        built.code("filed-or-not", 1),
    )
    assert found == [(25,)]


def test_half_persons_are_not_rounded(built):
    found = built.ask(
        "select children_under_3 from marts.region_years where region_code = ? and year = 2025",
        built.code("half-persons"),
    )
    assert found == [(13910.5,)]


@pytest.mark.parametrize(
    ("rule", "residents"), [("all-towns-counted", [(6000,)]), ("a-town-not-counted", [])]
)
def test_residents_are_summed_where_all_towns_are_counted(built, rule, residents):
    found = built.ask(
        "select resident_population from marts.region_years where region_code = ? and year = 2025"
        " and resident_population is not null",
        built.code(rule),
    )
    assert found == residents


# ---- contradictions -----------------------------------------------------------------------------


def test_a_total_that_its_parts_refute_is_flagged_wherever_it_stands(built):
    for rule, conflicts in (
        ("refuted-total", [("regions", 1391, 808, "open")]),
        ("right-total", []),
    ):
        found = built.ask(
            "select conflict_kind, value_a, value_b, supported from marts.figure_conflicts"
            " where region_code = ?",
            built.code(rule),
        )
        assert found == conflicts
        found = built.ask(
            "select is_contradicted from marts.indicator_values"
            " where region_code = ? and indicator = 'places' and is_headline",
            built.code(rule),
        )
        assert found == [(bool(conflicts),)]


def test_a_printed_total_of_reported_figures_is_held_against_its_rows(built):
    found = built.ask(
        "select stated_value, sum_of_rows, added_rows, status from marts.stated_totals"
        " where column_name = 'value'"
    )
    assert found == [(1391, 808, 2, "differs")]


def test_lists_dated_ahead_or_after_the_end_of_their_region_are_said(tmp_path):
    made = Rosters(tmp_path)
    made.county("dated-ahead")
    made.roster("dated-ahead", {"id": "A", "day": "2098-12-31"}, complete=(0,))
    made.county("after-the-end", 2, {1: "2020-12-31"})
    made.roster("after-the-end", {"id": "B", "at": 1}, {"id": "C", "at": 2}, complete=(0,))
    made.county("in-time")
    made.roster("in-time", {"id": "D", "day": "2023-12-31"}, complete=(0,))
    assert made.build_marts()
    said = {
        code: (severity, passed, failures, detail)
        for code, severity, passed, failures, detail in made.ask(
            "select check_code, severity, passed, failures, detail from marts.check_results"
            " where check_code in"
            " ('warn_figures_are_dated_ahead', 'warn_figures_after_the_end_of_their_region')"
        )
    }
    ahead, ended = made.code("dated-ahead", 1), made.code("after-the-end", 1)
    for code, region in (
        ("warn_figures_are_dated_ahead", ahead),
        ("warn_figures_after_the_end_of_their_region", ended),
    ):
        severity, passed, _failures, detail = said[code]
        assert (severity, passed) == ("warning", False)
        assert region in detail
        assert made.code("in-time", 1) not in detail
    assert said["warn_figures_after_the_end_of_their_region"][2] == 1
