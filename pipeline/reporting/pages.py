"""Makes the pages of a published set: one overview, and one page per region with data."""

from __future__ import annotations

import base64
import functools
import hashlib
import html
import logging
import time
import zlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.reporting.marts import Marts, Regions
from pipeline.reporting.notebooks import Runner, open_runner

if TYPE_CHECKING:
    from nbconvert import HTMLExporter
    from nbformat import NotebookNode

logger = logging.getLogger(__name__)

TEMPLATE = Path(__file__).parent / "template"
SITE_TITLE = "托位规划"


def render_reports(marts: Path, build: str) -> None:
    """Write ``reports/index.html`` and ``reports/regions/<region_code>.html``.

    Args:
        marts: Folder with the published Parquet files; the pages are written below it.
        build: Fingerprint of the build.

    Raises:
        ReportError: A mart is missing, a code has no label, or a cell of a notebook failed.
    """
    started = time.perf_counter()
    regions = Regions.of(Marts(marts)).with_data()
    reports = marts / "reports"
    (reports / "regions").mkdir(parents=True, exist_ok=True)
    common = {"marts": str(marts.resolve()), "build": build}
    with open_runner() as runner:
        exporter = _open_exporter()
        page = _make_page(runner, exporter, "overview", common, title="总览", home="index.html")
        _write(reports / "index.html", page)
        for region in regions:
            code = region["region_code"]
            page = _make_page(
                runner,
                exporter,
                "region",
                common | {"region_code": code},
                title=region["region_name"],
                home="../index.html",
            )
            _write(reports / "regions" / f"{code}.html", page)
    logger.info("reports: %d pages in %.1f s", len(regions) + 1, time.perf_counter() - started)


def _make_page(
    runner: Runner,
    exporter: HTMLExporter,
    notebook: str,
    parameters: dict[str, str],
    *,
    title: str,
    home: str,
) -> str:
    answered = runner.run(notebook, parameters)
    page = {
        "title": f"{title} · {SITE_TITLE}",
        "home": home,
        "home_words": "总览",
        "style": _read("page.css"),
        "plotly": "",
        "policy": _policy([]),
    }
    if _has_chart(answered):
        plotly, code = pack_plotly()
        page |= {
            "plotly": plotly,
            "loader": _read("loader.js"),
            "policy": _policy([_read("loader.js"), code]),
        }
    body, _ = exporter.from_notebook_node(answered, resources={"page": page})
    return str(body)


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


def _has_chart(notebook: NotebookNode) -> bool:
    shown: list[dict[str, Any]] = [
        output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])
    ]
    return any('class="chart"' in data.get("text/html", "") for data in shown)


@functools.cache
def pack_plotly() -> tuple[str, str]:
    """Plotly's own script: packed as gzip in base64 for the page, and as it is for its checksum."""
    code = files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()
    # gzip without a time of day, so that the same plotly gives the same bytes
    packer = zlib.compressobj(level=9, wbits=zlib.MAX_WBITS | 16)
    packed = packer.compress(code) + packer.flush()
    return base64.b64encode(packed).decode("ascii"), code.decode("utf-8")


@functools.cache
def _read(name: str) -> str:
    return (TEMPLATE / name).read_text(encoding="utf-8")


def _policy(scripts: list[str]) -> str:
    """A policy that forbids every request, and every script but those given."""
    sums = (base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in scripts)
    allowed = " ".join(f"'sha256-{checksum}'" for checksum in sums) or "'none'"
    return html.escape(
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {allowed};"
        " img-src data:; base-uri 'none'; form-action 'none'"
    )


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")
