"""Whatever bytes a file holds, reading it ends in tables or in problems that teach."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import hostile_files
import openpyxl
import pytest
from hostile_files import ROWS, TITLE, UNIT_LINE, Case, Outcome

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
OFFICE_COUNTS = {"xls": 1_200, "ods": 1_500, "docx": 1_500, "pdf": 300}


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
    office = shutil.which("soffice")
    if office is None:
        reason = "no soffice, so no seeds of xls, ods, docx and pdf"
        if os.environ.get("REQUIRE_OFFICE") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("office")
    write_workbook(folder / "table.xlsx")
    cells = ["".join(f"<td>{cell}</td>" for cell in row) for row in ROWS]
    (folder / "page.html").write_text(
        f'<html><head><meta charset="utf-8"></head><body><p>{TITLE}</p><p>{UNIT_LINE}</p>'
        f"<table border=1><tr>{'</tr><tr>'.join(cells)}</tr></table></body></html>",
        encoding="utf-8",
    )
    for kind in ("xls", "ods", "pdf"):
        convert(office, folder / "table.xlsx", kind)
    convert(office, folder / "page.html", "docx:MS Word 2007 XML", "--infilter=HTML (StarWriter)")
    written = {"xls": "table.xls", "ods": "table.ods", "pdf": "table.pdf", "docx": "page.docx"}
    return {kind: [(folder / name).read_bytes()] for kind, name in written.items()}


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


def convert(office: str, path: Path, kind: str, *options: str) -> None:
    """Let the office program write a file in another format, beside it."""
    home = f"-env:UserInstallation={(path.parent / 'home').as_uri()}"
    command = [office, home, "--headless", *options, "--convert-to", kind, "--outdir"]
    subprocess.run(
        [*command, str(path.parent), str(path)], check=True, capture_output=True, timeout=180
    )


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
    return damage(COUNTS, seeds, tmp_path_factory.mktemp("damaged"))


@pytest.fixture(scope="module")
def damaged_office(seeds, office_seeds, tmp_path_factory) -> dict[str, list[Outcome]]:
    folder = tmp_path_factory.mktemp("damaged_office")
    return damage(OFFICE_COUNTS, {**seeds, **office_seeds}, folder)


def check(outcomes: list[Outcome], count: int) -> None:
    assert len(outcomes) == count
    assert not tell(outcomes), tell(outcomes)


@pytest.mark.parametrize("kind", COUNTS)
def test_a_damaged_file_is_read_or_refused(kind, damaged):
    check(damaged[kind], COUNTS[kind])
    # mutations that no reader takes for a table any more would test little
    assert sum(outcome.read for outcome in damaged[kind]) > COUNTS[kind] / 20


@pytest.mark.parametrize("kind", OFFICE_COUNTS)
def test_a_damaged_office_file_is_read_or_refused(kind, damaged_office):
    check(damaged_office[kind], OFFICE_COUNTS[kind])


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
