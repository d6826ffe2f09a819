"""One entry for files of one kind, whose names differ by a year, a month or a day."""

from __future__ import annotations

import calendar
import datetime as dt
import os
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

from pipeline.core.errors import Problem
from pipeline.core.inputs import may_be_loaded
from pipeline.core.messages import Message, Text, listed
from pipeline.dossier_files.sources_file import SourceEntry

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_YEAR, _MONTH, _DAY = r"(?:19|20)\d{2}", r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
# A month or day without separators has two digits: 2025111 may be two days.
_SHORT_MONTH, _SHORT_DAY = r"(?:0[1-9]|1[0-2])", r"(?:0[1-9]|[12]\d|3[01])"
PATTERNS = {
    "year": rf"{_YEAR}年?",
    "month": rf"{_YEAR}(?:{_SHORT_MONTH}|[-_.]{_MONTH}|年{_MONTH}月)",
    "date": (
        rf"{_YEAR}(?:{_SHORT_MONTH}{_SHORT_DAY}|(?P<between>[-_.]){_MONTH}(?P=between){_DAY}"
        rf"|年{_MONTH}月{_DAY}日)"
    ),
}
MONTH_OF_A_YEAR = rf"{_MONTH}月?"  # {month} beside {year}
MOST_SHOWN = 10  # files that a message names


def find_files_of_one_kind(
    entry: SourceEntry, folder: Path, place: Text, taken: frozenset[str] = frozenset()
) -> tuple[list[tuple[SourceEntry, str | None]], list[Problem]]:
    """Make an entry for every file that an entry with a placeholder means.

    Args:
        entry: An entry of ``sources.yml``.
        folder: The dossier's folder.
        place: How messages call the entry.
        taken: Files that other entries name; an entry with a placeholder means the others.

    Returns:
        The entries in order of their days, each with the last day of what its name tells; an entry
        without a placeholder as it is, with None. And the problems: placeholders that there are
        not, no file, and two files of one time.
    """
    names = _PLACEHOLDER.findall(entry.file)
    if not names or (folder / entry.file).is_file():
        return [(entry, None)], []
    is_known = set(names) in ({"year"}, {"month"}, {"date"}, {"year", "month"})
    if not is_known or len(set(names)) < len(names):
        known = listed(f"{{{name}}}" for name in PATTERNS)
        message = Message("entry.unknown_placeholder", file=entry.file, known=known)
        return [], [Problem(place, message)]
    pattern = _pattern_of(entry.file.replace("\\", "/"))
    by_time: dict[str, list[str]] = defaultdict(list)
    days: dict[str, str] = {}
    files = [file for file in _files_below(folder) if file not in taken]
    for file in files:
        found = pattern.fullmatch(file)
        time = _time_of(found.groupdict()) if found else None
        if time is not None:
            by_time[time[0]].append(file)
            days[time[0]] = time[1]
    if not by_time:
        shown = files[:MOST_SHOWN] or Message("layout.none")
        message = Message("entry.no_file_of_pattern", file=entry.file, found=shown)
        return [], [Problem(place, message)]
    problems = [
        Problem(place, Message("entry.files_of_one_time", time=time, files=same))
        for time, same in sorted(by_time.items())
        if len(same) > 1
    ]
    entries: list[tuple[SourceEntry, str | None]] = [
        (entry.model_copy(update={"id": f"{entry.id}-{time}", "file": same[0]}), days[time])
        for time, same in sorted(by_time.items())
    ]
    return entries, problems


def _pattern_of(file: str) -> re.Pattern[str]:
    """Pattern of a whole path; all but the placeholders stands for itself."""
    parts = _PLACEHOLDER.split(file)
    has_year = "year" in parts[1::2]
    texts = []
    for number, part in enumerate(parts):
        if number % 2 == 0:
            texts.append(re.escape(part))
        else:
            wanted = MONTH_OF_A_YEAR if part == "month" and has_year else PATTERNS[part]
            texts.append(f"(?P<{part}>{wanted})")
    return re.compile("".join(texts))


def _time_of(found: Mapping[str, str | None]) -> tuple[str, str] | None:
    """Year, month or day that a name tells, and its last day; None for a day that is none."""
    text = "-".join(part for key in ("year", "month", "date") if (part := found.get(key)))
    if re.fullmatch(r"\d{6}(\d{2})?", text):
        numbers = [int(part) for part in (text[:4], text[4:6], text[6:]) if part]
    else:
        numbers = [int(part) for part in re.findall(r"\d+", text)]
    year, month = numbers[0], numbers[1] if len(numbers) > 1 else 12
    last = calendar.monthrange(year, month)[1]
    day = numbers[2] if len(numbers) > 2 else last
    if day > last:
        return None
    time = "-".join(f"{number:02}" for number in numbers)
    return time, dt.date(year, month, day).isoformat()


def _files_below(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for below, _, names in os.walk(folder)
        for path in (Path(below) / name for name in names)
        if may_be_loaded(path)
    )
