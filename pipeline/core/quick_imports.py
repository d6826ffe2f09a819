"""Imports large libraries without those of their parts that take long and that nobody here uses."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

# Compiles a grammar of internet addresses in nearly a second, so that jsonschema, which dbt and
# Great Expectations import, can tell whether a text is one. No schema of theirs asks for it.
UNUSED = "rfc3987_syntax"
# Great Expectations imports them to draw histograms and to test distributions, which no suite asks
# for.
SELDOM_USED = ("altair", "scipy.stats")


@contextmanager
def quick_imports() -> Iterator[None]:
    """Within the context, imports leave out what is unused and put off what is seldom used.

    What was imported before stays as it is, and what is imported afterwards is imported whole. A
    part that was put off is imported when somebody asks it for something.
    """
    replaced: dict[str, ModuleType | None] = {UNUSED: None}  # None says: not installed
    replaced |= {name: _PutOff(name) for name in SELDOM_USED}
    replaced = {name: module for name, module in replaced.items() if name not in sys.modules}
    sys.modules.update(replaced)  # type: ignore[arg-type]  # knows of no None
    try:
        yield
    finally:
        for name, module in replaced.items():
            if sys.modules.get(name) is module:
                del sys.modules[name]


class _PutOff(ModuleType):
    """Stands for a module until somebody asks it for something."""

    def __getattr__(self, attribute: str) -> Any:
        if attribute.startswith("__"):  # Python itself asks for these, while it imports
            raise AttributeError(attribute)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(importlib.import_module(self.__name__), attribute)
