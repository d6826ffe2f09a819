"""Whatever bytes a file holds, reading it ends in tables or in problems that teach."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path

import hostile_files
import openpyxl
import pytest
from hostile_files import ROWS, TITLE, UNIT_LINE, Case, Outcome
from office import FROM_HTML, convert

pytestmark = pytest.mark.integration

PROCESSES = 2
# Mutations a format: all of them take about a minute on two idle cores, the hand-made files another.
COUNTS = {
    "csv": 2_400,
    "tsv": 2_000,
    "gb18030": 1_800,
    "utf16": 1_800,
    "pasted": 1_800,
    "one_a_line": 1_800,
    "html": 2_000,
    "json": 2_000,
    "geojson": 1_200,
    "zip": 1_000,
    "gzip": 1_000,
    "xlsx": 2_000,
}
OFFICE_COUNTS = {"xls": 1_200, "ods": 1_500, "pdf": 300}
WORD_COUNTS = {"docx": 1_500}
SAMPLED = 10  # one in so many is read without --long


def sample(counts: Mapping[str, int]) -> dict[str, int]:
    """How many mutations a format ``make test`` reads; the corpus begins with them."""
    return {kind: count // SAMPLED for kind, count in counts.items()}


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    """Small sound files of every format that needs no office program."""
    path = tmp_path_factory.mktemp("seeds") / "table.xlsx"
    write_workbook(path)
    texts = hostile_files.text_seeds()
    texts["zip"].append(hostile_files.zipped({"table.xlsx": path.read_bytes()}))
    return {**texts, "xlsx": [path.read_bytes()]}


@pytest.fixture(scope="session")
def office_seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    """The same as an office program writes it."""
    path = tmp_path_factory.mktemp("office") / "table.xlsx"
    write_workbook(path)
    return {kind: [convert(path, kind).read_bytes()] for kind in ("xls", "ods", "pdf")}


@pytest.fixture(scope="session")
def word_seeds(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[bytes]]:
    """The same as a word processor writes it."""
    page = tmp_path_factory.mktemp("word") / "page.html"
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in ROWS]
    page.write_text(
        f'<html><head><meta charset="utf-8"></head><body><p>{TITLE}</p><p>{UNIT_LINE}</p>'
        f"<table border=1><tr>{'</tr><tr>'.join(cells)}</tr></table></body></html>",
        encoding="utf-8",
    )
    return {"docx": [convert(page, "docx:MS Word 2007 XML", FROM_HTML).read_bytes()]}


def write_workbook(path: Path) -> None:
    """A workbook with a merged title, numbers, a hidden row and a second sheet with a formula."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    for row in ((TITLE,), (UNIT_LINE,), *ROWS):
        sheet.append(list(row))
    sheet.merge_cells("A1:F1")
    sheet["C4"], sheet["D4"] = 40_000, 300
    sheet.row_dimensions[5].hidden = True
    workbook.create_sheet("空")["B2"] = "=1+1"
    workbook.save(path)


def examine(
    cases: list[Case], seeds: Mapping[str, list[bytes]], folder: Path
) -> tuple[list[Outcome], float]:
    """All outcomes, and the seconds that they took; files of failed cases stay in ``folder``."""
    began = time.monotonic()
    outcomes = list(hostile_files.examine_all(cases, seeds, folder, PROCESSES))
    for outcome in outcomes:
        if outcome.complaint:
            kept = folder / f"{outcome.case.kind}-{outcome.case.name or outcome.case.number}.bin"
            kept.write_bytes(hostile_files.bytes_of(outcome.case, seeds))
            outcome.complaint += f"\nthe file: {kept}"
    return outcomes, time.monotonic() - began


def tell(outcomes: list[Outcome]) -> str:
    """Every failed case with what went wrong; empty where nothing did."""
    failed = [outcome for outcome in outcomes if outcome.complaint]
    return "\n\n".join(f"{outcome.case}: {outcome.complaint}" for outcome in failed[:20])


