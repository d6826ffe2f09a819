"""English pages say everything in English but names and titles, and lead to their Chinese twins."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from pipeline.wording.texts import HAN

VOID = {"meta", "link", "br", "hr", "img", "input", "wbr"}
# scripts and styles are not read out; a title cannot hold an element that tells its language
SILENT = {"script", "style", "title"}


class Unmarked(HTMLParser):
    """Finds Chinese text outside elements that say that they are Chinese."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            inside = bool(self.open) and self.open[-1][1]
            lang = dict(attrs).get("lang")
            is_chinese = inside if lang is None else lang.startswith("zh")
            self.open.append((tag, is_chinese or tag in SILENT))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if HAN.search(data) and not (self.open and self.open[-1][1]):
            self.found.append(data.strip())


def unmarked_chinese(page: str) -> list[str]:
    parser = Unmarked()
    parser.feed(page)
    return parser.found


def test_english_pages_are_english_but_for_what_is_marked_as_chinese(reports: Path) -> None:
    pages = sorted((reports / "en").rglob("*.html"))
    assert len(pages) > 3
    for path in pages:
        assert unmarked_chinese(path.read_text(encoding="utf-8")) == [], path.name


def test_english_pages_name_regions_and_documents_in_chinese(reports: Path) -> None:
    page = (reports / "en" / "regions" / "01.html").read_text(encoding="utf-8")
    for name in ("真县", "示例文件", "示例县办公室"):
        assert f'<span lang="zh">{name}</span>' in page


def test_planted_chinese_on_an_english_page_is_found() -> None:
    page = (
        '<html lang="en"><p>places <span lang="zh">大洼区</span><br>个</p><title>区</title></html>'
    )
    assert unmarked_chinese(page) == ["个"]
    assert unmarked_chinese('<html lang="zh-CN"><p>托位 <b lang="en">个</b></p></html>') == ["个"]


@pytest.mark.parametrize("name", ["index.html", "regions/01.html"])
def test_numbers_are_the_same_in_both_languages(reports: Path, name: str) -> None:
    for number in ("3.00", "4.50"):
        for folder in ("", "en"):
            assert number in (reports / folder / name).read_text(encoding="utf-8")
