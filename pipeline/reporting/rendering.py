"""Makes the pages of a published set that a change reaches, several at a time; copies the others.

A page follows from the answers of the marts to its questions and from the code. Both are kept
beside the pages. If the new marts answer as before, the published page is what would be made.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
import os
import shutil
import time
from collections import deque
from pathlib import Path
from typing import Any

from pipeline.core.messages import Message
from pipeline.core.progress import show_progress
from pipeline.language import LANGUAGES
from pipeline.published.read_marts import Marts, Question, Regions
from pipeline.reporting.notebooks import open_runner
from pipeline.reporting.overview import FURTHER_PAGES
from pipeline.reporting.pages import Page, make_page, open_exporter
from pipeline.wording.texts import say, speaking

logger = logging.getLogger(__name__)

# notebook of all regions -> its page, below the folder of a language
PAGES_OF_ALL = {"overview": "index.html"} | {page: f"{page}.html" for page in FURTHER_PAGES}
# A kernel takes about as long to start as it takes to make some pages.
PAGES_WORTH_A_KERNEL = 10
RECORDS = "reports/pages.json"
# of one page: sha256 of itself, how it is made, and its questions with checksums of the answers
Record = dict[str, Any]


def render_reports(
    marts: Path, build: str, *, code: str = "", published: Path | None = None
) -> None:
    """Write ``reports/index.html`` and ``reports/regions/<region_code>.html``.

    The same pages in English are below ``reports/en/``.

    Args:
        marts: Folder with the new Parquet files; the pages are written below it.
        build: Fingerprint of the build.
        code: Checksum of everything but the marts that a page is made from.
        published: Folder of the set published before, whose pages may be used again; None for none.

    Raises:
        ReportError: A mart is missing, a code has no label, or a cell of a notebook failed.
    """
    started = time.perf_counter()
    pages = _list_pages(marts, build, published)
    known = {} if published is None else _read_records(published / RECORDS)
    answers = _Answers(Marts(marts))
    records = {
        page.file: known[page.file]
        for page in pages
        if published is not None
        and page.file in known
        and _is_unchanged(known[page.file], _made_by(page, code), published / page.file, answers)
    }
    for file in records:
        (marts / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(published / file, marts / file)  # type: ignore[operator]
    missing = [page for page in pages if page.file not in records]
    if missing:
        records |= asyncio.run(_make(missing, marts, code))
    text = json.dumps(records, ensure_ascii=False, sort_keys=True, indent=0)
    (marts / RECORDS).write_text(text + "\n", encoding="utf-8", newline="\n")
    made, unchanged = len(missing), len(pages) - len(missing)
    seconds = time.perf_counter() - started
    logger.info(Message("build.pages", made=made, unchanged=unchanged, seconds=seconds))


def _list_pages(marts: Path, build: str, published: Path | None) -> list[Page]:
    common = {"marts": str(marts.resolve())}
    of_all = common | {"build": build}
    previous = {"previous": "" if published is None else str(published.resolve())}
    pages = []
    for language in LANGUAGES:
        for notebook, path in PAGES_OF_ALL.items():
            with speaking(language):
                title = say(f"page.{notebook}")
            parameters = of_all | (previous if notebook == "overview" else {})
            pages.append(Page(notebook, language, path, title, parameters))
    for row in Regions.of(Marts(marts)).with_data():
        code, name = row["region_code"], row["region_name"]
        pages += [
            Page("region", language, f"regions/{code}.html", name, common | {"region_code": code})
            for language in LANGUAGES
        ]
    return pages


def _made_by(page: Page, code: str) -> str:
    """Checksum of what makes a page besides the marts, wherever these are."""
    folders = ("marts", "previous")
    parameters = {name: value for name, value in page.parameters.items() if name not in folders}
    recipe = json.dumps([code, page.notebook, page.language, page.title, parameters])
    return hashlib.sha256(recipe.encode()).hexdigest()


class _Answers:
    """What the new marts answer to questions of published pages, each asked once."""

    def __init__(self, marts: Marts) -> None:
        self._marts = marts
        self._known: dict[Question, str] = {}

    def are_unchanged(self, expected: list[list[str]]) -> bool:
        for *asked, checksum in expected:
            mart, query, values = asked
            question = (mart, query, values)
            if question not in self._known:
                self._known[question] = self._marts.checksum(question)
            if self._known[question] != checksum:
                return False
        return True


def _read_records(path: Path) -> dict[str, Record]:
    try:
        records: dict[str, Record] = json.loads(path.read_text(encoding="utf-8"))
        return {file: dict(record) for file, record in records.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}  # nothing published, or not by this version: every page is made


def _is_unchanged(record: Record, made_by: str, page: Path, answers: _Answers) -> bool:
    return bool(
        record.get("made_by") == made_by
        and page.is_file()
        and record.get("sha256") == _sha256(page)  # nobody edited it
        and answers.are_unchanged(record["answers"])
    )


async def _make(pages: list[Page], marts: Path, code: str) -> dict[str, Record]:
    """Make pages in as many kernels as there are processors to use."""
    waiting, records = deque(pages), dict[str, Record]()

    async def work() -> None:
        try:
            async with open_runner() as runner:
                exporter = open_exporter()
                while waiting:
                    page = waiting.popleft()
                    show_progress(Message("step.making_pages"), len(records), len(pages))
                    text, asked = await make_page(runner, exporter, page)
                    (marts / page.file).parent.mkdir(parents=True, exist_ok=True)
                    (marts / page.file).write_text(text, encoding="utf-8", newline="\n")
                    records[page.file] = {
                        "answers": asked,
                        "made_by": _made_by(page, code),
                        "sha256": _sha256(marts / page.file),
                    }
        except BaseException:
            waiting.clear()  # the other kernels end with the page that they are at
            raise

    kernels = min(os.cpu_count() or 1, 1 + len(pages) // PAGES_WORTH_A_KERNEL)
    # a kernel that is cancelled while it starts would be left behind, so each comes to its end
    outcomes = await asyncio.gather(*(work() for _ in range(kernels)), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome
    return records


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
