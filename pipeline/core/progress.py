"""Shows what a build is doing while it is doing it; on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from pipeline.core.messages import Text

if TYPE_CHECKING:
    from rich.console import Console
    from rich.status import Status

_status: Status | None = None


@contextmanager
def shown_on(console: Console) -> Iterator[None]:
    """Keep a line with the present step below whatever else is written, until the end.

    Args:
        console: Where; nothing is shown where it is no terminal.
    """
    global _status
    if not console.is_terminal:
        yield
        return
    with console.status("") as _status:
        try:
            yield
        finally:
            _status = None


def show_progress(step: Text, done: int | None = None, total: int | None = None) -> None:
    """Show what is being done, and how much of it is done."""
    if _status is not None:
        counted = "" if done is None else f" {done}/{total}"
        _status.update(f"{step}{counted}")
