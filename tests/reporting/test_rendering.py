"""Only pages that a change reaches are made again; the others are copied as they were."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from published_rows import Row, county_rows, missing, no_target, write_tables

from pipeline.published.read_marts import Marts, Regions
from pipeline.reporting import rendering
from pipeline.reporting.rendering import render_reports
from pipeline.wording.errors import ReportError

pytestmark = pytest.mark.integration  # publishes whole sets of pages

COUNTY, OTHER = "reports/regions/01.html", "reports/regions/02.html"


def with_a_second_county() -> dict[str, list[Row]]:
    rows = county_rows()
    rows["regions"] += [{"region_code": "02", "region_name": "乙县", "source_figures": 1}]
    rows["indicator_values"] += [missing("02")]
    rows["target_gaps"] += [no_target("02")]
    return rows


def publish(folder: Path, rows: dict[str, list[Row]], **how: object) -> dict[str, bytes]:
    """Write marts and pages; return the pages."""
    write_tables(folder, rows)
    render_reports(folder, "0123456789abcdef", **how)
    return pages_of(folder)


@pytest.fixture(scope="module")
def published_first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marts and pages of two counties, published once for all tests that change something."""
    folder = tmp_path_factory.mktemp("published_first") / "first"
    publish(folder, with_a_second_county())
    return folder


@pytest.fixture
def first(published_first: Path, tmp_path: Path) -> Path:
    """The same in a folder that the test may spoil."""
    return Path(shutil.copytree(published_first, tmp_path / "first"))


def pages_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in (folder / "reports").rglob("*.html")
    }


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Pages made, rather than copied, since the list was last cleared."""
    files: list[str] = []
    make_page = rendering.make_page

    async def note(runner: object, exporter: object, page: rendering.Page) -> str:
        files.append(page.file)
        return await make_page(runner, exporter, page)

    monkeypatch.setattr(rendering, "make_page", note)
    return files


def about_regions(files: list[str]) -> set[str]:
    return {file for file in files if "/regions/" in file}


def test_a_changed_row_makes_the_pages_of_its_region_again_and_no_other(
    tmp_path: Path, first: Path, made: list[str]
) -> None:
    before = pages_of(first)
    assert about_regions(list(before)) >= {COUNTY, OTHER, "reports/en/regions/02.html"}

    rows = with_a_second_county()
    rows["indicator_values"][-1]["missing_reason"] = "no_denominator"
    pages = publish(tmp_path / "second", rows, published=first)

    assert about_regions(made) == {OTHER, "reports/en/regions/02.html"}
    assert pages[COUNTY] == before[COUNTY]
    assert pages[OTHER] != before[OTHER]


def test_what_comes_of_another_region_makes_no_page_again(
    tmp_path: Path, first: Path, made: list[str]
) -> None:
    rows = with_a_second_county()
    rows["regions"] += [{"region_code": "03", "region_name": "丙县", "source_figures": 1}]
    rows["indicator_values"] += [missing("03")]
    rows["target_gaps"] += [no_target("03")]
    rows["corrections"] = [{"correction_id": "of-03"}]
    publish(tmp_path / "second", rows, published=first)
    assert about_regions(made) == {"reports/regions/03.html", "reports/en/regions/03.html"}


def test_copied_pages_are_those_that_would_have_been_made(
    tmp_path: Path, first: Path, made: list[str]
) -> None:
    before = pages_of(first)
    copied = publish(tmp_path / "second", with_a_second_county(), published=first)
    assert about_regions(made) == set()
    assert copied == before


def test_other_code_makes_every_page_again(tmp_path: Path, first: Path, made: list[str]) -> None:
    publish(tmp_path / "second", with_a_second_county(), code="b", published=first)
    assert about_regions(made) >= {COUNTY, OTHER}


def test_a_published_page_that_somebody_edited_is_not_taken(
    tmp_path: Path, first: Path, made: list[str]
) -> None:
    before = pages_of(first)
    (first / OTHER).write_text("edited", encoding="utf-8")
    pages = publish(tmp_path / "second", with_a_second_county(), published=first)
    assert about_regions(made) == {OTHER}
    assert pages == before, "made from the marts, not from the edited page"


def test_records_that_cannot_be_read_only_cost_time(
    tmp_path: Path, first: Path, made: list[str]
) -> None:
    before = pages_of(first)
    for number, content in enumerate(("[]", json.dumps({COUNTY: {}}))):
        made.clear()
        (first / rendering.RECORDS).write_text(content, encoding="utf-8")
        again = tmp_path / f"again{number}"
        assert publish(again, with_a_second_county(), published=first) == before
        assert about_regions(made) >= {COUNTY, OTHER}, content


def test_whatever_a_page_asks_is_recorded_with_it(published_first: Path) -> None:
    """Else a change of what it reads late, such as for the box of a figure, would not reach it."""
    records = json.loads((published_first / rendering.RECORDS).read_text(encoding="utf-8"))
    marts = {mart for mart, *_ in records[COUNTY]["answers"]}
    assert marts >= {"regions", "target_gaps", "figure_lineage", "load_audit", "corrections"}


def test_a_failing_cell_in_any_kernel_stops_all_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(rendering, "PAGES_WORTH_A_KERNEL", 2)
    rows = with_a_second_county()
    rows["indicator_values"][-1]["missing_reason"] = "nobody_knows_this_word"
    with pytest.raises(ReportError, match="nobody_knows_this_word"):
        publish(tmp_path / "marts", rows)


def test_regions_with_data_are_all_given_pages(published_first: Path) -> None:
    pages = pages_of(published_first)
    codes = [row["region_code"] for row in Regions.of(Marts(published_first)).with_data()]
    assert {f"reports/{at}regions/{code}.html" for code in codes for at in ("", "en/")} == (
        about_regions(list(pages))
    )
