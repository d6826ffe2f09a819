"""Makes one page: what its notebook answers, in one language, in a frame that asks no host."""

from __future__ import annotations

import functools
import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.language import LANGUAGES
from pipeline.reporting.notebooks import Runner, keep_one_language
from pipeline.reporting.scripts import page_scripts
from pipeline.wording.texts import language, say, speaking

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

TEMPLATE = Path(__file__).parent / "page"
# where the pages of a language are, below reports/
FOLDERS = {"zh": "", "en": "en/"}


@dataclass(frozen=True)
class Page:
    """A page to make.

    Attributes:
        notebook: Name of the notebook that answers its questions.
        language: ``zh`` or ``en``.
        path: Where it is, below the folder of its language.
        title: What the browser calls it.
        parameters: Of the notebook, the language left out.
    """

    notebook: str
    language: str
    path: str
    title: str
    parameters: dict[str, str]

    @property
    def file(self) -> str:
        """Where it is, below the folder of the marts."""
        return f"reports/{FOLDERS[self.language]}{self.path}"


async def make_page(
    runner: Runner, exporter: HTMLExporter, page: Page
) -> tuple[str, list[list[str]]]:
    """Run the notebook of a page and put its answers into the template.

    Returns:
        The page, and what it asked of the marts as ``Runner.asked`` tells it.
    """
    answered = await runner.run(page.notebook, page.parameters | {"language": page.language})
    with speaking(page.language):
        keep_one_language(answered, page.language)
        content = _links(page.path) | {
            "language": page.language,
            "title": f"{page.title} · {say('page.site')}",
            "say": say,
            "style": _read("page.css"),
        }
        content |= page_scripts(_answers(answered))
        body, _ = exporter.from_notebook_node(answered, resources={"page": content})
    return str(body), await runner.asked()


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


def open_exporter() -> HTMLExporter:
    """Puts the outputs of a notebook into the template of a page."""
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
