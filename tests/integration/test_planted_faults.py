"""Each critical check stops the build before anything published changes; warnings do not."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner
from example_dossier import Dossier

from pipeline.core.errors import CheckFailedError, SourceProblemsError
from pipeline.modelling import dbt as modelling

pytestmark = pytest.mark.integration


def published_bytes(dossier):
    return {
        path: path.read_bytes() for path in dossier.workspace.marts.rglob("*") if path.is_file()
    }


@contextmanager
def only_the_check(name: str) -> Iterator[None]:
    """Let dbt build what this test of its reads and run no other; nothing else if it has no such.

    That a build runs all of them is held by ``test_every_check_can_fail``.
    """
    invoke = dbtRunner.invoke

    def invoke_selected(self: dbtRunner, arguments: list[str], **how: Any) -> Any:
        selected = ["--select", f"+{name}", "--indirect-selection", "empty"]
        return invoke(self, arguments + selected * (arguments[0] == "build"), **how)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dbtRunner, "invoke", invoke_selected)
        yield


def plant_duplicate_region(dossier):
    dossier.append("regions.csv", "990100001,甲镇,乡级,990100,虚构,\n")


def plant_wrong_total(dossier):
    dossier.write_ledger((("甲镇", 120, (40, 80, 120)), ("乙镇", 60, (20, 40, 60))), 190)


def plant_wrong_town_total(dossier):
    dossier.write_ledger((("甲镇", 150, (40, 80, 120)), ("乙镇", 60, (20, 40, 60))), 180)


def plant_ledger_read_the_wrong_way(dossier):
    dossier.replace("sources.yml", "accumulation: cumulative", "accumulation: added")


def plant_population_by_date_and_by_year(dossier):
    dossier.write(
        "population.csv",
        "地区,时点,年份,常住人口\n示例县,2023-12-31,,40000\n示例县,,2023,41000\n",
    )


def plant_more_children_than_residents(dossier):
    dossier.replace("population.csv", "40000,300,1400", "1000,300,1400")


def plant_unknown_parent(dossier):
    dossier.append("regions.csv", "990300,远县,县级,880000,虚构,\n")


@pytest.mark.parametrize(
    ("plant", "noticed_by"),
    [
        (plant_duplicate_region, "(region_code_stands_once, 2 found)"),
        (plant_wrong_total, "assert_ledger_towns_add_to_the_stated_total"),
        (plant_wrong_town_total, "assert_town_quotas_reach_their_stated_total"),
        (plant_ledger_read_the_wrong_way, "assert_town_quotas_reach_their_stated_total"),
        (plant_population_by_date_and_by_year, "assert_a_source_counts_a_population_once"),
        (plant_more_children_than_residents, "(ages_1_to_4_among_residents, 1 found)"),
        (plant_unknown_parent, "assert_regions_parents_exist"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_planted_fault_stops_the_build_and_leaves_the_published_set(published, plant, noticed_by):
    dossier = published
    before = published_bytes(dossier)
    plant(dossier)
    with only_the_check(noticed_by), pytest.raises(CheckFailedError) as caught:
        dossier.build()
    assert noticed_by in str(caught.value)
    assert "nothing was published" in str(caught.value)
    assert published_bytes(dossier) == before
    assert not dossier.workspace.build.exists()


def test_a_figure_without_source_stops_the_build(published, tmp_path, monkeypatch):
    """Take the lineage of one column away, as a careless change of a model would."""
    import shutil

    dossier = published
    project = tmp_path / "dbt_project"
    shutil.copytree(modelling.DBT_PROJECT, project, ignore=shutil.ignore_patterns("target", "logs"))
    inputs = project / "models" / "intermediate" / "lineage" / "int_figure_inputs.sql"
    line = "('facilities', 'stated_or_counted', [('facilities', 'facilities_claims')]),"
    text = inputs.read_text(encoding="utf-8")
    assert line in text
    inputs.write_text(text.replace(line, ""), encoding="utf-8")
    monkeypatch.setattr(modelling, "DBT_PROJECT", project)
    dossier.append("reported.csv", "示例县,机构数,2023-12-31,3,,存量\n")
    check = "assert_region_years_have_sources"
    with only_the_check(check), pytest.raises(CheckFailedError, match=check):
        dossier.build()


def test_bad_structure_stops_the_build_with_all_problems(published):
    dossier = published
    before = published_bytes(dossier)
    dossier.replace("sources.yml", "contract: policy_target", "contract: targets")
    dossier.replace("reported.csv", "截至日期", "截止日子")
    with pytest.raises(SourceProblemsError) as caught:
        dossier.build()
    assert len(caught.value.problems) >= 2
    assert caught.value.exit_status == 2
    assert published_bytes(dossier) == before


def test_a_structural_fault_of_a_file_alone_is_a_fault_of_data(published):
    dossier = published
    dossier.replace("reported.csv", "截至日期", "截止日子")
    with pytest.raises(SourceProblemsError) as caught:
        dossier.build()
    assert caught.value.exit_status == 1


def test_a_warning_is_shown_and_does_not_stop_the_build(dossier):
    dossier.write_ledger((("甲镇", 120, (3, 80, 120)), ("乙镇", 60, (20, 40, 60))), 180)
    assert dossier.build_marts()
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        warned = connection.execute(
            "select subject, column_name, failures from marts.check_results where not passed"
        ).fetchall()
    assert warned == [("raw.quota_ledger", "places", 1)]


def test_a_ledger_of_zeros_divides_by_nothing(dossier):
    dossier.write_ledger((("甲镇", 0, (0, 0, 0)), ("乙镇", 0, (0, 0, 0))), 0)
    assert dossier.build_with_pages("reports/regions/990100.html")
    page = dossier.workspace.marts / "reports" / "regions" / "990100.html"
    assert "nan" not in re.sub(
        r"<script.*?</script>", "", page.read_text(encoding="utf-8"), flags=re.S
    )
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        rates = connection.execute(
            "select distinct cumulative_quota_places, implied_places_per_1000"
            " from marts.quota_progress where cumulative_quota_places is not null"
        ).fetchall()
    assert rates == [(0, None)]


def test_one_ledger_file_a_town_is_added_up_for_the_county(dossier):
    """Each town sends its own file with its own total; none of the totals is the county's."""
    entry = (
        "  - {{id: {0}, file: {0}.csv, contract: quota_ledger, document: shili-doc, locator: 表,"
        " constants: {{parent_region_code: '990100', unit: places, accumulation: cumulative}}}}\n"
    )
    sources = (dossier.folder / "sources.yml").read_text(encoding="utf-8")
    dossier.write("sources.yml", sources[: sources.index("  - id: shili-ledger")])
    for number, town in enumerate(("甲镇", "乙镇", "丙镇")):
        dossier.append("sources.yml", entry.format(f"town-{number}"))
        dossier.write(f"town-{number}.csv", f"镇街,年度,托位数\n{town},2025,60\n合计,,60\n")
    (dossier.folder / "ledger.xlsx").unlink()
    assert dossier.build_with_pages("reports/regions/990100.html")
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select quota_places, quota_basis, quota_towns from marts.quota_totals"
        ).fetchall()
    assert found == [(180, "summed", 3)]
    page = dossier.workspace.marts / "reports" / "regions" / "990100.html"
    assert "台账自载总计" not in page.read_text(encoding="utf-8")


