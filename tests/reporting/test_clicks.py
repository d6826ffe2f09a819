"""What readers do with a page in a browser: open figures, sort, filter, print, listen."""

from __future__ import annotations

import copy
import datetime as dt
import functools
import io
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from axe_playwright_python.sync_playwright import Axe
from fixture_types import OpenInBrowser
from playwright.sync_api import expect
from published_rows import HOSTILE, Row, county_rows, lineage, missing, no_target, write_tables

from pipeline.published.read_marts import Marts
from pipeline.reporting import render_reports

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Any]
PAGES = (
    "index.html",
    "regions/01.html",
    "regions/0101.html",
    "en/index.html",
    "en/regions/01.html",
)
# what a careless page would run, reverse, or break its layout with
PLANTED = HOSTILE + "\u202e倒写\u202c" + "长" * 200
DAY = dt.date(2023, 12, 31)


def towns_rows() -> dict[str, list[Row]]:
    """``county_rows`` with rates of towns that text would sort wrongly, and hostile documents."""
    rows = copy.deepcopy(county_rows())
    rows["regions"][2]["source_figures"] = 1
    rows["regions"].append(
        {"region_code": "0103", "region_name": "丙乡", "region_level": "town", "parent_code": "01",
         "parent_name": "真县"}
    )  # fmt: skip
    rows["indicator_values"] = [rows["indicator_values"][0], missing("0103"), missing("99")]
    rows["target_gaps"] += [no_target("0102"), no_target("0103")]
    rows["figure_lineage"].append(
        lineage("target_gaps", "01|places_per_1000|stock|2025", "required_places", 180)
        | {"formula_code": "required_places", "formula": "目标 × 常住人口 ÷ 1,000，向上取整"}
    )
    for town, rate in (("0101", 10.25), ("0102", 9.5)):
        key = f"{town}|places_per_1000|stock|2023-12-31|stated|as_reported"
        rows["indicator_values"].append(
            {"region_code": town, "indicator": "places_per_1000", "as_of_date": DAY, "year": 2023,
             "value_origin": "stated", "value": rate, "basis": "reported", "source_ids": "s",
             "scope": "as_reported"}
        )  # fmt: skip
        rows["figure_lineage"].append(
            lineage("indicator_values", key, "value", rate)
            | {"input_measure": "places_per_1000", "document_id": "hostile",
               "document_title": PLANTED, "locator": PLANTED, "column_label": PLANTED,
               "source_sheet": "表1", "source_cell": f"B{town[-1]}"}
        )  # fmt: skip
    return rows


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_tables(tmp_path_factory.mktemp("towns") / "marts", towns_rows())
    render_reports(folder, "0123456789abcdef")
    return folder


@pytest.fixture
def open_page(open_in_browser: OpenInBrowser, published: Path) -> OpenPage:
    return functools.partial(open_in_browser, published / "reports")


def box_text(page: Any) -> str:
    return str(page.locator("dialog.box[open]").inner_text())


def test_a_click_on_a_figure_shows_the_cell_and_document_that_its_lineage_names(
    open_page: OpenPage, published: Path
) -> None:
    page, _, complaints = open_page("regions/0101.html")
    page.click(".card-value .figure")
    shown = box_text(page)
    (row,) = Marts(published).rows(
        "figure_lineage", "region_code = '0101' and mart = 'indicator_values'"
    )
    assert "每千人口托位数" in shown
    assert "照录原文" in shown
    for column in ("source_file", "source_sheet", "source_cell", "issuer"):
        assert row[column] in shown, column
    for column in ("column_label", "document_title", "locator"):
        assert row[column] in page.locator("dialog.box").text_content(), column
    assert "10.25 个/千人" in shown
    assert "A（政府文件）" in shown
    assert complaints == []


def test_a_computed_figure_shows_its_formula_with_the_numbers_filled_in(
    open_page: OpenPage,
) -> None:
    page, _, _ = open_page("regions/01.html")
    page.locator("tbody .figure", has_text=re.compile("^180$")).click()
    shown = box_text(page)
    assert "目标 × 常住人口 ÷ 1,000，向上取整" in shown
    assert "⌈4.50 × 40,000 ÷ 1,000⌉ = 180" in shown


NUMBERS_THAT_DIFFER = """() => {
    const differing = [];
    for (const link of document.querySelectorAll("a.figure")) {
        const number = link.textContent.match(/[\\d,.]*\\d/)?.[0];
        if (!number || link.classList.contains("figure-missing")) continue;
        link.click();
        const shown = document.querySelector(".box-value").textContent;
        if (!shown.includes(number)) differing.push(`${number} is not ${shown}`);
        document.querySelector("dialog.box").close();
    }
    return differing;
}"""


