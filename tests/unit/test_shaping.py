"""Text becomes values, or a row is refused with a reason; null is never zero."""

from __future__ import annotations

import duckdb
import pytest

from pipeline.catalogue.load_dossiers import load_dossiers
from pipeline.contracts import load_contracts
from pipeline.warehouse.load import load_warehouse


def load(dossier):
    """Load the dossier; return a connection on its warehouse."""
    contracts = load_contracts()
    dossiers, problems = load_dossiers(dossier.workspace.raw, contracts)
    assert not problems
    path = dossier.workspace.root / "w.duckdb"
    load_warehouse(path, dossier.workspace.raw_tables, dossiers, contracts)
    return duckdb.connect(str(path))


def rejected(dossier):
    with load(dossier) as connection:
        return connection.execute(
            "select source_id, source_cell, column_name, found, reason_code, candidates"
            " from audit.rejected_rows order by all"
        ).fetchall()


def test_nothing_is_rejected_from_good_files(dossier):
    assert rejected(dossier) == []


def test_a_blank_figure_stays_null_and_is_not_zero(dossier):
    dossier.append("population.csv", "990100002,乙镇,2023-12-31,0,,\n")
    with load(dossier) as connection:
        found = connection.execute(
            "select resident_population, age_0 from raw.population where region_code = '990100002'"
        ).fetchall()
    assert found == [(0, None)]


@pytest.mark.parametrize(
    ("line", "cell", "column", "reason"),
    [
        ("990100002,乙镇,2023-12-31,好多,1,1", "D4", "resident_population", "not_a_whole_number"),
        ("990100002,乙镇,2023-13-31,1,1,1", "C4", "date", "not_a_date"),
        ("990100002,乙镇,,1,1,1", "C4", "date", "no_cell_of_several_filled"),
        ("990199999,,2023-12-31,1,1,1", "A4", "region_code", "unknown_region_code"),
        ("990100002,甲镇,2023-12-31,1,1,1", "B4", "region_name", "code_and_name_disagree"),
        (",已镇,2023-12-31,1,1,1", "B4", "region_name", "unknown_region_name"),
        (",,2023-12-31,1,1,1", "B4", "region_name", "no_region"),
        ("990100002.0,乙镇,2023-12-31,1,1,1", "A4", "region_code",
         "code_became_a_number"),
    ],
)  # fmt: skip
def test_a_bad_row_is_refused_with_its_cell_and_the_rest_goes_on(
    dossier, line, cell, column, reason
):
    dossier.append("population.csv", line + "\n")
    found = rejected(dossier)
    assert (cell, column, reason) in [(row[1], row[2], row[4]) for row in found]
    with duckdb.connect(str(dossier.workspace.root / "w.duckdb")) as connection:
        counts = connection.execute(
            "select rows_read, rows_loaded, rows_rejected, rows_set_aside, status"
            " from audit.load_audit where source_id = 'shili-population'"
        ).fetchall()
    assert counts == [(4, 2, 1, 1, "rejected_rows")]


def test_an_unknown_name_comes_with_the_nearest_ones(dossier):
    dossier.append("population.csv", ",示例现,2023-12-31,1,1,1\n")
    assert "990100 示例县" in rejected(dossier)[0][5]


# Towns of another county have lower codes, or look more alike.
OTHER_TOWNS = """990050,邻县,县级,990000,虚构,
990050001,柳河镇,乡级,990050,虚构,
990050002,柳林镇,乡级,990050,虚构,
990050003,柳合镇,乡级,990050,虚构,
990050004,杨柳镇,乡级,990050,虚构,
990100008,柳河街道,乡级,990100,虚构,
990100009,柳家镇,乡级,990100,虚构,
"""
SUGGESTED = {
    "beside other towns of the county": ("甲镇,1\n柳镇,1\n", "990100009 柳家镇 (示例县)"),
    "in place of one elsewhere": ("甲镇,1\n柳和镇,1\n", "990100009 柳家镇 (示例县)"),
    "a word behind its name": ("柳合镇乡,1\n", "990050003 柳合镇 (邻县)"),
    "with its county before it": ("邻县柳家镇,1\n", "990050001 柳河镇 (邻县)"),
    "beside towns of the other county": ("杨柳镇,1\n柳家庄镇,1\n", "990050001 柳河镇 (邻县)"),
    "no other row": ("柳和镇,1\n", "990050001 柳河镇 (邻县)"),
}


@pytest.mark.parametrize("case", SUGGESTED)
def test_towns_of_the_same_county_are_suggested_first(dossier, case):
    rows, first = SUGGESTED[case]
    dossier.append("regions.csv", OTHER_TOWNS)
    dossier.write("population.csv", f"地区,常住人口\n{rows}")
    dossier.replace("sources.yml", "locator: 表1", "locator: 表1\n    as_of: 2024-12-31")
    candidates = [row[5] for row in rejected(dossier) if row[4] == "unknown_region_name"]
    assert candidates[0].startswith(first)


def test_the_town_that_looks_most_alike_is_suggested_wherever_it_lies(dossier):
    more = "".join(f"9901000{n},柳{w}镇,乡级,990100,虚构,\n" for n, w in enumerate("东西南北", 10))
    dossier.append("regions.csv", OTHER_TOWNS + more)
    dossier.write(
        "population.csv", "地区,时点,常住人口\n甲镇,2023-12-31,1\n柳林镇乡,2023-12-31,1\n"
    )
    assert rejected(dossier)[0][5].endswith("990050002 柳林镇 (邻县)")


