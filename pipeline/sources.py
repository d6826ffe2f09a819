"""``sources.yml`` of every dossier, checked, as documents and sources."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.contracts import Contract, Contracts, normalise_label
from pipeline.dossier_file import SOURCES_FILE, DossierFile, SourceEntry, parse_dossier_file
from pipeline.errors import Problem

PARENT_REGION = "parent_region_code"
IGNORE = "ignore"


@dataclass(frozen=True)
class Source:
    """One table to read, with all that its dossier and contract say about it.

    Attributes:
        entry: The entry of ``sources.yml``.
        dossier: The dossier's id.
        fictional: Whether the dossier is invented; such data never meets real data.
        path: The file, below ``raw/``.
        contract: What the table holds.
    """

    entry: SourceEntry
    dossier: str
    fictional: bool
    path: Path
    contract: Contract

    @property
    def id(self) -> str:
        """Unique among all dossiers."""
        return self.entry.id

    @property
    def file(self) -> str:
        """Path as reports show it: dossier and file."""
        return f"{self.dossier}/{self.entry.file}"

    def column_for(self, label: str) -> str | None:
        """Column that a header label stands for.

        ``sources.yml`` wins over the contract. The label of a two-row header is joined by
        ``/``; its last part alone is enough. ``ignore`` stands for a column left out on purpose.
        """
        own = {
            # a column that the contract does not have is told as such, and not once more here
            normalise_label(known): column if column in self.contract.columns else IGNORE
            for known, column in self.entry.columns.items()
        }
        last = label.rsplit("/", maxsplit=1)[-1]
        for candidate in (label, last):
            column = own.get(normalise_label(candidate)) or self.contract.column_for(candidate)
            if column:
                return column
        return None


@dataclass(frozen=True)
class Dossier:
    """One folder below ``raw/``."""

    file: DossierFile
    sources: tuple[Source, ...]


def load_dossiers(raw: Path, contracts: Contracts) -> tuple[list[Dossier], list[Problem]]:
    """Load the ``sources.yml`` of every folder below ``raw``.

    Args:
        raw: The workspace's ``raw/``.
        contracts: Contracts that entries may name.

    Returns:
        The dossiers in order of their folders, and all problems found in them. A dossier whose
        ``sources.yml`` cannot be understood is missing from the list and present in the problems.
    """
    if not raw.is_dir() or not any(raw.glob(f"*/{SOURCES_FILE}")):
        return [], [
            Problem(
                str(raw),
                f"no folder with a {SOURCES_FILE}",
                f"one folder a body of evidence, each with its {SOURCES_FILE}",
                "make a folder there, or name another workspace with --workspace",
            )
        ]
    dossiers: list[Dossier] = []
    problems: list[Problem] = []
    for path in sorted(raw.glob(f"*/{SOURCES_FILE}")):
        where = f"{path.parent.name}/{SOURCES_FILE}"
        parsed, found = parse_dossier_file(path, where)
        problems += found
        if parsed is None:
            continue
        sources, found = _resolve(parsed, path.parent, where, contracts)
        problems += found
        dossiers.append(Dossier(parsed, sources))
    problems += _find_repeated_ids(dossiers) + _find_folders_without_sources(raw)
    return dossiers, problems


def is_meant_to_be_read(path: Path) -> bool:
    """False for what spreadsheets and operating systems leave behind beside the files."""
    return path.name != "Thumbs.db" and not path.name.startswith(("~$", "."))


def find_unread_files(raw: Path, dossiers: list[Dossier]) -> list[str]:
    """Files below ``raw`` that no source names, so that none is left out unnoticed."""
    read = {source.path.resolve() for dossier in dossiers for source in dossier.sources}
    return sorted(
        path.relative_to(raw).as_posix()
        for path in raw.rglob("*")
        if path.is_file()
        and path.name != SOURCES_FILE
        and is_meant_to_be_read(path)
        and path.resolve() not in read
    )


def _find_folders_without_sources(raw: Path) -> list[Problem]:
    problems = []
    for folder in sorted(path for path in raw.iterdir() if path.is_dir()):
        files = sorted(p.name for p in folder.iterdir() if p.is_file() and is_meant_to_be_read(p))
        if files and SOURCES_FILE not in files:
            near = [name for name in files if name.lower().startswith("sources.y")]
            problems.append(
                Problem(
                    folder.name,
                    f"{', '.join(near or files[:3])}, but no {SOURCES_FILE}",
                    f"a {SOURCES_FILE} in every folder that holds files",
                    f"rename {near[0]} to {SOURCES_FILE}"
                    if near
                    else f"write a {SOURCES_FILE} as the README shows, or move the folder away",
                )
            )
    return problems


def _resolve(
    parsed: DossierFile, folder: Path, where: str, contracts: Contracts
) -> tuple[tuple[Source, ...], list[Problem]]:
    """Check what entries refer to: contracts, documents, columns and files."""
    documents = frozenset(document.id for document in parsed.documents)
    sources: list[Source] = []
    problems: list[Problem] = []
    for entry in parsed.sources:
        place = f"{where}, source {entry.id}"
        contract = contracts.by_name.get(entry.contract)
        path = folder / entry.file
        if contract is None:
            problems.append(
                Problem(
                    place,
                    f"contract: {entry.contract}",
                    f"one of {', '.join(contracts.by_name)}",
                    "name a contract of the list",
                )
            )
        if entry.document is not None and entry.document not in documents:
            problems.append(
                Problem(
                    place,
                    f"document: {entry.document}",
                    f"one of {', '.join(sorted(documents)) or '(none declared)'}",
                    "declare the document under documents:, or correct the id",
                )
            )
        if _leaves_folder(entry.file):
            problems.append(
                Problem(
                    place,
                    f"file: {entry.file}",
                    "a file inside the dossier",
                    "copy the file into the dossier's folder",
                )
            )
        elif not is_file(path):
            problems.append(
                Problem(
                    place,
                    f"file: {entry.file} does not exist",
                    "an existing file",
                    "put the file there, correct the name, or remove the entry",
                )
            )
        if contract is not None:
            problems += _check_columns(entry, contract, place)
            problems += _check_constants(entry, contract, contracts, documents, place)
            sources.append(Source(entry, parsed.dossier, parsed.fictional, path, contract))
    return tuple(sources), problems


def is_file(path: Path) -> bool:
    """Whether a path is an existing file; False for a name that the file system cannot hold."""
    try:
        return path.is_file()
    except OSError:
        return False


def _leaves_folder(file: str) -> bool:
    path = PurePosixPath(file.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in file


def _check_columns(entry: SourceEntry, contract: Contract, place: str) -> list[Problem]:
    known = set(contract.columns)
    return [
        Problem(
            place,
            f"columns: {label} -> {column}",
            f"one of {', '.join(sorted(known))}",
            f"name a column of contract {contract.name}, or {IGNORE}",
        )
        for label, column in entry.columns.items()
        if column not in known | {IGNORE}
    ]


def _check_constants(
    entry: SourceEntry,
    contract: Contract,
    contracts: Contracts,
    documents: frozenset[str],
    place: str,
) -> list[Problem]:
    """A constant stands for a column of the contract; one of a closed list is a word of it."""
    problems = []
    for name, text in entry.constants.items():
        column = contract.columns.get(name)
        if name == PARENT_REGION:
            continue
        if column is None:
            problems.append(
                Problem(
                    place,
                    f"constants: {name}",
                    f"one of {', '.join(sorted(contract.columns))}",
                    f"name a column of contract {contract.name}, or {PARENT_REGION}",
                )
            )
            continue
        words: dict[str, str] | frozenset[str] | None = None
        if column.type == "term":
            words = contracts.vocabularies[column.vocabulary or ""]
        elif column.type == "document":
            words = documents
        if words is not None and normalise_label(text) not in words:
            problems.append(
                Problem(
                    place,
                    f"constants: {name}: {text}",
                    f"one of {', '.join(sorted(set(words)))}",
                    "use a word of the list",
                )
            )
    return problems


def _find_repeated_ids(dossiers: list[Dossier]) -> list[Problem]:
    problems = []
    for what, ids in (
        ("source", [(s.entry.id, d.file.dossier) for d in dossiers for s in d.sources]),
        ("document", [(x.id, d.file.dossier) for d in dossiers for x in d.file.documents]),
    ):
        first: dict[str, str] = {}
        for identifier, dossier in ids:
            if identifier in first:
                problems.append(
                    Problem(
                        f"{dossier}/{SOURCES_FILE}",
                        f"{what} id {identifier} again",
                        f"an id that dossier {first[identifier]} does not use",
                        "rename one of the two",
                    )
                )
            first.setdefault(identifier, dossier)
    return problems
