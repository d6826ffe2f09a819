"""Makes the pictures of README.md from what is published in ``data/marts``.

Needs LibreOffice, pdftoppm, Chromium and the Noto CJK fonts. Run it from the project's folder after
a build: ``.venv/bin/python docs/make_pictures.py``.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
MARTS, PICTURES = ROOT / "data" / "marts", ROOT / "docs" / "pictures"
# page, width and height of the window, what is clicked first
PAGES = {
    "index": ("reports/index.html", 1280, 1500, None),
    "region": ("reports/regions/990100.html", 1280, 1700, None),
    "box": ("reports/regions/211104.html", 1000, 760, ".card-value .figure"),
    "phone": ("reports/en/regions/211104.html", 390, 844, None),
}
SHEETS_SHOWN = 2  # the cover and the first mart


def main() -> None:
    """Write every picture."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))))
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for name, (path, width, height, clicked) in PAGES.items():
            page = browser.new_page(viewport={"width": width, "height": height})
            page.goto((MARTS / path).as_uri())
            page.wait_for_timeout(2_000)  # charts draw themselves
            if clicked:
                page.locator(clicked).first.click()
            page.screenshot(path=PICTURES / f"{name}.png")
            page.close()
        browser.close()
    workbook()
    for picture in PICTURES.glob("*.png"):
        Image.open(picture).convert("RGB").quantize(128).save(picture, optimize=True)


def workbook() -> None:
    """Print the first sheets of the workbook as LibreOffice prints them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(
            [
                *("soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless"),
                *("--convert-to", "pdf", "--outdir", name, MARTS / "childcare_capacity.xlsx"),
            ],
            check=True,
            capture_output=True,
        )
        pdf = folder / "childcare_capacity.pdf"
        last = ["-f", "1", "-l", str(SHEETS_SHOWN), "-r", "70", "-png"]
        subprocess.run(["pdftoppm", *last, pdf, folder / "sheet"], check=True)
        sheets = [Image.open(path) for path in sorted(folder.glob("sheet*.png"))]
        wide = sum(sheet.width for sheet in sheets)
        joined = Image.new("RGB", (wide, max(sheet.height for sheet in sheets)), "white")
        at = 0
        for sheet in sheets:
            joined.paste(sheet, (at, 0))
            at += sheet.width
        joined.save(PICTURES / "workbook.png")


if __name__ == "__main__":
    main()
