"""Types of the fixtures that tests of reports ask for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

# folder of pages, name of one, width -> the page, what it asked for, what the browser complained of
OpenInBrowser = Callable[..., tuple[Any, list[str], list[str]]]
WriteMarts = Callable[..., Path]
