"""LibreOffice, by which tests make files as other people's programs write them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest


def convert(path: Path, suffix: str, *options: str) -> Path:
    """Convert a file with LibreOffice, beside the original.

    Tests skip where there is no LibreOffice, unless ``REQUIRE_OFFICE`` forbids it.
    """
    office = shutil.which("soffice")
    if office is None:
        reason = "no LibreOffice (soffice) to write the files of this test"
        if os.environ.get("REQUIRE_OFFICE"):
            pytest.fail(reason)
        pytest.skip(reason)
    profile = f"-env:UserInstallation=file://{path.parent / 'office-profile'}"
    subprocess.run(
        [
            office,
            profile,
            "--headless",
            *options,
            "--convert-to",
            suffix,
            "--outdir",
            str(path.parent),
            str(path),
        ],
        check=True,
        capture_output=True,
        timeout=180,
    )
    return path.with_suffix("." + suffix.partition(":")[0])
