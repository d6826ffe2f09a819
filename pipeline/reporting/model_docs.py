"""dbt's documentation of the models, with their lineage graph, as one page that opens offline."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

# What differs from run to run and from machine to machine although nothing changed.
OF_THE_RUN = {"created_at", "generated_at", "invocation_id", "invocation_started_at"}
OF_THE_RUN |= {"run_started_at", "user_id", "build_path", "compiled_path"}
# The page is dbt's own program. It works without any host, and here it cannot ask one.
POLICY = (
    '<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'
    " script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:;"
    " font-src data:; base-uri 'none'; form-action 'none'\">"
)


def write_model_docs(target: Path, page: Path) -> None:
    """Put dbt's documentation site into one file.

    dbt does the same with ``--static``, but leaves times and identifiers of the run in it.

    Args:
        target: Folder in which ``dbt docs generate`` left ``index.html``, ``manifest.json`` and
            ``catalog.json``.
        page: File to write.
    """
    site = (target / "index.html").read_text(encoding="utf-8")
    for name in ("manifest", "catalog"):
        content = json.loads((target / f"{name}.json").read_text(encoding="utf-8"))
        text = json.dumps(_without_run(content), ensure_ascii=False, sort_keys=True)
        # a closing tag in a description would end the script
        site = site.replace(f'"{name.upper()}.JSON INLINE DATA"', text.replace("</", "<\\/"))
    site = site.replace("<head>", f"<head>{POLICY}", 1)
    page.write_text(site, encoding="utf-8", newline="\n")


def _without_run(content: Any) -> Any:
    if isinstance(content, dict):
        return {key: _without_run(value) for key, value in content.items() if key not in OF_THE_RUN}
    if isinstance(content, list):
        return [_without_run(value) for value in content]
    return content
