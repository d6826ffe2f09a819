"""Starts a dossier: its folder, and a ``sources.yml`` with one document and no source yet."""

from __future__ import annotations

import io
import re
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.core.errors import UsageError
from pipeline.core.messages import Message
from pipeline.core.workspace import Workspace
from pipeline.dossier_files.sources_file import SOURCES_FILE

# what a folder may be called on every system, and an id of a document may begin with
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def start_dossier(
    workspace: Workspace,
    name: str,
    *,
    title: str,
    issuer: str,
    document: str | None = None,
    grade: str = "A",
    is_fictional: bool = False,
) -> Path:
    """Make the folder of a dossier, to which files can then be added.

    Args:
        workspace: Where.
        name: Of the folder, such as ``my-city``.
        title: What reports call the dossier.
        issuer: Who said what the files say.
        document: Title of the document that the files are part of; by default, files of the issuer.
        grade: A government, B press, C aggregator or mirror.
        is_fictional: Whether everything in it is invented.

    Returns:
        The ``sources.yml``.

    Raises:
        UsageError: The name cannot be one, or the dossier exists.
    """
    if not NAME.fullmatch(name):
        raise UsageError(Message("start.no_name", name=name))
    path = workspace.raw / name / SOURCES_FILE
    if path.exists():
        raise UsageError(Message("start.exists", file=str(path), name=name))
    content = {
        "dossier": name,
        "title": {"zh": title, "en": name},
        "fictional": is_fictional,
        "documents": [
            {
                "id": f"{name}-files",
                "title": document or f"{issuer}报送的数据文件",
                "issuer": issuer,
                "grade": grade,
            }
        ],
        "sources": [],
    }
    yaml = YAML()
    yaml.width = 200
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(content, stream)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(stream.getvalue(), encoding="utf-8", newline="\n")
    return path
