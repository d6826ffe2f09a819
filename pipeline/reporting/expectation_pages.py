"""The data-quality pages of Great Expectations, as one file that opens offline.

Great Expectations renders each result; its own pages load styles and scripts from other hosts, so
the frame around the results is ours.
"""

from __future__ import annotations

import html
import itertools
import json
import re
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader

from pipeline.values.shown import count_of

TEMPLATE = Path(__file__).parent / "page" / "expectations"
# unique within a page of one suite only, and nothing points to them
IDENTIFIER = re.compile(r'\sid=("[^"]*"|[^\s">]+)')


def write_expectations(outcomes: Path, page: Path) -> None:
    """Write the results of all suites of a build, failed suites first.

    Args:
        outcomes: Folder with one JSON file a suite, as ``checking`` left it.
        page: File to write.
    """
    from great_expectations.core.expectation_validation_result import (
        expectationSuiteValidationResultSchema,
    )
    from great_expectations.render.renderer import ValidationResultsPageRenderer
    from great_expectations.render.view import DefaultJinjaPageView

    view = DefaultJinjaPageView(custom_views_directory=str(TEMPLATE))
    # identifiers of elements are random by default; a page is the same wherever it is made
    identifiers = itertools.count()
    view.env.filters["generate_html_element_uuid"] = lambda prefix: f"{prefix}{next(identifiers)}"
    renderer = ValidationResultsPageRenderer()
    suites: list[dict[str, Any]] = []
    for path in sorted(outcomes.glob("*.json")):
        outcome = json.loads(path.read_text(encoding="utf-8"))
        for result in outcome["results"]:
            # Great Expectations writes found values into the page as they are
            for part in ("result", "exception_info"):
                result[part] = _as_text(result[part])
        document = renderer.render(
            expectationSuiteValidationResultSchema.load(outcome | {"suite_name": path.stem})
        )
        failed = [result for result in outcome["results"] if not result["success"]]
        suites.append(
            {
                "name": path.stem,
                "expectations": count_of(outcome["results"]),
                "failed": count_of(failed),
                "content": IDENTIFIER.sub("", view.render(document, template="suite.j2")),
            }
        )
    suites.sort(key=lambda suite: -suite["failed"])
    frame = Environment(loader=FileSystemLoader(TEMPLATE), autoescape=True)
    text = frame.get_template("page.html.j2").render(suites=suites)
    page.write_text(text, encoding="utf-8", newline="\n")


def _as_text(found: Any) -> Any:
    if isinstance(found, str):
        return html.escape(found)
    if isinstance(found, dict):
        return {key: _as_text(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_as_text(value) for value in found]
    return found