@pytest.mark.parametrize("name", PAGES)
def test_every_figure_opens_its_own_number(open_page: OpenPage, name: str) -> None:
    page, _, complaints = open_page(name)
    assert page.locator("a.figure").count() > 2
    assert page.evaluate(NUMBERS_THAT_DIFFER) == []
    assert complaints == []


def test_figures_that_open_the_box_of_their_neighbour_would_be_noticed(
    open_page: OpenPage,
) -> None:
    page, _, _ = open_page("regions/01.html")
    page.evaluate(
        """() => {
            const links = [...document.querySelectorAll("a.figure")];
            const indices = links.map((link) => link.dataset.figure);
            links.forEach((link, i) => { link.dataset.figure = indices[(i + 1) % links.length]; });
        }"""
    )
    assert page.evaluate(NUMBERS_THAT_DIFFER)


def test_the_box_opens_and_closes_by_keyboard_and_gives_the_focus_back(
    open_page: OpenPage,
) -> None:
    page, _, _ = open_page("regions/0101.html")
    figure = page.locator(".card-value .figure").first
    assert figure.get_attribute("role") == "button"
    for key in ("Enter", "Space"):
        figure.focus()
        page.keyboard.press(key)
        assert "10.25" in box_text(page)
        assert page.evaluate("document.activeElement.closest('dialog') !== null")
        page.keyboard.press("Escape")
        assert page.locator("dialog.box[open]").count() == 0
        assert figure.evaluate("link => link === document.activeElement")


def test_a_missing_figure_opens_the_reason_and_not_a_number(open_page: OpenPage) -> None:
    page, _, _ = open_page("index.html")
    page.locator("tr", has_text="丙乡").locator(".figure-missing").click()
    shown = box_text(page)
    assert "丙乡" in shown
    assert "未报告托位数" in shown
    assert not re.search(r"\d", shown.replace("1,000", ""))


def expect_order(page: Any, names: list[str]) -> None:
    expect(page.locator("table.sortable").first.locator("tbody th a")).to_have_text(names)


def test_numbers_sort_by_value_and_missing_ones_stay_last_either_way(open_page: OpenPage) -> None:
    page, _, complaints = open_page("index.html")
    heading = page.locator("table.sortable th", has_text="最近数字").first
    heading.click()
    expect(heading).to_have_attribute("aria-sort", "ascending")
    expect_order(page, ["真县", "乙镇", "甲镇", "丙乡"])
    heading.click()
    expect(heading).to_have_attribute("aria-sort", "descending")
    expect_order(page, ["甲镇", "乙镇", "真县", "丙乡"])
    heading.click()
    expect_order(page, ["真县", "甲镇", "乙镇", "丙乡"])
    assert complaints == []


def test_a_table_sorts_by_keyboard(open_page: OpenPage) -> None:
    page, _, _ = open_page("index.html")
    heading = page.locator("table.sortable th", has_text="最近数字").first
    heading.locator("[tabindex='0']").focus()
    page.keyboard.press("Enter")
    expect_order(page, ["真县", "乙镇", "甲镇", "丙乡"])


def test_the_total_stays_last_however_its_table_is_sorted(open_page: OpenPage) -> None:
    page, _, _ = open_page("regions/01.html")
    table = page.locator("table.sortable", has_text="各镇街之和")
    for _ in range(2):
        table.locator("thead tr").last.locator("th").first.click()
        assert "各镇街之和" in table.locator("tr").last.inner_text()
        assert table.locator("tbody tr").count() == 2


def test_regions_are_chosen_by_level_and_found_by_name(open_page: OpenPage) -> None:
    page, _, _ = open_page("index.html")
    tools = page.locator(".tools").first
    tools.get_by_label("级别").select_option("乡级")
    expect_order(page, ["甲镇", "乙镇", "丙乡"])
    tools.get_by_label("搜索").fill("乙")
    expect_order(page, ["乙镇"])
    assert tools.locator("output").inner_text() == "显示 1 / 4 行"
    tools.get_by_label("搜索").fill("")
    tools.get_by_label("级别").select_option("")
    tools.get_by_label("目标状态").select_option("未达到")
    expect_order(page, ["真县"])


