"""Published marts and pages for the tests of reports."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fixture_types import OpenInBrowser, WriteMarts
from optional import require
from published_rows import Row, county_rows, write_tables

from pipeline.reporting import render_reports

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@pytest.fixture
def write_marts(tmp_path: Path) -> WriteMarts:
    def write(**rows: list[Row]) -> Path:
        return write_tables(tmp_path / "marts", rows)

    return write


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pages of ``county_rows``, made once."""
    folder = write_tables(tmp_path_factory.mktemp("published") / "marts", county_rows())
    render_reports(folder, "0123456789abcdef")
    return folder / "reports"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    lack = None if CHROMIUM else "no Chromium: apt install chromium fonts-noto-cjk"
    require(lack, "BROWSER")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_in_browser(browser: Browser, tmp_path: Path) -> Iterator[OpenInBrowser]:
    opened: list[Page] = []

    def open_(reports: Path, name: str, width: int = 1280) -> tuple[Page, list[str], list[str]]:
        # far from the marts, as when somebody is sent the pages
        sent = shutil.copytree(reports, tmp_path / "sent", dirs_exist_ok=True)
        page = browser.new_page(viewport={"width": width, "height": 900})
        opened.append(page)
        requests: list[str] = []
        complaints: list[str] = []
        page.on("request", lambda request: requests.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("dialog", lambda dialog: complaints.append(dialog.message))
        page.goto((sent / name).as_uri())
        for mark, ready in ((".chart", "charts=drawn"), (".sortable", "tables=sorted")):
            if page.query_selector(mark):
                page.wait_for_selector(f"html[data-{ready}]")
        return page, requests, complaints

    yield open_
    for page in opened:
        page.close()
