"""Pieces of a region's page, from a few literal rows."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fixture_types import WriteMarts
from published_rows import HOSTILE, Row, county_rows, lineage, missing, no_target, write_tables

from pipeline.published.figure_marts import figure_marts
from pipeline.published.read_marts import Marts
from pipeline.reporting import (
    disputes,
    headline,
    population,
    provenance,
    quota_tables,
    quotas,
    stated_figures,
    targets,
)
from pipeline.reporting import region as region_page
from pipeline.reporting.region import RegionPage, load_region
from pipeline.wording.errors import ReportError


def text_of(html: object) -> str:
    without_figures = re.sub(r"</?a\b[^>]*>", "", str(html))  # which stand within sentences
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", without_figures))


def open_region(folder: Path, code: str = "01") -> RegionPage:
    return load_region(str(folder), code)


@pytest.fixture
def county(write_marts: WriteMarts) -> RegionPage:
    return open_region(write_marts(**county_rows()))


def unknown_region(write_marts: WriteMarts, **more: list[Row]) -> RegionPage:
    rows: dict[str, list[Row]] = {
        "regions": [{"region_code": "01", "region_name": "某县"}],
        "indicator_values": [missing("01")],
        "target_gaps": [no_target("01")],
    }
    return open_region(write_marts(**(rows | more)))


def test_a_region_without_figures_shows_reasons_and_not_a_single_number(
    write_marts: WriteMarts,
) -> None:
    region = unknown_region(write_marts)
    pieces = [
        headline.sentence(region),
        headline.cards(region),
        targets.in_words(region),
        targets.target_table(region),
        population.in_words(region),
        stated_figures.in_words(region),
    ]
    text = text_of("".join(str(piece) for piece in pieces))
    assert not re.search(r"\b0\b", text)
    assert not re.search("None|nan", text)
    for reason in ("无数据：未报告托位数", "未设目标", "没有常住人口数据"):
        assert reason in text


def test_a_year_without_births_or_ages_says_so_in_its_cells(write_marts: WriteMarts) -> None:
    years = [{"region_code": "01", "region_name": "某县", "year": 2023}]
    text = text_of(population.year_table(unknown_region(write_marts, region_years=years)))
    assert "无数据：没有来源公布" in text
    assert "无数据：没有公布年龄" in text
    assert "无数据：当年没有公布" in text


def test_a_region_without_ledger_has_no_answers_about_quotas(write_marts: WriteMarts) -> None:
    region = unknown_region(write_marts)
    assert quotas.in_words(region) is None
    assert quotas.chart(region) is None
    assert quota_tables.town_table(region) is None
    assert quota_tables.own_table(region) is None


def test_a_carried_count_names_the_year_it_was_made(write_marts: WriteMarts) -> None:
    years = [
        {"region_code": "01", "region_name": "某县", "year": 2024, "population_year": 2023,
         "resident_population": 40000, "population_basis": "reported"},
    ]  # fmt: skip
    assert "沿用2023年" in text_of(
        population.year_table(unknown_region(write_marts, region_years=years))
    )


def test_a_disputed_count_is_flagged_in_table_and_chart(write_marts: WriteMarts) -> None:
    rows = county_rows()
    rows["region_years"][1]["residents_are_contradicted"] = True
    region = open_region(write_marts(**rows))
    chart = population.chart(region)
    assert chart is not None
    assert text_of(population.year_table(region)).count("有不同说法") == 1
    assert chart.spec["data"][0]["marker"]["pattern"]["shape"] == ["", "/"]
    assert "斜纹" in chart.caption


def test_both_sides_of_a_contradiction_are_shown_with_their_own_documents(
    write_marts: WriteMarts,
) -> None:
    claim: Row = {
        "region_code": "01", "claim_type": "reported", "measure": "places",
        "as_of_date": dt.date(2021, 12, 31), "is_contradicted": True,
    }  # fmt: skip
    claims = [
        claim | {"claim_id": "b", "value": 1440, "qualifier": "over", "is_used": False,
                 "document_id": "other", "document_title": "另一文件", "note": "前后不一"},
        claim | {"claim_id": "a", "value": 2060, "is_used": True},
    ]  # fmt: skip
    cells = [lineage("region_years", "01|2021", "places", 2060)]
    region = unknown_region(
        write_marts, source_figures=claims, figure_lineage=cells, load_audit=[{}]
    )
    told = text_of(disputes.in_words(region))
    assert "托位数（2021-12-31）有 2 种说法：采用 2,060 个" in told
    assert "未采用 超过1,440 个" in told
    table = text_of(disputes.dispute_table(region))
    assert table.index("2,060 个 采用") < table.index("超过1,440 个 未采用")
    assert "前后不一" in table
    assert "另一文件" in text_of(provenance.documents(region))
    assert disputes.in_words(region, "resident_population") is None


def test_a_region_without_contradictions_has_no_table_of_them(county: RegionPage) -> None:
    assert disputes.in_words(county) is None
    assert disputes.dispute_table(county) is None


def test_the_town_table_adds_within_years_and_names_unlisted_towns(county: RegionPage) -> None:
    text = text_of(quota_tables.town_table(county))
    assert "乙镇 未列入台账" in text
    assert "各镇街之和" in text
    for number in ("20,000", "1.00", "3.00", "4.50"):
        assert number in text
    assert "170" not in text  # 20 + 60 + 90 would add stocks over years


def test_what_a_ledger_adds_up_to_and_implies_is_what_the_mart_says(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    # no sum of the towns, so that whatever adds them up again is noticed
    for row, places in zip(rows["quota_totals"], (101, 202, 303), strict=True):
        row |= {
            "towns_sum_places": places, "added_quota_places": places + 1000,
            "implied_places_per_1000": places / 100, "implied_residents": 5555,
            "residents": 6666, "residents_difference": 1234,
        }  # fmt: skip
    region = open_region(write_marts(**rows))
    words = text_of(quotas.in_words(region))
    assert "2023年 101 个、2024年 202 个、2025年 303 个" in words
    assert "台账所用人口约 5,555 人，比常住人口 6,666 人（2023年）少 1,234 人" in words
    table = str(quota_tables.town_table(region))
    last = text_of(table.split("<tfoot>")[1])
    for shown in ("5,555", "101", "1,101", "1.01", "202", "1,202", "2.02", "303", "1,303", "3.03"):
        assert re.search(rf"(?<![\d,.]){re.escape(shown)}(?![\d,.])", last), shown
    assert quotas.chart(region).spec["data"][0]["y"] == [101, 202, 303]


def test_a_sum_that_is_not_known_says_why(write_marts: WriteMarts) -> None:
    rows = county_rows()
    rows["quota_totals"][1] |= {"added_quota_places": None, "implied_places_per_1000": None}
    rows["quota_totals"][2] |= {"implied_residents": None, "residents_difference": None}
    region = open_region(write_marts(**rows))
    last = text_of(str(quota_tables.town_table(region)).split("<tfoot>")[1])
    assert "上年无指标" in last
    assert last.count("未设目标") == 2
    assert "反推" not in text_of(quotas.in_words(region))


def test_a_ledger_of_additions_is_told_and_not_turned_into_a_stock(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    for row in rows["quota_progress"][:3]:
        row |= {"cumulative_quota_places": None, "status": "not_comparable"}
    for row in rows["quota_totals"]:
        row |= {"towns_sum_places": None, "implied_residents": None, "residents_difference": None}
    marts = write_marts(**rows)
    region = open_region(marts)
    assert "只列每年新增托位：2023年 20 个、2024年 40 个、2025年 30 个" in text_of(
        quotas.in_words(region)
    )
    assert quotas.chart(region) is None
    town = text_of(quota_tables.own_table(open_region(marts, "0101")))
    assert "台账只列新增" in town
    assert "未列入台账" not in town


@pytest.mark.parametrize(
    ("printed", "words"), [(90, "台账自载总计 90 个"), (95, "95 个"), (None, "没有自载总计")]
)
def test_the_ledgers_own_total_is_shown_without_any_target(
    write_marts: WriteMarts, printed: int | None, words: str
) -> None:
    total = {
        "region_code": "01", "year": 2025, "category": "all", "towns_sum_places": 90,
        "quota_towns_known": 1, "quota_towns": 2, "stated_total_places": printed,
        "stated_total_difference_places": printed and printed - 90,
    }  # fmt: skip
    other = total | {
        "category": "inclusive",
        "stated_total_places": 12,
        "stated_total_difference_places": -78,
    }
    rows = county_rows() | {"target_gaps": [], "quota_totals": [total, other]}
    assert words in text_of(quotas.in_words(open_region(write_marts(**rows))))


def test_of_two_ledgers_each_says_above_its_table_which_it_is(write_marts: WriteMarts) -> None:
    one = open_region(write_marts(**county_rows()))
    assert "table-title" not in str(quota_tables.town_table(one))
    inclusive = [row | {"category": "inclusive"} for row in one.town_quotas]
    totals = [row | {"category": "inclusive"} for row in one.quota_totals]
    both = replace(
        one, town_quotas=one.town_quotas + inclusive, quota_totals=one.quota_totals + totals
    )
    titles = re.findall(r'table-title">([^<]+)<', str(quota_tables.town_table(both)))
    assert titles == ["镇街托位指标", "镇街普惠托位指标"]


def test_a_town_that_does_not_reconcile_says_by_how_much(write_marts: WriteMarts) -> None:
    rows = county_rows()
    for row in rows["quota_progress"][:3]:
        row |= {"stated_total_places": 100, "stated_total_difference_places": 10}
    assert "相差 10 个" in text_of(quota_tables.town_table(open_region(write_marts(**rows))))


def test_a_towns_page_shows_its_own_path_and_that_places_are_unknown(
    write_marts: WriteMarts,
) -> None:
    town = open_region(write_marts(**county_rows()), "0101")
    words = text_of(quotas.in_words(town))
    assert "2023年 20 个、2024年 60 个、2025年 90 个；各年数字不能相加" in words
    assert text_of(quota_tables.own_table(town)).count("现有托位未知") == 6
    assert quota_tables.town_table(town) is None
    assert "90" in text_of(headline.cards(town))


@pytest.mark.parametrize(
    ("basis", "words"),
    [("assumed", "原文未写，录入时假定"), ("derived", "由原文推算"), ("stated", ""), (None, "")],
)
def test_a_date_that_the_document_does_not_state_says_so_at_the_figure(
    write_marts: WriteMarts, basis: str | None, words: str
) -> None:
    rows = county_rows()
    rows["indicator_values"] = [rows["indicator_values"][0] | {"as_of_basis": basis}]
    text = text_of(stated_figures.figure_table(open_region(write_marts(**rows))))
    assert ("原文" in text) is bool(words)
    assert words in text


def test_a_figure_counted_from_registers_has_its_value_in_the_list_of_all_figures(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    counted = rows["indicator_values"][0] | {
        "indicator": "places", "value_origin": "counted", "value": 3472.0, "numerator": None,
        "denominator": None, "denominator_year": None,
    }  # fmt: skip
    stated = counted | {"value_origin": "stated", "value": 3754.0, "is_headline": False}
    rows["indicator_values"] += [counted, stated]
    text = text_of(stated_figures.figure_table(open_region(write_marts(**rows))))
    assert "3,754 个" in text
    assert "3,472 个 采用 名册统计值" in text


def test_stated_and_computed_value_stand_in_one_row_with_the_one_that_is_used(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    computed = rows["indicator_values"][0] | {"is_headline": False, "is_contradicted": True}
    stated = computed | {
        "value_origin": "stated", "value": 3.1, "is_headline": True, "is_contradicted": False,
        "numerator": None, "denominator": None,
    }  # fmt: skip
    rows["indicator_values"] = [computed, stated]
    table = stated_figures.figure_table(open_region(write_marts(**rows)))
    body = str(table).split("<tbody>")[1]
    assert body.count("<tr") == 1
    text = text_of(body)
    assert "3.10 个/千人 采用" in text
    assert "3.00 个/千人" in text
    assert "有不同说法" in text


def test_every_citation_leads_to_a_document_of_the_list(county: RegionPage) -> None:
    pieces = [headline.sentence(county), headline.cards(county), targets.in_words(county),
              targets.target_table(county), quotas.in_words(county), population.in_words(county),
              population.year_table(county), stated_figures.figure_table(county)]  # fmt: skip
    cited = set(re.findall(r'href="#(source-\d+)"', "".join(map(str, pieces))))
    listed = set(re.findall(r'id="(source-\d+)"', str(provenance.documents(county))))
    assert cited
    assert cited <= listed


def test_documents_are_told_apart_by_number_and_carry_file_and_checksum(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    rows["figure_lineage"].append(
        lineage("region_years", "01|2022", "resident_population", 41000)
        | {"document_id": "other", "document_title": "另一文件", "grade": "C",
           "input_date": dt.date(2022, 12, 31)}
    )  # fmt: skip
    region = open_region(write_marts(**rows))
    population.year_table(region)  # documents are those that the page has pointed to
    text = text_of(provenance.documents(region))
    assert "示例文件" in text
    assert "另一文件" in text
    assert "无文号或文号不详" in text
    assert "d/s.csv(sha256 abababababab)" in text


def test_cells_name_file_cell_header_and_place_in_the_document(county: RegionPage) -> None:
    population.year_table(county)  # cells are those of figures that the page shows
    text = text_of(provenance.cells(county))
    assert "d/s.csv C2 列「数值」" in text
    assert "全文" in text


def test_the_footer_names_the_files_and_not_the_build_which_changes_with_any_file(
    county: RegionPage,
) -> None:
    population.year_table(county)
    text = text_of(provenance.footer(county))
    assert "构建" not in text
    assert "d/s.csv（abababababab）" in text


def test_a_hostile_name_stays_text_wherever_it_is_shown(write_marts: WriteMarts) -> None:
    rows = county_rows()
    for table in ("regions", "region_years", "quota_progress"):
        for row in rows[table]:
            row["region_name"] = HOSTILE
    for row in rows["figure_lineage"]:
        row |= {"document_title": HOSTILE, "locator": HOSTILE, "column_label": HOSTILE}
    region = open_region(write_marts(**rows))
    charts = [quotas.chart(region), population.chart(region)]
    pieces = [
        region_page.title(region), headline.sentence(region), headline.cards(region),
        targets.in_words(region), targets.target_table(region), quotas.in_words(region),
        quota_tables.town_table(region), population.in_words(region),
        stated_figures.figure_table(region), provenance.documents(region), provenance.cells(region),
        *(chart.notes() for chart in charts if chart), *(chart.html() for chart in charts if chart),
    ]  # fmt: skip
    html = "".join(str(piece) for piece in pieces)
    assert "&lt;script&gt;alert(" in html
    assert "<script>" not in html
    assert "🏫" in html


def test_an_invented_region_wears_a_banner_and_a_real_one_does_not(
    write_marts: WriteMarts,
) -> None:
    folder = write_marts(**county_rows())
    banner = "虚构示例数据，不代表任何真实地区"
    assert banner in region_page.title(open_region(folder, "99"))
    assert banner not in region_page.title(open_region(folder, "01"))


def test_an_unknown_region_is_an_error(write_marts: WriteMarts) -> None:
    folder = write_marts(**county_rows())
    with pytest.raises(ReportError, match="no region_code '42'"):
        open_region(folder, "42")


def test_a_mart_that_was_not_published_is_an_error_with_a_next_step(
    write_marts: WriteMarts,
) -> None:
    folder = write_marts(**county_rows())
    (folder / "target_gaps.parquet").unlink()
    with pytest.raises(ReportError, match=r"(?s)target_gaps\.parquet is missing.*do next"):
        open_region(folder)


def test_a_sentence_about_residents_cites_their_document(write_marts: WriteMarts) -> None:
    years = [
        {"region_code": "01", "region_name": "某县", "year": 2023, "population_year": 2023,
         "resident_population": 40000, "population_basis": "reported"},
    ]  # fmt: skip
    cells = [lineage("region_years", "01|2023", "resident_population", 40000)]
    region = unknown_region(write_marts, region_years=years, figure_lineage=cells)
    assert 'href="#source-1"' in str(headline.sentence(region))


def test_a_sentence_about_a_reached_target_cites_its_document(write_marts: WriteMarts) -> None:
    target = {
        "region_code": "01", "indicator": "new_places", "kind": "flow", "target_year": 2022,
        "comparator": ">=", "target_value": 900, "actual_value": 998, "achievement_ratio": 1.1089,
        "actual_date": dt.date(2022, 10, 8), "gap_value": -98, "status": "met",
        "status_reason": "target_reached",
    }  # fmt: skip
    cells = [lineage("target_gaps", "01|new_places|flow|2022", "target_value", 900)]
    region = unknown_region(
        write_marts, target_gaps=[no_target("01"), target], figure_lineage=cells
    )
    told = str(targets.in_words(region)).split("</p>")[1]
    assert "110.9%" in told
    assert 'href="#source-1"' in told


def test_what_a_file_remarks_on_a_figure_and_a_target_reaches_the_reader(
    write_marts: WriteMarts, tmp_path: Path
) -> None:
    rows = county_rows()
    value = {"value_origin": "stated", "numerator": None, "denominator": None}
    rows["indicator_values"] = [rows["indicator_values"][0] | value]
    claims: list[Row] = []
    whole = Marts(write_marts(**rows))
    for mart, column in (("indicator_values", "value"), ("target_gaps", "target_value")):
        row = whole.rows(mart, "region_code = '01'")[0]
        cell = lineage(mart, figure_marts()[mart].key(row), column, row[column])
        rows["figure_lineage"].append(cell)
        claims.append(
            {
                "claim_id": cell["claim_id"], "region_code": "01", "as_of_basis": "assumed",
                "note": f"未写时点·{column}",
            }
        )  # fmt: skip
    remarked = rows | {"source_figures": claims}
    region = open_region(write_tables(tmp_path / "remarked", remarked))
    assert "未写时点·value" in text_of(stated_figures.figure_table(region))
    words = text_of(targets.target_table(region))
    assert "未写时点·target_value" in words
    assert "原文未写，录入时假定" in words


BOUNDED: Row = {
    "region_code": "01", "as_of_date": dt.date(2023, 12, 31), "year": 2023,
    "value_origin": "missing", "missing_reason": "facilities_unknown", "known": 2920,
    "parts": 2922, "grade": None, "source_ids": None, "scope": "all",
}  # fmt: skip


def test_what_is_known_of_a_rate_is_a_lower_bound_in_sentence_and_card(
    write_marts: WriteMarts,
) -> None:
    least = {"indicator": "places_per_1000", "value_at_least": 3.25}
    rows = county_rows() | {"indicator_values": [BOUNDED | least], "figure_lineage": []}
    region = open_region(write_marts(**rows))
    for piece in (headline.sentence(region), headline.cards(region)):
        text = text_of(piece)
        assert "至少3.25" in text
        assert "2,922 家机构中已知 2,920 家" in text


def test_what_is_known_of_an_indicator_is_a_lower_bound_beside_the_reason(
    write_marts: WriteMarts,
) -> None:
    rows = county_rows()
    rows["indicator_values"].append(
        BOUNDED | {"indicator": "infant_places", "value_at_least": 90, "known": 52, "parts": 76}
    )
    told = text_of(stated_figures.in_words(open_region(write_marts(**rows))))
    assert "乳儿班托位数（2023-12-31，至少90，76 家机构中已知 52 家，部分机构的数字未填报）" in told


def test_a_range_of_doubtful_pairs_is_shown_with_both_its_ends(write_marts: WriteMarts) -> None:
    ends = {"indicator": "places_per_1000", "value_at_least": 3.25, "value_at_most": 3.5}
    rows = county_rows() | {"indicator_values": [BOUNDED | ends], "figure_lineage": []}
    assert "至少3.25，至多3.50" in text_of(headline.cards(open_region(write_marts(**rows))))
