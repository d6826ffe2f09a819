"""``sources.yml``, ``corrections.yml`` and ``verdicts.yml`` of every dossier, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from pipeline.catalogue.contract_detection import detect_contract
from pipeline.catalogue.file_patterns import find_files_of_one_kind
from pipeline.catalogue.filled_templates import find_filled_templates
from pipeline.contracts import Contracts
from pipeline.core.errors import Problem
from pipeline.core.inputs import checksum_of, find_raw_files, is_meant_to_be_read, may_be_loaded
from pipeline.core.messages import Message, Text, listed
from pipeline.dossier_files.corrections_file import (
    CORRECTIONS_FILE,
    Correction,
    CorrectionEntry,
    cells_to_excuse,
    check_corrections,
    parse_corrections_file,
)
from pipeline.dossier_files.entry_checks import check_entry
from pipeline.dossier_files.source import Source
from pipeline.dossier_files.sources_file import (
    SOURCES_FILE,
    DossierFile,
    SourceEntry,
    Strict,
    parse_dossier_file,
)
from pipeline.dossier_files.verdicts_file import (
    VERDICTS_FILE,
    Verdict,
    VerdictEntry,
    check_verdicts,
    parse_verdicts_file,
)

# What of a dossier's folder is no data.
DOSSIER_FILES = (SOURCES_FILE, CORRECTIONS_FILE, VERDICTS_FILE)


@dataclass(frozen=True)
class Dossier:
    """One folder below ``raw/``."""

    file: DossierFile
    sources: tuple[Source, ...]
    corrections: tuple[Correction, ...] = ()
    verdicts: tuple[Verdict, ...] = ()


def load_dossiers(raw: Path, contracts: Contracts) -> tuple[list[Dossier], list[Problem]]:
    """Load what people write about the files of every folder below ``raw``.

    Filled templates that lie there are sources, too, though ``sources.yml`` need not name them.

    Args:
        raw: The workspace's ``raw/``.
        contracts: Contracts that entries may name.

    Returns:
        The dossiers in order of their folders, and all problems found in them. A dossier whose
        ``sources.yml`` cannot be understood is missing from the list and present in the problems.
    """
    if not raw.is_dir() or not any(raw.glob(f"*/{SOURCES_FILE}")):
        return [], [Problem(str(raw), Message("dossier.none"))]
    dossiers: list[Dossier] = []
    problems: list[Problem] = []
    entries_of: list[list[VerdictEntry]] = []
    for path in sorted(raw.glob(f"*/{SOURCES_FILE}")):
        where = f"{path.parent.name}/{SOURCES_FILE}"
        parsed, found = parse_dossier_file(path, where)
        problems += found
        entries, found = parse_corrections_file(path.parent)
        problems += found
        verdicts, found = parse_verdicts_file(path.parent)
        problems += found
        if parsed is None:
            continue
        entries_of.append(verdicts)
        named, found = _name_files(parsed, path.parent, where)
        problems += found
        days = {entry.id: day for entry, day in named}
        parsed = parsed.model_copy(update={"sources": [entry for entry, _ in named]})
        filled, found = find_filled_templates(parsed, path.parent, contracts)
        problems += found
        parsed = parsed.model_copy(update={"sources": [*parsed.sources, *filled]})
        sources, found = _resolve(parsed, path.parent, where, contracts, entries, days)
        problems += found
        corrections, found = check_corrections(entries, parsed, sources)
        problems += found
        dossiers.append(Dossier(parsed, sources, corrections))
    dossiers, found = _with_verdicts(dossiers, entries_of)
    problems += found
    problems += _find_repeated_ids(dossiers) + _find_folders_without_sources(raw)
    return dossiers, problems


def _with_verdicts(
    dossiers: list[Dossier], entries_of: list[list[VerdictEntry]]
) -> tuple[list[Dossier], list[Problem]]:
    """The dossiers with their verdicts, which may be about rows of other dossiers."""
    declared = [entry.id for dossier in dossiers for entry in dossier.file.sources]
    sources = [source for dossier in dossiers for source in dossier.sources]
    completed, problems = list[Dossier](), list[Problem]()
    for dossier, entries in zip(dossiers, entries_of, strict=True):
        verdicts, found = check_verdicts(entries, dossier.file, declared, sources)
        problems += found
        completed.append(replace(dossier, verdicts=verdicts))
    return completed, problems


def find_unread_files(raw: Path, dossiers: list[Dossier]) -> list[str]:
    """Files below ``raw`` that no source names, so that none is left out unnoticed."""
    read = {source.path.resolve() for dossier in dossiers for source in dossier.sources}
    return sorted(
        name
        for name, path in find_raw_files(raw).items()
        if (path.name not in DOSSIER_FILES or path.parent.parent != raw)
        and is_meant_to_be_read(path)
        and path.resolve() not in read
    )


def entry_checksums(dossiers: list[Dossier]) -> dict[str, str]:
    """Source -> sha256 of what is said about it: entry, document, corrections and verdicts."""
    checksums = {}
    verdicts = [verdict for dossier in dossiers for verdict in dossier.verdicts]
    for dossier in dossiers:
        for source in dossier.sources:
            described_by: list[Strict] = [
                source.entry,
                *(d for d in dossier.file.documents if d.id == source.entry.document),
                *(c.entry for c in dossier.corrections if c.source is source),
                *(v.entry for v in verdicts if source.id in v.sources),
            ]
            checksums[source.id] = checksum_of(part.model_dump_json() for part in described_by)
    return checksums


def _find_folders_without_sources(raw: Path) -> list[Problem]:
    problems = []
    for folder in sorted(path for path in raw.iterdir() if path.is_dir()):
        files = sorted(p.name for p in folder.iterdir() if p.is_file() and is_meant_to_be_read(p))
        if files and SOURCES_FILE not in files:
            near = next((name for name in files if name.lower().startswith("sources.y")), None)
            message = (
                Message("dossier.other_name", file=near)
                if near
                else Message("dossier.no_sources_file", files=files[:3])
            )
            problems.append(Problem(folder.name, message))
    return problems


def _name_files(
    parsed: DossierFile, folder: Path, where: str
) -> tuple[list[tuple[SourceEntry, str | None]], list[Problem]]:
    """An entry for each file, with the day that the file's name tells."""
    named: list[tuple[SourceEntry, str | None]] = []
    problems: list[Problem] = []
    taken = frozenset(entry.file.replace("\\", "/") for entry in parsed.sources)
    for entry in parsed.sources:
        place = Message("place.source", file=where, id=entry.id)
        entries, found = find_files_of_one_kind(entry, folder, place, taken)
        named += entries
        problems += found
    return named, problems


