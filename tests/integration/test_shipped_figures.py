"""Figures of real places that the documents themselves print, or that follow from them by hand."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.core.workspace import PROJECT_ROOT

pytestmark = pytest.mark.integration

FACTS = PROJECT_ROOT.parent / "shared" / "facts"
# sources about real places; those of the invented city have tests of their own
REAL = "source_id in (select source_id from raw.sources where not is_fictional)"


def rows(warehouse, sql):
    return warehouse.execute(sql).fetchall()


def one(warehouse, sql):
    found = rows(warehouse, sql)
    assert len(found) == 1, found
    return found[0]


def test_dawa_quotas_are_stocks_by_year_and_additions_between_years(warehouse):
    found = rows(
        warehouse,
        "select year, sum(cumulative_quota_places), sum(added_quota_places),"
        " count(cumulative_quota_places), count(*)"
        " from marts.quota_progress where parent_code = '211104' group by year order by year",
    )
    assert found == [(2023, 421, 421, 15, 16), (2024, 1276, 855, 15, 16), (2025, 1892, 616, 15, 16)]


def test_dawa_implied_residents_add_to_those_of_the_whole(warehouse):
    towns, total, rate_2023, rate_2025 = one(
        warehouse,
        "select count(implied_residents), sum(implied_residents),"
        " sum(cumulative_quota_places) filter (year = 2023) * 1000.0 / sum(implied_residents)"
        "   filter (year = 2023),"
        " max(implied_places_per_1000) filter (year = 2025)"
        " from marts.quota_progress where parent_code = '211104' and year in (2023, 2025)",
    )
    assert towns == 30
    assert abs(total / 2 - 420_444) <= 15 * 0.5
    assert rate_2023 == pytest.approx(1.00, abs=0.005)
    assert rate_2025 == pytest.approx(4.5)


def test_dawas_ledger_adds_up_and_implies_what_is_known_of_it(warehouse):
    assert rows(
        warehouse,
        "select year, towns_sum_places, added_quota_places, implied_residents,"
        " round(implied_places_per_1000, 2), stated_total_places,"
        " stated_total_difference_places, residents_difference, quota_towns_known, quota_towns"
        " from marts.quota_totals where region_code = '211104' order by year",
    ) == [
        (2023, 421, 421, 420_444, 1.00, None, None, 2556, 15, 16),
        (2024, 1276, 855, 420_444, 3.03, None, None, 2556, 15, 16),
        (2025, 1892, 616, 420_444, 4.50, 1892, 0, 2556, 15, 16),
    ]


def test_dawa_stated_totals_are_reconciled(warehouse):
    assert rows(
        warehouse,
        "select distinct stated_total_difference_places from marts.quota_progress"
        " where parent_code = '211104' and cumulative_quota_places is not null",
    ) == [(0,)]
    assert one(
        warehouse,
        "select stated_total_places, towns_sum_places, difference_places, towns_with_quota"
        " from intermediate.int_ledger_totals where source_id = 'dawa-quota-ledger'",
    ) == (1892, 1892, 0, 15)
    assert one(
        warehouse,
        "select quota_places, quota_basis, towns_with_quota, towns"
        " from intermediate.int_quota_totals where region_code = '211104' and year = 2025",
    ) == (1892, "reported", 15, 16)


def test_the_street_without_quota_is_null_and_said_to_be_without_target(warehouse):
    assert rows(
        warehouse,
        "select distinct region_name, cumulative_quota_places, status from marts.quota_progress"
        " where region_code = '211104009'",
    ) == [("于楼街道", None, "no_target")]


def test_dawa_falls_twelve_places_short_when_the_ledger_is_met(warehouse):
    found = one(
        warehouse,
        "select target_value, residents, population_year, required_places, quota_places,"
        " round(quota_places_per_1000, 2), quota_gap_places, actual_value, gap_places_net,"
        " gap_places_need_only, status"
        " from marts.target_gaps"
        " where region_code = '211104' and indicator = 'places_per_1000'",
    )
    assert found == (4.5, 423000, 2023, 1904, 1892, 4.47, 12, None, None, None, "no_actual")


def test_dawa_has_no_places_figure_and_it_is_not_zero(warehouse):
    assert one(
        warehouse,
        "select value, missing_reason from marts.indicator_values"
        " where region_code = '211104' and indicator = 'places_per_1000'",
    ) == (None, "no_actual")
    assert rows(
        warehouse, "select distinct places from marts.region_years where region_code = '211104'"
    ) == [(None,)]


def test_hubei_has_no_target_of_places_per_1000(warehouse):
    assert one(
        warehouse,
        "select status, target_value from marts.target_gaps"
        " where region_code = '420000' and indicator = 'places_per_1000'",
    ) == ("no_target", None)


def test_xiamen_places_per_1000_carries_both_dates(warehouse):
    assert one(
        warehouse,
        "select round(value, 2), numerator, denominator, as_of_date::varchar, denominator_date::varchar,"
        " basis, grade from marts.indicator_values"
        " where region_code = '350200' and indicator = 'places_per_1000'",
    ) == (3.78, 20144, 5327000, "2024-11-30", "2023-12-31", "reported", "B")


def test_jimei_use_and_inclusive_share(warehouse):
    found = dict(
        rows(
            warehouse,
            "select indicator, round(100 * value, 1) from marts.indicator_values where"
            " region_code = '350211' and indicator in"
            " ('place_utilisation_ratio', 'inclusive_place_ratio')",
        )
    )
    assert found == {"place_utilisation_ratio": 40.5, "inclusive_place_ratio": 29.1}


def test_zhoushan_flows_meet_flow_targets_and_are_not_held_against_the_stock(warehouse):
    found = {
        (indicator, kind, year): (ratio, status)
        for indicator, kind, year, ratio, status in rows(
            warehouse,
            "select indicator, kind, target_year, round(100 * achievement_ratio, 1), status"
            " from marts.target_gaps where region_code = '330900'",
        )
    }
    assert found["new_places", "flow", 2022] == (110.9, "met")
    assert found["new_inclusive_places", "flow", 2022] == (153.9, "met")
    assert found["inclusive_place_ratio", "stock", 2025] == (None, "not_comparable")
    assert one(
        warehouse,
        "select round(100 * value, 1), kind from marts.indicator_values"
        " where region_code = '330900' and indicator = 'inclusive_new_place_ratio'",
    ) == (83.3, "flow")


def test_the_nation_keeps_the_stated_and_the_computed_rate(warehouse):
    assert rows(
        warehouse,
        "select value_origin, round(value, 2) from marts.indicator_values where"
        " region_code = '000000' and indicator = 'places_per_1000' and year = 2020 order by 1",
    ) == [("computed", 1.99), ("stated", 1.8)]


@pytest.mark.parametrize(
    ("code", "difference"), [("420100", 121_200), ("420500", -255_200), ("429004", 134_000)]
)
def test_both_census_counts_of_hubei_are_kept(warehouse, code, difference):
    assert (
        one(
            warehouse,
            "select max(value) filter (source_id like '%yearbook%')"
            " - max(value) filter (source_id like '%bulletin%')"
            " from intermediate.int_claims where measure = 'resident_population'"
            f" and region_code = '{code}' and as_of_date = '2020-11-01'",
        )[0]
        == difference
    )
    assert one(
        warehouse,
        "select residents_are_contradicted from marts.region_years"
        f" where region_code = '{code}' and year = 2020",
    ) == (True,)


def test_both_numbers_of_xinyu_are_published(warehouse):
    assert rows(
        warehouse,
        "select value, qualifier, locator, is_used from marts.source_figures"
        " where region_code = '360500' and measure = 'places' order by value",
    ) == [(1440, "over", "二(二)", True), (2060, None, "一(三)", False)]


@pytest.mark.parametrize(
    ("mart", "key", "column", "document_number", "locator"),
    [
        ("quota_progress", "211104002|2025|all", "cumulative_quota_places", "大政办发〔2023〕33号", "附件2"),
        ("target_gaps", "211104|places_per_1000|stock|2025", "quota_gap_places", "大政办发〔2023〕33号", "附件2"),
        ("target_gaps", "330900|new_places|flow|2022", "achievement_ratio", "舟政办提函〔2022〕11号", "一(三)"),
        ("indicator_values", "350200|places_per_1000|stock|2024-11-30|computed|as_reported", "value", None, "标题"),
        ("indicator_values", "350211|place_utilisation_ratio|stock|2022-12-31|computed|as_reported", "value", None, "全文"),
    ],
)  # fmt: skip
def test_lineage_leads_to_file_row_document_and_locator(
    warehouse, mart, key, column, document_number, locator
):
    found = rows(
        warehouse,
        "select source_file, source_row, source_cell, document_number, locator"
        " from marts.figure_lineage"
        f" where mart = '{mart}' and figure_key = '{key}' and figure_column = '{column}'",
    )
    assert found, key
    assert all(
        (PROJECT_ROOT / "data" / "raw" / file).is_file() and row and cell
        for file, row, cell, _, _ in found
    )
    assert (document_number, locator) in [(number, place) for *_, number, place in found]


def test_the_ledger_cell_holds_what_the_mart_says(warehouse):
    import openpyxl

    file, sheet, cell, value = one(
        warehouse,
        "select source_file, source_sheet, source_cell, input_value from marts.figure_lineage"
        " where mart = 'quota_progress' and figure_key = '211104005|2024|all'"
        " and figure_column = 'cumulative_quota_places'",
    )
    workbook = openpyxl.load_workbook(PROJECT_ROOT / "data" / "raw" / file)
    assert workbook[sheet][cell].value == value == 328


def test_a_merged_total_is_traced_to_the_row_in_which_it_stands(warehouse):
    assert rows(
        warehouse,
        "select distinct source_row, source_cell, input_value from marts.figure_lineage"
        " where mart = 'quota_progress' and figure_key like '211104002|%'"
        " and figure_column = 'stated_total_places'",
    ) == [(4, "C4", 220)]


# ---- what pages of the shipped data say ----------------------------------------------------------


def page_of(shipped, code):
    """The page of a region without its scripts and styles."""
    html = (shipped.marts / "reports" / "regions" / f"{code}.html").read_text(encoding="utf-8")
    return re.sub(r"(?s)<(script|style)\b.*?</\1>", "", html)


def text_of(html):
    return re.sub(r"\s+", " ", re.sub(r"</?data[^>]*>|</?time[^>]*>|</?a\b[^>]*>", "", html))


@pytest.mark.parametrize("code", ["990100", "990101", "990102", "990103", "360500", "211104"])
def test_files_stand_under_the_document_that_they_hold(shipped, warehouse, code):
    documents = {}
    for title, file in rows(
        warehouse,
        "select documents.title, sources.file from raw.sources"
        " join raw.documents using (document_id)",
    ):
        documents.setdefault(title, set()).add(file)
    listed = re.findall(r'(?s)<li id="source-\d+".*?</li>', page_of(shipped, code))
    assert listed
    for item in listed:
        (title,) = re.findall(r"<cite>(.*?)</cite>", item)
        files = re.findall(r'<div class="file">([^<(]+)\(sha256', item)
        assert files, title
        assert set(files) <= documents[title], title


def test_the_list_of_the_education_office_does_not_cite_the_roster_of_the_health_office(shipped):
    listed = re.findall(r'(?s)<li id="source-\d+".*?</li>', page_of(shipped, "990101"))
    (education,) = [item for item in listed if "2025年幼儿园托班示例名单" in item]
    (health,) = [item for item in listed if "2025年托育机构示例名册" in item]
    assert "shili-city/education_2025.xlsx" in education
    assert "health_2025_01.tsv" not in education
    assert "health_2025_01.tsv" in health


def test_xinyu_shows_the_range_and_which_figure_is_used_and_why(shipped, warehouse):
    assert one(
        warehouse,
        "select round(value, 2), round(lowest_value, 2), round(highest_value, 2), qualifier,"
        " is_contradicted, adopted_because from marts.indicator_values"
        " where region_code = '360500' and indicator = 'places_per_1000'",
    ) == (1.2, 1.2, 1.71, "over", True, "supported_by_arithmetic")
    text = text_of(page_of(shipped, "360500"))
    assert "截至 2021-12-31（原文未写，录入时假定），新余市每千人口托位数" in text
    first = text[text.index("每千人口托位数为") :]
    assert "超过1.20 个/千人" in first[:200]
    told = "各说法在 1.20 至 1.71 之间，采用此数：验算支持这一数字"
    assert told in first[:600]
    # in the sentence, on the card and in the list of all figures
    assert text.count(told) >= 3


def test_a_figure_that_is_known_in_part_is_a_bound_on_its_page(shipped, warehouse):
    value, least, known, parts = one(
        warehouse,
        "select value, value_at_least, known, parts from marts.indicator_values"
        " where region_code = '990101' and indicator = 'infant_places' and year = 2025"
        " and is_headline",
    )
    assert value is None
    assert (least, known, parts) == (90, 52, 76)
    told = text_of(page_of(shipped, "990101"))
    assert re.search("乳儿班托位数（2025-12-31，至少 ?90，76 家机构中已知 52 家，", told)


def test_safety_rounds_are_null_where_no_file_speaks_of_them(warehouse):
    """Inspections are listed for 2024 and 2025 and for the invented city alone."""
    spoken_of = rows(
        warehouse, "select distinct year(date) from raw.inspection where kind is not null"
    )
    assert sorted(spoken_of) == [(2024,), (2025,)]
    assert rows(
        warehouse,
        "select distinct region_code[:2], year from marts.indicator_values"
        " where indicator in ('safety_rounds', 'safety_rounds_per_facility_quarter')"
        " and value is not null order by all",
    ) == [("99", 2024), ("99", 2025)]
    assert rows(warehouse, "select distinct year from marts.inspection_quarters order by all") == [
        (2024,),
        (2025,),
    ]


ISSUED = {
    "dawa-2023": "2023-09-18",
    "fujian-press-2022": "2022-04-26",
    "fujian-press-2023": "2023-05-22",
    "hubei-2020": "2020",
    "liaoning-press-2022": "2022-11-21",
    "national-press-2025": "2025-12",
    "nhc-2019-58": "2019-10-08",
    "npc-2026": "2026-02",
    "xiamen-2024": "2024-06-17",
    "xiamen-press-2024-07": "2024-07-13",
    "xiamen-press-2024-11": "2024-12",
    "zhoushan-2022": "2022-10-08",
    "shili-city-bulletin": "2026-02-28",
    "shili-city-bulletin-corrected": "2026-03-20",
    "shili-city-plan": "2023-03-15",
    "shili-city-plan-revised": "2024-06-20",
}


def test_the_number_of_towns_is_cited_to_the_list_of_regions(warehouse):
    cited = warehouse.execute(
        "select distinct source_file from marts.figure_lineage where input_measure = 'towns'"
    ).fetchall()
    assert cited == [("shili-city/regions.csv",)]


def test_documents_that_tell_their_issue_date_carry_it(warehouse):
    found = dict(rows(warehouse, "select document_id, issued from raw.documents"))
    assert {document: found[document] for document in ISSUED} == ISSUED


def test_documents_with_figures_and_targets_carry_an_issue_date(warehouse):
    """Only counts of people come from pages that tell no date of their own."""
    undated = rows(
        warehouse,
        "select distinct contract from raw.sources join raw.documents using (document_id)"
        " where issued is null order by contract",
    )
    assert undated == [("population",), ("region_list",)]


ADOPTED = (
    "select round(value, 2), grade, value_origin from marts.indicator_values"
    " where is_headline and indicator = 'places_per_1000'"
)


@pytest.mark.parametrize(
    ("year", "adopted"),
    [(2020, (1.99, "C", "computed")), (2022, (2.5, "C", "stated")), (2025, (4.73, "A", "stated"))],
)
def test_one_rate_of_the_nation_is_adopted_each_year(warehouse, year, adopted):
    assert one(warehouse, f"{ADOPTED} and region_code = '000000' and year = {year}") == adopted


def test_the_rate_of_the_nation_is_the_same_in_sentence_card_table_and_overview(shipped):
    """4.73 of grade A is stated; 4.72, of grade C by its residents, is calculated beside it."""
    page = page_of(shipped, "000000")
    assert re.search("每千人口托位数为 ?4.73 个/千人", text_of(page))
    (card,) = re.findall(
        r'(?s)<div class="card">\s*<div class="card-name">每千人口托位数</div>.*?\n</div>', page
    )
    assert "4.73" in card
    assert "等级 A" in card
    overview = (shipped.marts / "reports" / "index.html").read_text(encoding="utf-8")
    of_nation = r'"indicator_values:value:000000\|places_per_1000\|stock\|2025-12-31\|([a-z]+)\|'
    assert set(re.findall(of_nation, overview)) == {"stated"}
    (both,) = [r for r in re.findall(r"(?s)<tr>.*?</tr>", page) if "4.73" in r and "4.72" in r]
    assert re.search("4.73 个/千人 ?采用", re.sub("<[^>]+>", "", both))
    assert "A（政府文件）" in both


def test_no_figure_of_a_region_has_two_adopted_values(warehouse):
    assert (
        rows(
            warehouse,
            "select region_code, indicator, kind, as_of_date, count(*) from marts.indicator_values"
            " where is_headline and value is not null group by all having count(*) > 1",
        )
        == []
    )


def test_targets_are_judged_by_the_adopted_value(warehouse):
    held, differing = one(
        warehouse,
        "select count(*), count(*) filter (adopted.value is distinct from actual_value)"
        " from marts.target_gaps as gaps"
        " left join marts.indicator_values as adopted"
        " on adopted.is_headline and adopted.region_code = gaps.region_code"
        " and adopted.indicator = gaps.indicator and adopted.kind = gaps.kind"
        " and adopted.as_of_date = gaps.actual_date"
        " where actual_value is not null",
    )
    assert held > 100
    assert differing == 0


def test_the_sum_of_the_years_appears_nowhere(shipped):
    """3,589 adds stocks of three years; no mart and no page may show it."""
    for path in [*shipped.marts.glob("*.csv"), *shipped.marts.rglob("*.html")]:
        text = path.read_text(encoding="utf-8-sig")
        assert "3,589" not in text, path.name
        if path.suffix == ".csv":
            assert "3589" not in {cell for row in csv.reader(text.splitlines()) for cell in row}


def test_no_row_is_lost(warehouse):
    lost = rows(
        warehouse,
        "select * from marts.load_audit"
        " where rows_read != rows_loaded + rows_rejected + rows_set_aside",
    )
    assert lost == []
    assert one(
        warehouse,
        f"select sum(rows_rejected), count(*) from marts.load_audit where {REAL}",
    ) == (0, 34)


# ---- every fact of the compiled tables, where they lie beside the project -------------------------

beside = pytest.mark.skipif(
    not FACTS.is_dir(), reason="the compiled facts do not lie beside the project"
)


def facts(name: str) -> list[dict[str, str]]:
    with (FACTS / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@beside
def test_every_population_fact_is_loaded_once(warehouse):
    loaded = sorted(
        (code, measure, date if not measure.startswith("births") else date[:4], value)
        for code, measure, date, value in rows(
            warehouse,
            "select region_code, measure, as_of_date::varchar, value::bigint"
            f" from intermediate.int_claims where claim_type = 'population' and {REAL}",
        )
    )
    expected = sorted(
        (fact["region_code"], fact["measure"], fact["date"], int(fact["value"]))
        for fact in facts("population.csv")
    )
    assert loaded == expected


# What the compiled facts call by a name that says more than the document: applied for, and per town.
NAMED_ANEW = {
    ("360502", "project_places"): "applied_project_places",
    ("360502", "project_capital_yuan"): "applied_project_capital_yuan",
    ("211104", "demonstration_chain_facilities"): "demonstration_chain_facilities_per_town",
    ("211104", "demonstration_public_private_facilities"): (
        "demonstration_public_private_facilities_per_town"
    ),
    (
        "211104",
        "demonstration_kindergarten_nursery_classes",
    ): "demonstration_kindergartens_per_town",
}
# What the documents also say and the compiled facts lack: region, indicator, date, value.
READ_SINCE = {
    "reported": [
        ("330900", "closed_illegal_facilities", "2022-10-08", Decimal(1)),
        ("330900", "cross_inspected_facility_ratio", "2022-10-08", Decimal("0.1")),
        ("330900", "inspection_problems", "2022-10-08", Decimal(20)),
        ("360500", "demonstration_facilities", "2021-12-31", Decimal(5)),
        ("360500", "health_care_training_attendances", "2021-12-31", Decimal(60)),
        ("360500", "health_care_training_courses", "2021-12-31", Decimal(2)),
        ("360500", "mother_and_baby_rooms", "2021-12-31", Decimal(12)),
        ("360500", "skills_training_courses", "2021-12-31", Decimal(3)),
        ("360500", "skills_training_participants", "2021-12-31", Decimal(150)),
        ("360500", "summer_class_children", "2021-12-31", Decimal(290)),
        ("360500", "summer_classes", "2021-12-31", Decimal(6)),
        ("360500", "wants_fee_below_2000_yuan_ratio", "2021-12-31", Decimal("0.9")),
    ],
    "target": [
        ("211104", "staff_health_care_trainings", "2025", Decimal(1)),
        ("211104", "staff_health_checks", "2025", Decimal(1)),
        ("330900", "family_guidance_sessions", "2022", Decimal(100)),
        ("330900", "new_model_child_health_centres", "2023", Decimal(1)),
        ("330900", "public_kindergarten_guidance_rounds", "2025", Decimal(4)),
    ],
}
DOCUMENT_OF = {"330900": "zhoushan-2022", "360500": "xinyu-2021", "211104": "dawa-2023"}


@pytest.mark.parametrize(
    ("region", "measure", "basis"),
    [
        pytest.param("360500", "facilities", "assumed", id="document-without-a-date"),
        pytest.param("360502", "applied_project_places", "assumed", id="project-without-a-date"),
        pytest.param("000000", "facilities", "assumed", id="said-in-february-of-the-year-after"),
        pytest.param("330900", "mother_and_baby_rooms", "derived", id="so-far-in-a-dated-reply"),
        pytest.param("350200", "community_service_points", "assumed", id="target-without-a-year"),
        pytest.param("360500", "answer_ratio", "derived", id="survey-since-a-month"),
        pytest.param("211104", "places_per_1000", "stated", id="year-of-a-target-as-written"),
    ],
)
def test_a_date_says_how_it_is_known(warehouse, region, measure, basis):
    assert rows(
        warehouse,
        "select distinct as_of_basis from marts.source_figures"
        f" where region_code = '{region}' and measure = '{measure}'"
        " qualify as_of_date = max(as_of_date) over ()",
    ) == [(basis,)]


def test_how_a_date_is_known_reaches_computed_values(warehouse):
    assert rows(
        warehouse,
        "select distinct value_origin, as_of_basis from marts.indicator_values"
        " where region_code = '360500' and indicator = 'places_per_1000' and value is not null",
    ) == [("computed", "assumed")]


def test_what_was_applied_for_is_not_reported_as_there(warehouse):
    assert rows(
        warehouse,
        "select measure, value, note like '%申报托位150个%' or note like '%争取资金150万元%'"
        " from marts.source_figures where region_code = '360502' and claim_type = 'reported'"
        " order by measure",
    ) == [
        ("applied_project_capital_yuan", 1_500_000, True),
        ("applied_project_places", 150, True),
    ]


@beside
@pytest.mark.parametrize(
    ("file", "claim_type", "date"),
    [("reported_figures.csv", "reported", "as_of"), ("policy_targets.csv", "target", "year")],
)
def test_every_reported_figure_and_target_is_loaded_with_its_document(
    warehouse, file, claim_type, date
):
    loaded = sorted(
        (code, measure, day[: 4 if date == "year" else 10], Decimal(value), document)
        for code, measure, day, value, document in rows(
            warehouse,
            "select region_code, measure, as_of_date::varchar, value, document_id"
            f" from intermediate.int_claims where claim_type = '{claim_type}'"
            f" and claim_id not like '%value_upper' and {REAL}",
        )
    )
    expected = sorted(
        [(fact["region_code"],
          NAMED_ANEW.get((fact["region_code"], fact["indicator"]), fact["indicator"]), fact[date],
          Decimal(fact["value"].split("-")[0]), fact["source_id"])
         for fact in facts(file)]
        + [(*figure, DOCUMENT_OF[figure[0]]) for figure in READ_SINCE[claim_type]]
    )  # fmt: skip
    assert loaded == expected


@beside
@pytest.mark.parametrize(
    ("file", "table"),
    [("regions.csv", "region_list"), ("dawa_quota_ledger.csv", "quota_ledger"),
     ("subsidy_rules.csv", "subsidy_rule"), ("demand_survey.csv", "demand_survey"),
     ("class_standards.csv", "class_standard")],
)  # fmt: skip
def test_every_row_of_the_other_tables_is_loaded(warehouse, file, table):
    assert one(warehouse, f"select count(*) from raw.{table} where {REAL}") == (len(facts(file)),)


@beside
def test_grades_are_those_of_the_facts(warehouse):
    graded = dict(rows(warehouse, "select document_id, grade from raw.documents"))
    for fact in facts("documents.csv"):
        assert graded[fact["source_id"]] == fact["grade"], fact["source_id"]


def test_every_claim_carries_document_locator_and_grade(warehouse):
    assert one(
        warehouse,
        "select count(*) from intermediate.int_claims"
        " where document_id is null or locator is null or grade is null"
        " or (source_row is null and scope = 'as_reported')",
    ) == (0,)


def test_every_raw_file_is_named_by_a_source(warehouse):
    named = {file for (file,) in rows(warehouse, "select file from raw.sources")}
    raw = Path(PROJECT_ROOT / "data" / "raw")
    files = {
        path.relative_to(raw).as_posix()
        for path in raw.glob("*/*")
        if path.name not in ("sources.yml", "verdicts.yml")
    }
    assert files == named
