"""LibreOffice, by which tests make files as other people's programs write them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import openpyxl
import pdfplumber
from optional import require

FROM_HTML = "--infilter=HTML (StarWriter)"  # a page as a document; by itself it becomes a sheet


def convert(path: Path, suffix: str, *options: str) -> Path:
    """Convert a file with LibreOffice, beside the original.

    Tests skip where the part of LibreOffice that writes such files is missing, unless
    ``REQUIRE_OFFICE`` forbids it.

    Args:
        path: The file.
        suffix: Of the new file; after a colon the filter that writes it.
        options: More options of LibreOffice.
    """
    require(find_lack("writer" if suffix.startswith("docx") else "calc"), "OFFICE")
    written = _run(path, suffix, *options)
    assert written.is_file(), f"LibreOffice did not write {written}"
    return written


def convert_all(paths: Sequence[Path], suffix: str) -> None:
    """Convert files of one folder in one run of LibreOffice, and remove the originals."""
    if not paths:
        return
    require(find_lack("calc"), "OFFICE")
    _run(paths[0], suffix, others=paths[1:])
    for path in paths:
        assert path.with_suffix("." + suffix).is_file(), f"LibreOffice did not convert {path}"
        path.unlink()


@cache
def find_lack(part: Literal["calc", "writer", "font"]) -> str | None:
    """What is missing to write sheets, documents or Chinese in a PDF; None if nothing is.

    The program is asked to write a file, since it is there with one part and not the other, and
    then ends with status 0 as if it had written something.
    """
    package = "fonts-noto-cjk" if part == "font" else f"libreoffice-{part}-nogui"
    if shutil.which("soffice") is None:
        return f"no LibreOffice (soffice): apt install {package}"
    with tempfile.TemporaryDirectory() as folder:
        sheet, page = Path(folder) / "sheet.xlsx", Path(folder) / "page.html"
        workbook = openpyxl.Workbook()
        workbook.active["A1"] = "镇街"  # without a font all signs look, and are read, alike
        workbook.save(sheet)
        page.write_text("<p>1</p>", encoding="utf-8")
        match part:
            case "calc":
                is_written = _run(sheet, "ods").is_file()
            case "writer":
                is_written = _run(page, "docx", FROM_HTML).is_file()
            case "font":
                with pdfplumber.open(_run(sheet, "pdf")) as printed:
                    is_written = "镇街" in (printed.pages[0].extract_text() or "")
        missing = "Chinese font" if part == "font" else part
        return None if is_written else f"LibreOffice has no {missing}: apt install {package}"


def _run(path: Path, suffix: str, *options: str, others: Sequence[Path] = ()) -> Path:
    profile = f"-env:UserInstallation={(path.parent / 'office-profile').as_uri()}"
    command = ["soffice", profile, "--headless", *options, "--convert-to", suffix, "--outdir"]
    subprocess.run(
        [*command, str(path.parent), *map(str, [path, *others])],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return path.with_suffix("." + suffix.partition(":")[0])
