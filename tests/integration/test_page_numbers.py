"""Every number of every published page stands in a mart, and a wrong one is noticed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from page_numbers import (
    KnownTexts,
    PublishedMarts,
    check_page,
    check_pages,
    fixed_words,
    is_written_as,
)

from pipeline.core.workspace import Workspace

pytestmark = pytest.mark.integration

FIGURE = re.compile(r'<data value="(indicator_values:value:990101\|[^"]*)">([\d,.]+)</data>')


def test_no_number_of_a_page_differs_from_its_mart_and_none_lacks_one(shipped: Workspace) -> None:
    pages = list((shipped.marts / "reports").rglob("*.html"))
    # real places and the demonstration city, in both languages
    assert {"360500.html", "990101.html"} <= {page.name for page in pages}
    assert check_pages(shipped.marts) == []


@pytest.fixture(scope="module")
def marts(shipped: Workspace) -> PublishedMarts:
    return PublishedMarts(shipped.marts)


@pytest.fixture(scope="module")
def page(shipped: Workspace) -> str:
    path: Path = shipped.marts / "reports/regions/990101.html"
    return path.read_text(encoding="utf-8")


def faults(html: str, marts: PublishedMarts) -> list[str]:
    known = KnownTexts([*marts.texts(), *fixed_words()])
    return check_page(html, marts, known, marts.dates())


def with_other_digit(text: str) -> str:
    return text[:-1] + ("1" if text[-1] != "1" else "2")


def test_a_wrong_number_is_noticed(page: str, marts: PublishedMarts) -> None:
    found = FIGURE.search(page)
    assert found is not None
    wrong = f'<data value="{found[1]}">{with_other_digit(found[2])}</data>'
    (fault,) = faults(page.replace(found[0], wrong, 1), marts)
    assert found[1] in fault


@pytest.mark.parametrize(
    ("planted", "fault"),
    [
        pytest.param("<p>3,754</p>", "'3,754' in '3,754' has no mart", id="number-without-a-mart"),
        pytest.param(
            '<data value="no_such_mart:value:1">7</data>', "no mart", id="mart-that-is-none"
        ),
        pytest.param(
            '<data value="regions:source_figures:000">7</data>', "0 rows", id="key-that-is-none"
        ),
        pytest.param(
            '<data value="load_audit:sum(rows_read):true">7</data>', "'7' stands", id="wrong-sum"
        ),
        pytest.param('<data value="?">7</data>', "no mart '?'", id="figure-that-lost-its-place"),
        pytest.param('<data value="#">many</data>', "no number", id="count-that-is-no-number"),
        pytest.param('<time datetime="1900-01-01">x</time>', "1900", id="date-without-a-mart"),
        pytest.param('<p title="97,531">x</p>', "nowhere", id="number-in-an-attribute-alone"),
        pytest.param(
            '<script type="application/json">{"figures":[{"value":"7 个",'
            '"of":"load_audit:sum(rows_read):true"}]}</script>',
            "'7' stands",
            id="number-in-a-box-that-opens",
        ),
        pytest.param(
            '<script type="application/json">{"data":[{"text":["97,531"]}],"layout":{}}</script>',
            "drawn",
            id="number-drawn-in-a-chart-alone",
        ),
    ],
)
def test_a_number_that_nothing_explains_is_noticed(
    marts: PublishedMarts, planted: str, fault: str
) -> None:
    (message,) = faults(planted, marts)
    assert fault in message


@pytest.mark.parametrize(
    ("value", "text", "scale", "is_right"),
    [
        pytest.param(1892, "1,892", "", True, id="separators"),
        pytest.param(0.241, "24.1%", "", True, id="share"),
        pytest.param(0.0063, "0.6", "*100", True, id="points"),
        pytest.param(-12, "12", "", True, id="sign-in-words"),
        pytest.param(-12, "+12", "", False, id="wrong-sign"),
        pytest.param(4.476, "4.48", "", True, id="rounded"),
        pytest.param(4.476, "4.47", "", False, id="cut-off"),
        pytest.param(0.241, "24.1", "", False, id="share-without-its-sign"),
        pytest.param(1892, "about 1,892", "", False, id="words-within-the-number"),
    ],
)
def test_a_text_shows_a_value_rounded_to_what_it_writes(
    value: float, text: str, scale: str, is_right: bool
) -> None:
    assert is_written_as(value, text, scale) is is_right