def _resolve(
    parsed: DossierFile,
    folder: Path,
    where: str,
    contracts: Contracts,
    corrections: list[CorrectionEntry],
    days: Mapping[str, str | None],
) -> tuple[tuple[Source, ...], list[Problem]]:
    """Check what entries refer to: contracts, documents, columns and files."""
    documents = frozenset(document.id for document in parsed.documents)
    sources: list[Source] = []
    problems: list[Problem] = []
    for entry in parsed.sources:
        place = Message("place.source", file=where, id=entry.id)
        path = folder / entry.file
        found = _check_file(entry, folder, place) + _check_document(entry, documents, place)
        problems += found
        contract = contracts.by_name.get(entry.contract or "")
        if entry.contract is not None and contract is None:
            known = [known.in_words for known in contracts.by_name.values()]
            message = Message("entry.unknown_contract", contract=entry.contract, known=known)
            problems.append(Problem(place, message))
        elif contract is None and is_file(path) and not _leaves(folder, entry):
            dossier = (parsed.dossier, parsed.fictional)
            contract, undetected = detect_contract(
                entry, path, dossier, contracts, days.get(entry.id)
            )
            problems += undetected
        if contract is not None:
            source = Source(
                entry,
                parsed.dossier,
                parsed.fictional,
                path,
                contract,
                contracts,
                documents,
                cells_to_excuse(corrections, entry.id, contract),
                days.get(entry.id),
            )
            problems += check_entry(source, documents, place)
            if not _leaves(folder, entry):
                sources.append(source)
    return tuple(sources), problems


def _check_document(entry: SourceEntry, documents: frozenset[str], place: Text) -> list[Problem]:
    if entry.document is None or entry.document in documents:
        return []
    known = listed(documents)
    return [Problem(place, Message("entry.unknown_document", document=entry.document, known=known))]


def _check_file(entry: SourceEntry, folder: Path, place: Text) -> list[Problem]:
    if _leaves(folder, entry):
        return [Problem(place, Message("entry.file_outside", file=entry.file))]
    if not may_be_loaded(folder / entry.file):
        return [Problem(place, Message("entry.left_behind", file=entry.file))]
    if not is_file(folder / entry.file):
        return [Problem(place, Message("entry.no_file", file=entry.file))]
    return []


def is_file(path: Path) -> bool:
    """Whether a path is an existing file; False for a name that the file system cannot hold."""
    try:
        return path.is_file()
    except OSError:
        return False


def _leaves(folder: Path, entry: SourceEntry) -> bool:
    """Whether a path or a link leads out of the dossier; nothing there is read."""
    path = PurePosixPath(entry.file.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in entry.file:
        return True
    file = folder / entry.file
    return is_file(file) and not file.resolve().is_relative_to(folder.resolve())


def _find_repeated_ids(dossiers: list[Dossier]) -> list[Problem]:
    problems = []
    sources = [(s.entry.id, d.file.dossier) for d in dossiers for s in d.sources]
    documents = [(x.id, d.file.dossier) for d in dossiers for x in d.file.documents]
    corrections = [(c.entry.id, d.file.dossier) for d in dossiers for c in d.corrections]
    verdicts = [(v.entry.id, v.dossier) for d in dossiers for v in d.verdicts]
    for what, file, ids in (
        (Message("dossier.source"), SOURCES_FILE, sources),
        (Message("dossier.document"), SOURCES_FILE, documents),
        (Message("dossier.correction"), CORRECTIONS_FILE, corrections),
        (Message("dossier.verdict"), VERDICTS_FILE, verdicts),
    ):
        first: dict[str, str] = {}
        for identifier, dossier in ids:
            if identifier in first:
                message = Message(
                    "dossier.id_twice", what=what, id=identifier, other=first[identifier]
                )
                problems.append(Problem(f"{dossier}/{file}", message))
            first.setdefault(identifier, dossier)
    return problems
