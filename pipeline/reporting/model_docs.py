"""dbt's documentation of the models, with their lineage graph, as one page that opens offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.core.inputs import checksum, checksum_of
from pipeline.core.kept_files import keep, read_kept
from pipeline.core.settings import NO_LIMITS, Limits
from pipeline.modelling.dbt import checksum_of_description, describe_models

# What differs from run to run and from machine to machine although nothing changed.
OF_THE_RUN = {"created_at", "generated_at", "invocation_id", "invocation_started_at"}
OF_THE_RUN |= {"run_started_at", "user_id", "build_path", "compiled_path"}
# The page is dbt's own program. It works without any host, and here it cannot ask one.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
    " script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:;"
    " font-src data:; base-uri 'none'; form-action 'none'\">"
)


def write_model_docs(
    warehouse: Path, scratch: Path, page: Path, limits: Limits = NO_LIMITS
) -> None:
    """Write dbt's documentation site as one file, anew only where models or columns changed.

    Args:
        warehouse: With all models built.
        scratch: Folder for dbt's own files.
        page: File to write.
        limits: What DuckDB may take of the machine.
    """
    key = checksum_of([checksum(Path(__file__)), checksum_of_description(warehouse)])
    content = read_kept("model_docs", key)
    if content is None:
        content = join_site(describe_models(warehouse, scratch, limits)).encode()
        keep("model_docs", key, content)
    page.write_bytes(content)


def join_site(target: Path) -> str:
    """Put dbt's documentation site into one page.

    dbt does the same with ``--static``, but leaves times and identifiers of the run in it.

    Args:
        target: Folder in which ``dbt docs generate`` left ``index.html``, ``manifest.json`` and
            ``catalog.json``.
    """
    site = (target / "index.html").read_text(encoding="utf-8")
    for name in ("manifest", "catalog"):
        content = json.loads((target / f"{name}.json").read_text(encoding="utf-8"))
        text = json.dumps(_without_run(content), ensure_ascii=False, sort_keys=True)
        # a closing tag in a description would end the script
        site = site.replace(f'"{name.upper()}.JSON INLINE DATA"', text.replace("</", "<\\/"))
    return site.replace("<head>", f"<head>{POLICY}", 1)


def _without_run(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without_run(value) for key, value in content.items() if key not in OF_THE_RUN}
    if isinstance(content, list):
        return [_without_run(value) for value in content]
    return content
