"""Reads every published page and holds each number on it against the published marts.

It shares no code with what makes the pages: it reads HTML, the published Parquet files, the grain
of each mart as dbt's YAML states it, and the fixed words of pages. Pages say of a number where it
stands, as ``<data value="mart:column:key">``; what is no figure of a mart is one of

* ``<data value="#">``: how many things are listed, or a number that names something,
* ``<time datetime="…">``: a date, which must stand in some mart,
* part of a text that stands in a mart as it is, such as a title or the name of a facility,
* part of the fixed words of pages, such as 3岁以下.

``python tests/page_numbers.py FOLDER`` checks the marts and pages of a folder and prints what is
wrong; it ends with 1 if anything is.
"""

from __future__ import annotations

import datetime as dt
import functools
import json
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
MARTS_YML = ROOT / "dbt_project/models/marts/_marts.yml"
FIXED_WORDS = [
    *sorted((ROOT / "pipeline/wording").glob("*.yml")),
    *sorted((ROOT / "pipeline/contracts").glob("*.yml")),
    ROOT / "pipeline/core/messages.yml",
    MARTS_YML,
]
# dbt's and Great Expectations' own programs, which show no figures of marts
NOT_OURS = {"models.html", "expectations.html"}
NUMBER = re.compile(r"[+\u2212-]?\d[\d,]*(?:\.\d+)?")
WITH_PERCENT = re.compile(r"[+\u2212-]?\d[\d,]*(?:\.\d+)?%?")
DIGITS = re.compile(r"\d+")
CITATION = re.compile(r"\[\d{1,3}\]")
CHECKSUM = re.compile(r"[0-9a-f]{64}")
SHORT_CHECKSUM = 12  # characters that pages write
PLACEHOLDER = re.compile(r"\{[^{}]*\}")
JOINT = "\u200b"  # between elements of one line
PREVIOUS = "previous/"  # begins the place of a figure of the set published before
SHORTEST_CODE = 6  # digits; a shorter text of digits alone would explain any number
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr", "col"}


