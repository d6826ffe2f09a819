"""Whole pages: self-contained, offline, the same each time, and right in a browser."""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fixture_types import OpenInBrowser
from published_rows import county_rows, write_tables

from pipeline.reporting import render_reports
from pipeline.reporting.scripts import LIBRARIES, load_library, pack, page_scripts
from pipeline.wording.errors import ReportError

OpenPage = Callable[..., Any]
LARGEST_PAGE = 2_500_000  # bytes


@functools.cache
def pages_of(reports: Path) -> dict[str, str]:
    return {
        path.relative_to(reports).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(reports.rglob("*.html"))
    }


def without_libraries(page: str) -> str:
    return re.sub(r'(id="[a-z]+-gzip">)[^<]*', r"\1", page)


def test_there_is_one_page_for_every_region_with_figures_and_an_overview(reports: Path) -> None:
    assert set(pages_of(reports)) == {
        folder + page
        for folder in ("", "en/")
        for page in (
            "index.html", "quality.html", "contradictions.html", "methods.html",
            "regions/01.html", "regions/0101.html", "regions/99.html",
        )
    }  # fmt: skip


def test_pages_name_no_address_and_forbid_every_request(reports: Path) -> None:
    for name, page in pages_of(reports).items():
        assert "default-src &#x27;none&#x27;" in page, name
        rest = without_libraries(page)
        assert not re.search(r"https?://|//cdn|src=|@import|url\(", rest), name
        assert not re.search(r'href="(?!#|(\.\./)*(en/)?(regions/)?([a-z]+|\d+)\.html")', rest), (
            name
        )


def test_pages_name_their_language_are_small_and_hold_plotly_once_where_there_is_a_chart(
    reports: Path,
) -> None:
    plotly = pack("plotly")
    for name, page in pages_of(reports).items():
        assert f'<html lang="{"en" if name.startswith("en/") else "zh-CN"}">' in page
        assert len(page.encode()) < LARGEST_PAGE, name
        charts = page.count('class="chart-data"')
        assert page.count(plotly) == (1 if charts else 0), name
    assert 'class="chart-data"' not in pages_of(reports)["regions/99.html"]


def test_code_is_hidden_and_a_hostile_name_is_text(reports: Path) -> None:
    for name, page in pages_of(reports).items():
        assert "load_region(" not in page, name
        assert "load_overview(" not in page, name
        assert "<script>alert" not in page, name
    assert "&lt;script&gt;alert(" in pages_of(reports)["regions/99.html"]
    assert "&lt;script&gt;alert(" in pages_of(reports)["index.html"]


def test_only_the_invented_region_wears_the_banner(reports: Path) -> None:
    wearing = [name for name, page in pages_of(reports).items() if 'class="banner"' in page]
    assert wearing == ["en/regions/99.html", "regions/99.html"]


def test_questions_about_ledgers_are_asked_only_where_there_is_one(reports: Path) -> None:
    asked = [name for name, page in pages_of(reports).items() if "镇街指标</h2>" in page]
    assert asked == ["regions/01.html", "regions/0101.html"]


def test_the_same_marts_give_the_same_bytes(reports: Path, tmp_path: Path) -> None:
    again = write_tables(tmp_path / "marts", county_rows())
    render_reports(again, "0123456789abcdef")
    assert pages_of(again / "reports") == pages_of(reports)


def test_a_code_without_words_stops_the_build_before_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = county_rows()
    rows["target_gaps"][0]["status"] = "nonsense"
    folder = write_tables(tmp_path / "marts", rows)
    with pytest.raises(ReportError, match=r"(?s)no label for status 'nonsense'"):
        render_reports(folder, "b")
    assert not list((folder / "reports").rglob("regions/*.html"))


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_packed_library_unpacks_to_the_code_that_the_policy_allows(name: str) -> None:
    import base64
    import gzip
    import hashlib

    code = gzip.decompress(base64.b64decode(pack(name)))
    assert code.decode() == load_library(name)
    checksum = base64.b64encode(hashlib.sha256(code).digest()).decode()
    assert checksum in html.unescape(str(page_scripts("")["policy"]))


