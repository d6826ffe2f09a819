"""Adds a file to a dossier: the file into its folder, the entry into its ``sources.yml``."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from ruamel.yaml import YAML

from pipeline.commands.preview import Preview
from pipeline.commands.preview_report import plain_entry
from pipeline.core.errors import SourceProblemsError, UsageError
from pipeline.core.messages import Message, listed
from pipeline.core.workspace import Workspace
from pipeline.dossier_files.sources_file import SOURCES_FILE


def add_file(path: Path, found: Preview, workspace: Workspace, dossier: str) -> Path:
    """Write the entry of an inspected file into ``sources.yml``; comments there stay.

    Args:
        path: The file; copied into the dossier unless it lies there.
        found: What inspecting it found.
        workspace: Holds the dossier.
        dossier: Id of the dossier.

    Returns:
        The ``sources.yml``.

    Raises:
        SourceProblemsError: The file cannot be read as it is.
        UsageError: It is declared already, or another file of its name lies in the dossier.
    """
    if found.problems:
        raise SourceProblemsError(found.problems)
    folder = workspace.raw / dossier
    target = folder / path.name
    if found.is_declared:
        raise UsageError(Message("add.declared", file=str(target), source=found.entry.id))
    if target.exists() and target.resolve() != path.resolve():
        raise UsageError(Message("add.exists", file=str(target)))
    yaml = YAML()
    yaml.width = 200
    yaml.preserve_quotes = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    sources_file = folder / SOURCES_FILE
    content = yaml.load(sources_file.read_text(encoding="utf-8"))
    documents = [document["id"] for document in content.get("documents", ())]
    if found.entry.document not in documents:
        message = Message(
            "add.which_document",
            sources_file=str(sources_file),
            file=path.name,
            documents=listed(documents),
        )
        raise UsageError(message)
    content.setdefault("sources", []).append(plain_entry(found.entry))
    stream = io.StringIO()
    yaml.dump(content, stream)
    if target.resolve() != path.resolve():
        shutil.copyfile(path, target)
    sources_file.write_text(stream.getvalue(), encoding="utf-8")
    return sources_file