@dataclass
class PageText:
    """What a page shows.

    Attributes:
        figures: Place and text of each ``<data>``.
        dates: Date and text of each ``<time>``.
        texts: All other text, in pieces.
        attributes: Texts of attributes, which hold no markup.
        scripts: Content of scripts that hold data.
    """

    figures: list[tuple[str, str]] = field(default_factory=list)
    dates: list[tuple[str, str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = PageText()
        self._open: list[tuple[str, str]] = []
        # on English pages the Chinese words of one text stand in elements of their own
        self._goes_on = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        for name in ("aria-label", "title", "alt"):
            if name in given:
                self.page.attributes.append(given[name] or "")
        if tag in VOID:
            return
        self._goes_on = tag == "span"
        if tag == "data":
            self.page.figures.append((given.get("value") or "", ""))
        mark = {"data": "value", "time": "datetime", "script": "type"}.get(tag, "")
        self._open.append((tag, given.get(mark) or ""))

    def handle_endtag(self, tag: str) -> None:
        self._goes_on = tag == "span"
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        tag, mark = self._open[-1] if self._open else ("", "")
        if any(tag == "data" for tag, _ in self._open):
            place, text = self.page.figures.pop()
            self.page.figures.append((place, text + data))
            return
        match tag:
            case "style":
                pass
            case "script":
                if mark == "application/json":
                    self.page.scripts.append(data)
            case "time":
                self.page.dates.append((mark, data))
            case _ if self._goes_on and self.page.texts:
                self.page.texts[-1] += JOINT + data
            case _:
                self.page.texts.append(data)


def read_page(html: str) -> PageText:
    """What a page shows, its parts told apart."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class PublishedMarts:
    """The Parquet files of a published set, read without the project's own reader."""

    def __init__(self, folder: Path) -> None:
        """Take the folder with ``regions.parquet`` and the others."""
        self._folder = folder
        self._connection = duckdb.connect()
        self._grains = {
            model["name"]: model["config"]["meta"]["grain"]
            for model in YAML(typ="safe").load(MARTS_YML)["models"]
        }
        self.names = sorted(path.stem for path in folder.glob("*.parquet"))

    def value(self, place: str) -> Any:
        """The number at a place.

        Raises:
            LookupError: There is no such mart, column or row, or there are several rows.
        """
        if place.startswith(PREVIOUS):
            return PublishedMarts(self._folder.parent / "previous_marts").value(
                place.removeprefix(PREVIOUS)
            )
        mart, _, rest = place.partition(":")
        column, _, key = rest.partition(":")
        if mart not in self.names:
            raise LookupError(f"no mart {mart!r}")
        if "(" in column:
            return self._aggregate(mart, column, key)
        columns, rows = self._rows(mart)
        if column not in columns:
            raise LookupError(f"mart {mart} has no column {column!r}")
        found = rows.get(key, [])
        if len(found) != 1:
            raise LookupError(f"{len(found)} rows of {mart} have the key {key!r}")
        return found[0][columns.index(column)]

    def texts(self) -> Iterator[str]:
        """Every text of every mart that holds a digit."""
        for mart in self.names:
            for group in self._rows(mart)[1].values():
                for row in group:
                    for value in row:
                        if isinstance(value, str) and DIGITS.search(value):
                            yield value
                            yield from value.split("; ")
                            if CHECKSUM.fullmatch(value):
                                yield value[:SHORT_CHECKSUM]

    def dates(self) -> set[str]:
        """Every date of every mart."""
        return {
            value.isoformat()
            for mart in self.names
            for group in self._rows(mart)[1].values()
            for row in group
            for value in row
            if isinstance(value, dt.date)
        }

    @functools.cache  # noqa: B019 - one object a run
    def _rows(self, mart: str) -> tuple[list[str], dict[str, list[tuple[Any, ...]]]]:
        result = self._connection.execute("from read_parquet(?)", [self._path(mart)])
        columns = [column[0] for column in result.description]
        positions = [columns.index(part) for part in self._grains[mart]]
        rows: dict[str, list[tuple[Any, ...]]] = {}
        for row in result.fetchall():
            key = "|".join("" if row[at] is None else str(row[at]) for at in positions)
            rows.setdefault(key, []).append(row)
        return columns, rows

    @functools.cache  # noqa: B019 - one object a run
    def _aggregate(self, mart: str, what: str, condition: str) -> Any:
        query = f"select {what} from read_parquet(?) where {condition}"
        try:
            (row,) = self._connection.execute(query, [self._path(mart)]).fetchall()
        except duckdb.Error as error:
            raise LookupError(str(error)) from error
        return row[0] or 0

    def _path(self, mart: str) -> str:
        return str(self._folder / f"{mart}.parquet")


def fixed_words() -> Iterator[str]:
    """Pieces with digits of whatever pages say in fixed words, without their placeholders."""
    for path in FIXED_WORDS:
        yield from _pieces(YAML(typ="safe").load(path))
    for path in sorted((ROOT / "notebooks").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                lines = "".join(cell["source"]).replace("## ", "").splitlines()
                yield from _pieces([line.split(" | ") for line in lines])


def _pieces(content: Any) -> Iterator[str]:
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _pieces(str(key))
            yield from _pieces(value)
    elif isinstance(content, list):
        for value in content:
            yield from _pieces(value)
    elif isinstance(content, str):
        for piece in PLACEHOLDER.split(content):
            if DIGITS.search(piece):
                # within a sentence an English label begins small
                yield from (piece, piece[:1].lower() + piece[1:])


class KnownTexts:
    """Texts that explain the digits in them: those of marts, and fixed words."""

    def __init__(self, texts: Iterable[str]) -> None:
        """Take the texts; one of few digits and nothing else explains nothing."""
        self._by_digits: dict[str, set[str]] = {}
        for text in texts:
            stripped = " ".join(text.split())
            if WITH_PERCENT.fullmatch(stripped) and len(stripped) < SHORTEST_CODE:
                continue
            for digits in DIGITS.findall(stripped):
                self._by_digits.setdefault(digits, set()).add(stripped)

    @functools.cache  # noqa: B019 - one object a run
    def unexplained(self, text: str) -> list[str]:
        """Numbers in a text that no known text explains."""
        # a number in square brackets points to the page's list of documents
        rest = CITATION.sub("\u25a1", " ".join(text.split()))
        known = {
            each for digits in DIGITS.findall(rest) for each in self._by_digits.get(digits, ())
        }
        known = {each for each in known if each in rest}
        for each in sorted(known, key=lambda found: (-len(found), found)):
            # a text that ends within a longer number does not explain it
            pattern = rf"(?<!\d)(?<!\d[.,]){re.escape(each)}(?!\d)(?![.,]\d)"
            rest = re.sub(pattern, "\u25a1", rest)
        return NUMBER.findall(rest)


def is_written_as(value: float, text: str, scale: str) -> bool:
    """Whether a text shows a value, rounded to the decimals that it writes.

    Args:
        value: The number in the mart.
        text: What the page shows; a difference may leave its sign to words.
        scale: ``*100`` where the text counts in percentage points.
    """
    if not WITH_PERCENT.fullmatch(text):
        return False
    shown = float(text.rstrip("%").replace(",", "").replace("\u2212", "-"))
    value = float(value) * (100 if text.endswith("%") or scale else 1)
    if text[0] not in "+-\u2212":
        value = abs(value)
    decimals = len(text.rstrip("%").partition(".")[2])
    return abs(shown - value) <= 0.5 * 10**-decimals + 1e-9 * max(1, abs(value))


def check_number(marts: PublishedMarts, place: str, text: str) -> str | None:
    """What is wrong with a number that says where it stands; None where nothing is."""
    place, scale, _ = place.partition("*100") if place.endswith("*100") else (place, "", "")
    try:
        value = marts.value(place)
    except LookupError as error:
        return f"{text!r} is said to stand at {place}: {error}"
    if isinstance(value, str) and NUMBER.findall(value) == NUMBER.findall(text):
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"{text!r} is said to stand at {place}, where {value!r} stands"
    if not is_written_as(value, text, scale):
        return f"{text!r} stands on the page, {value!r} at {place}"
    return None


def check_page(html: str, marts: PublishedMarts, known: KnownTexts, dates: set[str]) -> list[str]:
    """What is wrong with the numbers of a page; empty where nothing is."""
    page = read_page(html)
    wrong = []
    for place, text in page.figures:
        if place != "#":
            wrong.append(check_number(marts, place, text))
        elif not WITH_PERCENT.fullmatch(text):
            wrong.append(f"{text!r} is no number")
    wrong += [f"no mart has the date {date}" for date, _ in page.dates if date not in dates]
    for text in page.texts:
        # one text in several elements, or several texts beside each other
        if known.unexplained(text.replace(JOINT, "")):
            wrong += [
                f"{number!r} in {text.strip()!r} has no mart"
                for piece in text.split(JOINT)
                for number in known.unexplained(piece)
            ]
    shown = {text for _, text in page.figures} | {text for _, text in page.dates}
    for text in page.attributes:
        wrong += [
            f"{number!r} in {text!r} stands nowhere on the page"
            for number in known.unexplained(text)
            if number not in shown
        ]
    for script in page.scripts:
        content = json.loads(script)
        wrong += _check_boxes(content, marts) if "figures" in content else []
        wrong += _check_chart(content, shown, known) if "layout" in content else []
    return [message for message in wrong if message]


def _check_boxes(content: dict[str, Any], marts: PublishedMarts) -> Iterator[str | None]:
    """Figures that a click opens; what they are made of is held by the lineage's own tests."""
    for figure in content["figures"]:
        numbers = WITH_PERCENT.findall(figure["value"])
        if numbers:
            yield check_number(marts, figure["of"], numbers[0])


def _check_chart(spec: dict[str, Any], shown: set[str], known: KnownTexts) -> Iterator[str]:
    """Numbers that are drawn also stand in the table below the chart, with their place."""
    drawn = [text for trace in spec["data"] for text in trace.get("text") or []]
    drawn += [note["text"] for note in spec["layout"].get("annotations", [])]
    for text in drawn:
        for number in known.unexplained(text):
            if not {number, number + "%"} & shown:
                yield f"{number!r} is drawn in a chart and stands in no table of the page"


def check_pages(folder: Path) -> list[str]:
    """What is wrong with the numbers of all pages of a published set.

    Args:
        folder: With the Parquet files, and ``reports/`` below it.

    Returns:
        One line a fault, with the page it is on.
    """
    marts = PublishedMarts(folder)
    build = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["build"]
    known = KnownTexts([*marts.texts(), *fixed_words(), build[:SHORT_CHECKSUM]])
    dates = marts.dates()
    return [
        f"{path.relative_to(folder)}: {message}"
        for path in sorted((folder / "reports").rglob("*.html"))
        if path.name not in NOT_OURS
        for message in check_page(path.read_text(encoding="utf-8"), marts, known, dates)
    ]


if __name__ == "__main__":
    faults = check_pages(Path(sys.argv[1]))
    print("\n".join(faults))  # noqa: T201 - a script
    sys.exit(1 if faults else 0)
