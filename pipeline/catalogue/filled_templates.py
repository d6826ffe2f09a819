"""The mark by which a filled template is known, and the source that it becomes."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from pipeline.contracts import Contracts
from pipeline.core.errors import Problem
from pipeline.core.messages import Message
from pipeline.dossier_files.sources_file import DossierFile, SourceEntry
from pipeline.reading.errors import UnreadableFileError
from pipeline.reading.formats.sheets import damage_reported
from pipeline.reading.formats.xlsx import AN_XLSX, SAVE_AGAIN
from pipeline.reading.formats.zipped_xml import Package

# A defined name of the workbook: Excel, WPS and LibreOffice keep it, and it cannot be seen or
# typed over by mistake. Raise the version when a template would be read otherwise than before.
VERSION = 1
_ANY_MARK = re.compile(r"childcare_template_v(\d+)_(\w+)")
WHOLE_FILE = "全文"
LARGEST_TEMPLATE = 50_000_000  # bytes; nobody types more, and larger files need not be looked into


def mark_of(contract: str) -> str:
    """Defined name that a template of a contract carries."""
    return f"childcare_template_v{VERSION}_{contract}"


def marked_contract(path: Path) -> str | None:
    """Contract that a template was made for; None for any other file.

    Args:
        path: Any file. One that cannot be opened is no template.
    """
    version, contract = _read_mark(path) or (None, None)
    return contract if version == VERSION else None


def find_filled_templates(
    dossier: DossierFile, folder: Path, contracts: Contracts
) -> tuple[list[SourceEntry], list[Problem]]:
    """Templates in a dossier's folder that its ``sources.yml`` does not name.

    Args:
        dossier: The dossier.
        folder: Its folder.
        contracts: The contracts that there are.

    Returns:
        An entry for each template, and the templates that are not read because the dossier does
        not have just one document: which of several a file is part of is not guessed.
    """
    named = {(folder / entry.file).resolve() for entry in dossier.sources}
    entries: list[SourceEntry] = []
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.xlsx")):
        if path.name.startswith(("~$", ".")) or not path.is_file() or path.resolve() in named:
            continue
        found = _read_mark(path)
        if found is None:
            continue
        file = path.relative_to(folder).as_posix()
        problem = _refusal(dossier, file, found, contracts)
        if problem is not None:
            problems.append(problem)
            continue
        entries.append(
            SourceEntry(
                id=_identifier(dossier.dossier, file),
                file=file,
                contract=found[1],
                document=dossier.documents[0].id,
                locator=WHOLE_FILE,
            )
        )
    return entries, problems


def _refusal(
    dossier: DossierFile, file: str, mark: tuple[int, str], contracts: Contracts
) -> Problem | None:
    version, contract = mark
    where = f"{dossier.dossier}/{file}"
    if version != VERSION:
        return Problem(where, Message("template.version", found=version, expected=VERSION))
    if contract not in contracts.by_name:
        known = [known.in_words for known in contracts.by_name.values()]
        return Problem(where, Message("template.contract", contract=contract, known=known))
    if len(dossier.documents) != 1:
        message = Message(
            "template.document",
            documents=[document.id for document in dossier.documents] or Message("layout.none"),
            id=_identifier(dossier.dossier, file),
            file=file,
            contract=contract,
            locator=WHOLE_FILE,
        )
        return Problem(where, message)
    return None


def _read_mark(path: Path) -> tuple[int, str] | None:
    """Version and contract of a template."""
    try:
        if path.stat().st_size > LARGEST_TEMPLATE:
            return None
        with damage_reported(AN_XLSX, SAVE_AGAIN):
            package = Package(path.read_bytes(), AN_XLSX)
            names = package.elements("xl/workbook.xml", {"definedName"})
        marks = [_ANY_MARK.fullmatch(attributes.get("name", "")) for _, attributes in names]
    except (UnreadableFileError, OSError):
        return None  # Whoever reads the file says what is wrong with it.
    found = next((mark for mark in marks if mark), None)
    return (int(found[1]), found[2]) if found else None


def _identifier(dossier: str, file: str) -> str:
    """An id that stays the same whatever other files come and go."""
    stem = file.rpartition(".")[0].casefold()
    words = re.sub(r"[^a-z0-9]+", "-", stem).strip("-")
    if not stem.isascii() or not words:
        words = f"{words}-{hashlib.sha256(file.encode()).hexdigest()[:8]}".strip("-")
    return f"{dossier}-{words}"[:80]