def test_a_page_without_scripts_still_shows_its_tables_and_leads_to_documents(
    browser: Any, published: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((published / "reports" / "regions" / "0101.html").as_uri())
    target = page.locator(".card-value .figure").first.get_attribute("href")
    assert "示例县办公室" in page.locator(target).inner_text()
    assert page.locator("table").count() > 2
    context.close()


def test_planted_markup_stays_text_in_page_table_and_box(open_page: OpenPage) -> None:
    for name in ("index.html", "regions/99.html", "regions/0101.html"):
        page, requests, complaints = open_page(name)
        scripts = page.locator("script").count()
        for figure in page.locator("a.figure").all():
            figure.click()
            page.keyboard.press("Escape")
        assert page.locator("script").count() == scripts
        assert "<script>alert('1')</script>" in page.locator("main").inner_text()
        assert complaints == []
        assert len(requests) == 1
    page.locator("dialog.box").evaluate("box => box.showModal()")
    assert PLANTED in page.locator("dialog.box").text_content()


@pytest.mark.parametrize("name", [*PAGES, "regions/99.html"])
def test_a_phone_never_scrolls_the_page_sideways(open_page: OpenPage, name: str) -> None:
    page, _, _ = open_page(name, width=390)
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.locator("a.figure").first.click()
    content = page.locator(".box-content")
    assert content.evaluate("box => box.scrollWidth <= box.clientWidth")
    assert content.evaluate("box => box.getBoundingClientRect().right <= 390")


def serious(page: Any) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{rule['id']}: {node['html'][:200]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", [*PAGES, "regions/99.html"])
def test_a_screen_reader_stumbles_over_nothing_serious(open_page: OpenPage, name: str) -> None:
    page, _, _ = open_page(name)
    assert serious(page) == []
    page.locator("a.figure").first.click()
    assert serious(page) == []


def test_a_picture_without_words_and_pale_text_would_be_noticed(open_page: OpenPage) -> None:
    page, _, _ = open_page("index.html")
    page.evaluate(
        """() => {
            document.querySelector("main").prepend(document.createElement("img"));
            document.querySelector("h1").style.color = "#ddd";
        }"""
    )
    assert {finding.partition(":")[0] for finding in serious(page)} == {
        "image-alt",
        "color-contrast",
    }


LONGER = """() => {
    const table = [...document.querySelectorAll("table.sortable")]
        .find((table) => table.textContent.includes("各镇街之和"));
    const row = table.querySelector("tbody tr");
    for (let i = 0; i < 90; i += 1) table.tBodies[0].append(row.cloneNode(true));
}"""
A4 = (595, 842)  # points
MARGIN = 30  # points; the sheets have 12 mm
PAPER = 703  # pixels between the margins


def printed(page: Any) -> list[Any]:
    return list(pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)


def wider_than_paper(page: Any) -> list[str]:
    """Tables that a browser would shrink the whole page for, or cut."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": PAPER, "height": 900})
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll(".table-box")]
            .filter((box) => box.scrollWidth > box.clientWidth)
            .map((box) => box.getAttribute("aria-label"))"""
    )
    return found


def cut_off(sheets: list[Any]) -> list[str]:
    return [
        word["text"]
        for sheet in sheets
        for word in sheet.extract_words()
        if word["x0"] < MARGIN or word["x1"] > A4[0] - MARGIN
    ]


def test_a_printed_table_repeats_its_headings_and_is_cut_off_nowhere(open_page: OpenPage) -> None:
    page, _, complaints = open_page("regions/01.html")
    page.evaluate(LONGER)
    sheets = printed(page)
    assert {(round(sheet.width), round(sheet.height)) for sheet in sheets} == {A4}
    # Chromium writes some characters as their radicals
    texts = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in sheets]
    of_table = [text for text in texts if text.count("20,000") > 5]
    assert len(of_table) > 1
    assert all("反推常住" in text.replace("\n", "") for text in of_table)
    on_screen = page.locator("main").inner_text()
    joined = "".join(texts)
    assert joined.count("各镇街之和") == on_screen.count("各镇街之和")  # not once a sheet
    assert cut_off(sheets) == []
    assert wider_than_paper(page) == []
    # what only a screen can use is not printed, and figures name their documents
    assert "搜索" not in joined
    assert "English" not in joined
    assert re.search(r"180\s*\[\d", joined)
    assert complaints == []


@pytest.mark.parametrize("name", PAGES)
def test_every_table_fits_a_sheet(open_page: OpenPage, name: str) -> None:
    page, _, _ = open_page(name)
    assert wider_than_paper(page) == []


def test_a_table_wider_than_the_sheet_would_be_noticed(open_page: OpenPage) -> None:
    page, _, _ = open_page("regions/01.html")
    page.evaluate("document.querySelector('table.sortable').style.minWidth = '1400px'")
    assert wider_than_paper(page)