def test_of_regions_of_one_name_that_of_the_same_county_comes_first(dossier):
    dossier.append("regions.csv", OTHER_TOWNS + "990050009,甲镇,乡级,990050,虚构,\n")
    dossier.write("population.csv", "地区,时点,常住人口\n甲镇,2023-12-31,1\n乙镇,2023-12-31,1\n")
    assert rejected(dossier)[0][5] == "990100001 甲镇 (示例县), 990050009 甲镇 (邻县)"


def test_an_alias_and_a_spaced_name_are_found(dossier):
    dossier.append("population.csv", ",老乙,2023-12-31,1,1,1\n,丙　镇,2023-12-31,2,1,1\n")
    with load(dossier) as connection:
        codes = connection.execute(
            "select region_code, region_name_as_issued from raw.population"
            " where source_row > 3 order by source_row"
        ).fetchall()
    assert codes == [("990100002", "老乙"), ("990100003", "丙　镇")]


def test_a_name_of_several_regions_is_refused_until_the_parent_is_named(dossier):
    dossier.append(
        "regions.csv", "990200,另县,县级,990000,虚构,\n990200001,甲镇,乡级,990200,虚构,\n"
    )
    dossier.write("population.csv", "地区,时点,常住人口\n甲镇,2023-12-31,1\n")
    found = rejected(dossier)
    assert [row[4] for row in found] == ["ambiguous_region_name"]
    assert found[0][5] == "990100001 甲镇 (示例县), 990200001 甲镇 (另县)"
    (dossier.workspace.root / "w.duckdb").unlink()
    dossier.replace(
        "sources.yml", "locator: 表1", 'locator: 表1\n    constants: {parent_region_code: "990200"}'
    )
    assert rejected(dossier) == []


def test_a_region_outside_the_named_parent_is_refused(dossier):
    dossier.append("regions.csv", "990200,另县,县级,990000,虚构,\n")
    dossier.replace(
        "sources.yml", "locator: 表1", 'locator: 表1\n    constants: {parent_region_code: "990200"}'
    )
    assert {row[4] for row in rejected(dossier)} == {"region_outside_source"}


def test_real_and_fictional_regions_do_not_mix(dossier):
    add_real_source(dossier)
    assert [row[4] for row in rejected(dossier)] == ["region_outside_source"]


def test_regions_are_not_those_of_a_list_that_was_read_before(dossier):
    add_real_source(dossier)
    dossier.replace("sources.yml", "fictional: true", "fictional: false")
    assert rejected(dossier) == []
    (dossier.workspace.root / "w.duckdb").unlink()
    dossier.replace("sources.yml", "fictional: false", "fictional: true")
    assert [row[4] for row in rejected(dossier)] == ["region_outside_source"]


def add_real_source(dossier):
    """A dossier of real regions whose one source speaks about the invented county."""
    real = dossier.workspace.raw / "real"
    real.mkdir()
    (real / "population.csv").write_text(
        "区划代码,时点,常住人口\n990100,2023-12-31,1\n", encoding="utf-8"
    )
    (real / "sources.yml").write_text(
        "dossier: real\ntitle: {zh: 真, en: real}\nfictional: false\n"
        "documents: [{id: real-doc, title: t, issuer: i, grade: B}]\n"
        "sources: [{id: real-pop, file: population.csv, contract: population, document: real-doc}]\n",
        encoding="utf-8",
    )


def test_an_unknown_indicator_is_refused(dossier):
    dossier.append("reported.csv", "示例县,托位好多,2023-12-31,1,,存量\n")
    assert rejected(dossier)[0][3:5] == ("托位好多", "unknown_indicator")


@pytest.mark.parametrize(
    ("unit", "refused"), [("托位", False), ("个", False), ("", False), ("人次", True), ("%", True)]
)
def test_a_unit_that_is_not_the_indicators_is_refused(dossier, unit, refused):
    dossier.write(
        "reported.csv",
        f"地区,指标,截至日期,数值,单位,性质\n示例县,托位数,2023-12-31,1.2,{unit},存量\n",
    )
    reasons = [row[4] for row in rejected(dossier)]
    assert reasons == ["unit_not_of_indicator"] * refused


def test_a_row_without_document_is_refused_where_the_source_names_none(dossier):
    dossier.replace(
        "sources.yml",
        "contract: reported_figure\n    document: shili-doc\n",
        "contract: reported_figure\n",
    )
    dossier.write(
        "reported.csv",
        "地区,指标,截至日期,数值,性质,来源文件\n示例县,托位数,2023-12-31,120,存量,shili-doc\n"
        "示例县,机构数,2023-12-31,3,存量,\n",
    )
    assert [row[1:5] for row in rejected(dossier)] == [("F3", "document_id", None, "blank")]


def test_a_row_may_name_its_document_if_it_is_declared(dossier):
    dossier.write(
        "reported.csv",
        "地区,指标,截至日期,数值,性质,来源文件\n示例县,托位数,2023-12-31,120,存量,shili-doc\n"
        "示例县,机构数,2023-12-31,3,存量,nobody\n",
    )
    assert [row[3:5] for row in rejected(dossier)] == [("nobody", "undeclared_document")]


def test_totals_are_kept_apart_and_never_loaded(dossier):
    with load(dossier) as connection:
        totals = connection.execute("select column_name, value from raw.stated_totals").fetchall()
        loaded = connection.execute("select count(*) from raw.quota_ledger").fetchall()
    assert [(name, int(value)) for name, value in totals] == [("stated_total", 180)]
    assert loaded == [(6,)]


def test_sql_in_cells_stays_text(dossier):
    hostile = "'; drop table raw.population; --"
    dossier.append("population.csv", f'990100002,"{hostile}",2023-12-31,1,1,1\n')
    assert hostile in rejected(dossier)[0][3]
