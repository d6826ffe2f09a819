"""Scripts of pages: ours, the libraries that a page needs, the policy that allows no other."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import json
import re
import zlib
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

from pipeline.wording.texts import say

SCRIPTS = Path(__file__).parent / "page" / "scripts"
OURS = ("unpack", "charts", "tables", "box")
# What our scripts say to readers, from section `script` of texts.yml.
WORDS = (
    "search",
    "all",
    "shown",
    "nothing",
    "close",
    "reason",
    "formula",
    "inputs",
    "locator",
)
# filled in by the scripts
PLACES = {name: f"{{{name}}}" for name in ("left", "rows")}
ARIA = ("orderable", "orderableReverse", "orderableRemove")


def load_plotly() -> str:
    """Plotly's own script, as its package carries it."""
    return files("plotly").joinpath("package_data", "plotly.min.js").read_text(encoding="utf-8")


def load_datatables() -> str:
    """DataTables as itables carries it: a module, which here names its table for other scripts."""
    code = files("itables").joinpath("html", "dt_bundle.js").read_text(encoding="utf-8")
    module, name, rest = re.split(r"export\{[^}]*?([\w$]+) as default[^}]*\};", code)
    return f'(()=>{{"use strict";{module}window.DataTable={name};{rest}}})();'


# Library -> its code, and what a page that needs it contains.
LIBRARIES: dict[str, tuple[Callable[[], str], str]] = {
    "plotly": (load_plotly, 'class="chart"'),
    "datatables": (load_datatables, 'sortable"'),
}


def page_scripts(body: str) -> dict[str, object]:
    """What a page needs so that its charts, tables and figures answer readers.

    Args:
        body: The answers of the page.

    Returns:
        ``script`` (ours), ``words`` (JSON in the language that is spoken), ``packed`` (libraries
        by name, only those that the page needs) and ``policy``, which forbids every request and
        every script but these.
    """
    needed = {name for name, (_, mark) in LIBRARIES.items() if mark in body}
    return {
        "script": load_ours(),
        "words": _words(),
        "packed": {name: pack(name) for name in sorted(needed)},
        "policy": _policy(),
    }


@functools.cache
def load_ours() -> str:
    """Our own scripts as one; names in it are its own."""
    parts = [(SCRIPTS / f"{name}.js").read_text(encoding="utf-8") for name in OURS]
    return '(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n"


@functools.cache
def load_library(name: str) -> str:
    """Code of a library."""
    return LIBRARIES[name][0]()


@functools.cache
def pack(name: str) -> str:
    """A library as gzip in base64."""
    # gzip without a time of day, so that the same library gives the same bytes
    packer = zlib.compressobj(level=9, wbits=zlib.MAX_WBITS | 16)
    packed = packer.compress(load_library(name).encode()) + packer.flush()
    return base64.b64encode(packed).decode("ascii")


@functools.cache
def _policy() -> str:
    """A policy that forbids every request, and every script but ours and the libraries."""
    allowed = [load_ours(), *(load_library(name) for name in LIBRARIES)]
    sums = (base64.b64encode(hashlib.sha256(code.encode()).digest()).decode() for code in allowed)
    shown = " ".join(f"'sha256-{checksum}'" for checksum in sums)
    return html.escape(
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {shown};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _words() -> str:
    words: dict[str, object] = {name: say(f"script.{name}", **PLACES) for name in WORDS}
    words["no_chart"] = say("chart.failure", reason="{reason}")
    words["aria"] = {name: say(f"script.{name}") for name in ARIA}
    return json.dumps(words, ensure_ascii=False, sort_keys=True).replace("<", "\\u003c")