def damage(
    counts: Mapping[str, int], seeds: Mapping[str, list[bytes]], folder: Path
) -> dict[str, list[Outcome]]:
    """Outcomes of the mutations of some formats, all read by the same processes."""
    cases = [Case(kind, number) for kind, count in counts.items() for number in range(count)]
    outcomes, seconds = examine(cases, seeds, folder)
    print(f"{len(cases)} files in {seconds:.1f} s")  # noqa: T201 (told by pytest -rP)
    return {kind: [o for o in outcomes if o.case.kind == kind] for kind in counts}


@pytest.fixture(scope="module")
def damaged(seeds, tmp_path_factory) -> dict[str, list[Outcome]]:
    return damage(sample(COUNTS), seeds, tmp_path_factory.mktemp("damaged"))


@pytest.fixture(scope="module")
def damaged_office(seeds, office_seeds, tmp_path_factory) -> dict[str, list[Outcome]]:
    folder = tmp_path_factory.mktemp("damaged_office")
    return damage(sample(OFFICE_COUNTS), {**seeds, **office_seeds}, folder)


@pytest.fixture(scope="module")
def damaged_word(seeds, word_seeds, tmp_path_factory) -> dict[str, list[Outcome]]:
    folder = tmp_path_factory.mktemp("damaged_word")
    return damage(sample(WORD_COUNTS), {**seeds, **word_seeds}, folder)


def check(outcomes: list[Outcome], count: int) -> None:
    assert len(outcomes) == count
    assert not tell(outcomes), tell(outcomes)


def check_that_some_are_read(outcomes: list[Outcome], count: int) -> None:
    check(outcomes, count)
    # mutations that no reader takes for a table any more would test little
    assert sum(outcome.read for outcome in outcomes) > count / 20


@pytest.mark.parametrize("kind", COUNTS)
def test_a_damaged_file_is_read_or_refused(kind, damaged):
    check_that_some_are_read(damaged[kind], sample(COUNTS)[kind])


@pytest.mark.parametrize("kind", OFFICE_COUNTS)
def test_a_damaged_office_file_is_read_or_refused(kind, damaged_office):
    check(damaged_office[kind], sample(OFFICE_COUNTS)[kind])


@pytest.mark.parametrize("kind", WORD_COUNTS)
def test_a_damaged_document_is_read_or_refused(kind, damaged_word):
    check(damaged_word[kind], sample(WORD_COUNTS)[kind])


@pytest.mark.long
def test_all_damaged_files_of_the_corpus_are_read_or_refused(seeds, tmp_path):
    for kind, outcomes in damage(COUNTS, seeds, tmp_path).items():
        check_that_some_are_read(outcomes, COUNTS[kind])


@pytest.mark.long
def test_all_damaged_office_files_of_the_corpus_are_read_or_refused(
    seeds, office_seeds, word_seeds, tmp_path
):
    counts = OFFICE_COUNTS | WORD_COUNTS
    for kind, outcomes in damage(counts, seeds | office_seeds | word_seeds, tmp_path).items():
        check(outcomes, counts[kind])


def test_a_hostile_file_made_by_hand_is_read_or_refused(seeds, tmp_path):
    cases = [Case("by hand", name=name) for name in hostile_files.hand_made()]
    outcomes, _ = examine(cases, seeds, tmp_path)
    assert len(outcomes) == len(cases)
    assert not tell(outcomes), tell(outcomes)


def test_the_sound_files_themselves_are_laid_out(seeds, tmp_path):
    """The mutations begin at files whose tables are found, of every format."""
    for kind, contents in seeds.items():
        outcomes = [
            hostile_files.examine(content, tmp_path / f"{kind}-{number}.bin", Case(kind))
            for number, content in enumerate(contents)
        ]
        assert not tell(outcomes), tell(outcomes)
        assert all(outcome.read for outcome in outcomes), kind
        assert any(outcome.laid_out for outcome in outcomes), kind