def test_libraries_are_those_that_their_packages_carry() -> None:
    assert "plotly.js v" in load_library("plotly")[:300]
    assert "DataTables 2" in load_library("datatables")
    assert "export{" not in load_library("datatables")


@pytest.fixture
def open_page(open_in_browser: OpenInBrowser, reports: Path) -> OpenPage:
    return functools.partial(open_in_browser, reports)


@pytest.mark.browser
@pytest.mark.parametrize(
    "name", ["index.html", "regions/01.html", "regions/0101.html", "regions/99.html"]
)
def test_a_page_asks_for_nothing_but_itself_and_the_browser_has_no_complaint(
    open_page: OpenPage, name: str
) -> None:
    _, requests, complaints = open_page(name)
    assert [url.rpartition("/sent/")[2] for url in requests] == [name]
    assert complaints == []


@pytest.mark.browser
@pytest.mark.parametrize(("name", "charts"), [("index.html", 1), ("regions/01.html", 2)])
def test_charts_are_drawn_with_titles_caption_and_data_table(
    open_page: OpenPage, name: str, charts: int
) -> None:
    page, _, _ = open_page(name)
    drawn = page.query_selector_all(".chart")
    assert len(drawn) == charts
    for chart in drawn:
        for part in (".xtitle", ".ytitle", ".bars .point"):
            assert chart.query_selector(part), part
        assert chart.query_selector(".modebar-btn") is None
        answer = chart.evaluate_handle("chart => chart.closest('.answer')")
        assert answer.query_selector(".chart-title").inner_text()
        caption = answer.query_selector(".caption").inner_text()
        assert "来源" in caption
        assert re.search(r"时间：20\d\d", caption)
        assert "示例文件" in caption
        assert answer.query_selector("details table")


@pytest.mark.browser
def test_chinese_is_drawn_with_its_own_glyphs(open_page: OpenPage) -> None:
    page, _, _ = open_page("regions/01.html")
    # characters that no font holds all look alike; U+E000 belongs to nobody
    pictures = page.evaluate(
        """() => ["托", "位", "\\ue000"].map((letter) => {
            const canvas = document.createElement("canvas");
            const pen = canvas.getContext("2d");
            pen.font = "32px " + getComputedStyle(document.body).fontFamily;
            pen.fillText(letter, 4, 40);
            return canvas.toDataURL();
        })"""
    )
    assert len(set(pictures)) == 3


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "regions/01.html"])
def test_a_phone_scrolls_tables_in_their_box_and_not_the_page(
    open_page: OpenPage, name: str
) -> None:
    page, _, _ = open_page(name, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    box = page.query_selector(".table-box")
    assert box.evaluate("box => box.scrollWidth > box.clientWidth")


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "regions/01.html"])
def test_a_short_table_is_not_cut_however_low_the_window(open_page: OpenPage, name: str) -> None:
    page, _, _ = open_page(name)
    page.set_viewport_size({"width": 1280, "height": 200})
    cut: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".table-box")]
            .filter((box) => box.querySelectorAll("tbody tr").length < 20)
            .filter((box) => box.offsetParent && box.scrollHeight > box.clientHeight)
            .map((box) => box.getAttribute("aria-label"))"""
    )
    assert cut == []


@pytest.mark.browser
def test_a_citation_leads_to_its_document(open_page: OpenPage) -> None:
    page, _, _ = open_page("regions/01.html")
    target = page.query_selector(".cite a").get_attribute("href")
    assert "示例文件" in page.query_selector(target).inner_text()


@pytest.mark.browser
@pytest.mark.parametrize("name", ["index.html", "regions/01.html"])
def test_the_switch_leads_to_the_same_page_in_the_other_language_and_back(
    open_page: OpenPage, name: str
) -> None:
    page, _, complaints = open_page(name)
    start = page.url
    page.click("nav a[hreflang=en]")
    assert page.url.endswith(f"/en/{name}")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.click("nav a[hreflang=zh]")
    assert page.url == start
    assert complaints == []
