"""The page of measured figures, of which every benchmark writes its own part."""

from __future__ import annotations

import datetime as dt
import os
import platform
import re
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
INTRODUCTION = """# Benchmarks

`make bench` writes this page. Ratios count, not seconds: what is compared runs by turns.
"""


def write_part(name: str, text: str) -> None:
    """Put a part into the page in the place of the one of that name, or at its end."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    page = PAGE.read_text(encoding="utf-8") if PAGE.exists() else INTRODUCTION
    part = f"{begin}{text.strip()}\n{end}"
    if begin in page:
        before, rest = page.split(begin)
        page = before + part + rest.split(end)[1]
    else:
        page = f"{page.rstrip()}\n\n{part}"
    PAGE.write_text(page, encoding="utf-8", newline="\n")


def describe_machine(*packages: str) -> str:
    """Cores, memory, processor, versions, day, load; of Linux."""
    model = re.search("model name.*: (.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    parts = [f"{os.cpu_count()} cores", f"{gigabytes:.0f} GB of memory", model[1] if model else "?"]
    parts += [f"Python {platform.python_version()}", f"{dt.datetime.now(tz=dt.UTC):%Y-%m-%d}"]
    parts += [f"{package} {version(package)}" for package in packages]
    return (
        f"Machine: {', '.join(parts)}.\nAverage load in the last quarter of an hour:"
        f" {os.getloadavg()[2]:.1f}; other jobs make ratios noisy."
    )