def test_a_rejected_row_is_published_with_its_reason_and_the_rest_goes_on(dossier):
    dossier.append("population.csv", "990100002,乙镇,2023-12-31,好多,1,1\n")
    assert dossier.build_with_pages("reports/quality.html")
    assert refused(dossier) == [
        ("shili/population.csv", "D4", "好多", "not_a_whole_number",
         "不是整数", "not a whole number",
         "只写数字，不带单位和说明", "write the number alone, without unit or remark")
    ]  # fmt: skip
    page = dossier.workspace.marts / "reports" / "quality.html"
    assert "好多" in page.read_text(encoding="utf-8")


def test_two_populations_of_one_region_and_day_are_both_refused_and_shown(dossier):
    dossier.append("population.csv", "990100,示例县,2023-12-31,41000,300,1400\n")
    assert dossier.build_marts()
    found = refused(dossier)
    assert {row[3] for row in found} == {"rows_with_one_key_differ"}
    assert len(found) == 2
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        shown = connection.execute(
            "select source_row, candidates from marts.rejected_rows order by source_row"
        ).fetchall()
        kept = connection.execute("select region_code from raw.population").fetchall()
    assert shown[0][1].startswith("row 4: resident_population 41000")
    assert shown[1][1].startswith("row 2: resident_population 40000")
    assert kept == [("990100001",)]


