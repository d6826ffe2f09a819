"""Makes the pages of a published set, in both languages: an overview, a page per region."""

from __future__ import annotations

import functools
import logging
import posixpath
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reporting.marts import Marts, Regions
from pipeline.reporting.notebooks import Runner, keep_one_language, open_runner
from pipeline.reporting.scripts import page_scripts
from pipeline.reporting.wording import LANGUAGES, language, say, speaking

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).parent / "template"
# where the pages of a language are, below reports/
FOLDERS = {"zh": "", "en": "en/"}


def render_reports(marts: Path, build: str) -> None:
    """Write ``reports/index.html`` and ``reports/regions/<region_code>.html``.

    The same pages in English are below ``reports/en/``.

    Args:
        marts: Folder with the published Parquet files; the pages are written below it.
        build: Fingerprint of the build.

    Raises:
        ReportError: A mart is missing, a code has no label, or a cell of a notebook failed.
    """
    started = time.perf_counter()
    regions = Regions.of(Marts(marts)).with_data()
    reports = marts / "reports"
    common = {"marts": str(marts.resolve()), "build": build}
    with open_runner() as runner:
        exporter = _open_exporter()
        for spoken in LANGUAGES:
            with speaking(spoken):
                path, title = "index.html", say("page.overview")
                page = _make_page(runner, exporter, "overview", common, path=path, title=title)
                _write(reports / FOLDERS[spoken] / path, page)
                for region in regions:
                    code = region["region_code"]
                    path, title = f"regions/{code}.html", region["region_name"]
                    of_region = common | {"region_code": code}
                    page = _make_page(runner, exporter, "region", of_region, path=path, title=title)
                    _write(reports / FOLDERS[spoken] / path, page)
    count = len(LANGUAGES) * (len(regions) + 1)
    logger.info("reports: %d pages in %.1f s", count, time.perf_counter() - started)


def _make_page(
    runner: Runner,
    exporter: HTMLExporter,
    notebook: str,
    parameters: dict[str, str],
    *,
    path: str,
    title: str,
) -> str:
    """A page in the language that is spoken; ``path`` is below the folder of its language."""
    answered = runner.run(notebook, parameters | {"language": language()})
    keep_one_language(answered, language())
    page = _links(path) | {
        "language": language(),
        "title": f"{title} · {say('page.site')}",
        "say": say,
        "style": _read("page.css"),
    }
    page |= page_scripts(_answers(answered))
    body, _ = exporter.from_notebook_node(answered, resources={"page": page})
    return str(body)


def _links(path: str) -> dict[str, str]:
    """Where the overview and the same page in the other language are."""
    (other,) = (each for each in LANGUAGES if each != language())
    folder = posixpath.dirname(FOLDERS[language()] + path)
    with speaking(other):
        name = say("page.language")
    return {
        "home": posixpath.relpath(FOLDERS[language()] + "index.html", folder or "."),
        "twin": posixpath.relpath(FOLDERS[other] + path, folder or "."),
        "twin_language": other,
        "twin_name": name,
    }


def _open_exporter() -> HTMLExporter:
    from nbconvert import HTMLExporter, TemplateExporter

    class PageExporter(HTMLExporter):  # type: ignore[misc]
        """Keeps the page as the template wrote it.

        HTMLExporter parses the finished page once more to describe images. There are none, it
        takes longer than everything else, and scripts must stay what their checksums say.
        """

        def from_notebook_node(self, *given: Any, **named: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, *given, **named)

    return PageExporter(
        extra_template_basedirs=[str(TEMPLATE.parent)],
        template_name=TEMPLATE.name,
        template_file="index.html.j2",
    )


def _answers(notebook: NotebookNode) -> str:
    shown: list[dict[str, Any]] = [
        output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])
    ]
    return "".join(data.get("text/html", "") for data in shown)


@functools.cache
def _read(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