def test_a_ledger_row_that_stands_twice_is_counted_once(dossier):
    dossier.write_ledger(
        (("甲镇", 120, (40, 80, 120)), ("甲镇", 120, (40, 80, 120)), ("乙镇", 60, (20, 40, 60))),
        180,
    )
    assert dossier.build_marts()
    assert [row[3] for row in refused(dossier)] == ["repeated_row"] * 3


def refused(dossier):
    """Refused rows, after a look that every row of every source is accounted for."""
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        lost = connection.execute(
            "select source_id from marts.load_audit"
            " where rows_read != rows_loaded + rows_rejected + rows_set_aside"
        ).fetchall()
        assert lost == []
        return connection.execute(
            "select file, source_cell, found, reason_code, reason, reason_en, next_step, next_step_en"
            " from marts.rejected_rows order by file, source_row"
        ).fetchall()


def test_a_second_build_does_nothing_and_an_edit_or_a_touch_builds_again(published):
    dossier = published
    pages = ("reports/index.html", "reports/regions/990100.html")
    assert dossier.build_with_pages(*pages), "a copy does not find the rows of the original"
    before = published_bytes(dossier)
    assert not dossier.build_with_pages(*pages)
    (dossier.folder / "reported.csv").touch()
    assert dossier.build_with_pages(*pages)
    assert published_bytes(dossier) == before, "the same inputs give the same bytes"
    dossier.replace("reported.csv", "托位数,2023-12-31,120", "托位数,2023-12-31,121")
    assert dossier.build_with_pages(*pages)
    assert not dossier.build_with_pages(*pages)
    with duckdb.connect(str(dossier.workspace.warehouse), read_only=True) as connection:
        places = connection.execute(
            "select places from marts.region_years where region_code = '990100' and year = 2023"
        ).fetchall()
    assert places == [(121,)]


@pytest.mark.usefixtures("copied_models")
def test_a_published_file_that_vanished_is_built_again(published):
    dossier = published
    (dossier.workspace.marts / "regions.csv").unlink()
    assert dossier.build_marts()
    assert (dossier.workspace.marts / "regions.csv").is_file()


def test_the_manifest_names_every_file_and_its_checksum(published):
    dossier = published
    import hashlib

    manifest = json.loads(dossier.workspace.manifest.read_text(encoding="utf-8"))
    for mart in manifest["marts"].values():
        for name, sha256 in mart["sha256"].items():
            content = (dossier.workspace.marts / name).read_bytes()
            assert hashlib.sha256(content).hexdigest() == sha256
    assert "raw/shili/ledger.xlsx" in manifest["inputs"]
    assert (dossier.workspace.marts / "regions.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_an_invented_county_is_called_so_on_its_page(published):
    page = published.workspace.marts / "reports" / "regions" / "990100.html"
    assert "虚构" in page.read_text(encoding="utf-8")


def test_a_folder_may_have_any_name(tmp_path):
    odd = Dossier(tmp_path / "我的 数据 100% #1 '$HOME' {x}")
    assert odd.build()
    assert odd.workspace.index_page.is_file()
