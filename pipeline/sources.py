"""``sources.yml`` of every dossier, checked, as documents and sources."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from pipeline.contracts import Contract, Contracts, normalise_label
from pipeline.errors import Problem

SOURCES_FILE = "sources.yml"
PARENT_REGION = "parent_region_code"
IGNORE = "ignore"


def _as_text(value: Any) -> Any:
    """Dates, numbers and booleans of YAML as the text that stands for them in a cell."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float | dt.date):
        return str(value)
    return value


Text = Annotated[str, BeforeValidator(_as_text), Field(min_length=1)]
Identifier = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Strict):
    """Name of a dossier in both languages."""

    zh: Text
    en: Text


class Document(_Strict):
    """Who said it. ``issuer`` and ``fetched_from`` are two facts, because re-posts are common.

    None in an optional field means that it is not known.
    """

    id: Identifier
    title: Text
    document_number: Text | None = None
    issuer: Text
    issued: Text | None = None
    fetched_from: Text | None = None
    grade: Literal["A", "B", "C"]
    note: Text | None = None


class ReadOptions(_Strict):
    """What a reader would otherwise detect."""

    sheet: Text | None = None
    header_rows: Annotated[int, Field(ge=1, le=10)] | None = None
    encoding: Text | None = None
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] | None = None


class SourceEntry(_Strict):
    """One table to read, as written in ``sources.yml``."""

    id: Identifier
    file: Text
    contract: Text
    document: Text | None = None
    locator: Text | None = None
    read: ReadOptions = ReadOptions()
    columns: dict[str, str] = {}
    constants: dict[str, Text] = {}


class DossierFile(_Strict):
    """Everything that one ``sources.yml`` may say."""

    dossier: Identifier
    title: Title
    fictional: bool
    documents: list[Document] = []
    sources: list[SourceEntry] = []


@dataclass(frozen=True)
class Source:
    """One table to read, with all that its dossier and contract say about it.

    Attributes:
        entry: The entry of ``sources.yml``.
        dossier: The dossier's id.
        fictional: Whether the dossier is invented; such data never meets real data.
        path: The file, below ``raw/``.
        contract: What the table holds.
        document_ids: Documents that its rows may name.
    """

    entry: SourceEntry
    dossier: str
    fictional: bool
    path: Path
    contract: Contract
    document_ids: frozenset[str]

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
        own = {normalise_label(known): column for known, column in self.entry.columns.items()}
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
        return [], [Problem(str(raw), f"no folder with a {SOURCES_FILE}",
                            f"one folder a body of evidence, each with its {SOURCES_FILE}",
                            "make a folder there, or name another workspace with --workspace")]  # fmt: skip
    dossiers: list[Dossier] = []
    problems: list[Problem] = []
    for path in sorted(raw.glob(f"*/{SOURCES_FILE}")):
        where = f"{path.parent.name}/{SOURCES_FILE}"
        parsed, found = _parse(path, where)
        problems += found
        if parsed is None:
            continue
        sources, found = _resolve(parsed, path.parent, where, contracts)
        problems += found
        dossiers.append(Dossier(parsed, sources))
    return dossiers, problems + _find_repeated_ids(dossiers)


def _parse(path: Path, where: str) -> tuple[DossierFile | None, list[Problem]]:
    try:
        content = YAML(typ="rt").load(path.read_text(encoding="utf-8"))
        plain = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except UnicodeDecodeError as error:
        return None, [Problem(where, f"bytes that are not UTF-8 ({error.reason})", "UTF-8 text",
                              "save the file as UTF-8")]  # fmt: skip
    except YAMLError as error:
        mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
        line = f", line {mark.line + 1}" if mark else ""
        found = getattr(error, "problem", None) or str(error).splitlines()[0]
        return None, [Problem(where + line, str(found), "well-formed YAML, every key once",
                              "mend that line; indentation is two spaces")]  # fmt: skip
    try:
        parsed = DossierFile.model_validate(plain)
    except ValidationError as error:
        return None, [_explain(detail, content, where) for detail in error.errors()]
    if parsed.dossier != path.parent.name:
        return None, [Problem(where, f"dossier: {parsed.dossier}", f"dossier: {path.parent.name}",
                              "give the dossier the name of its folder")]  # fmt: skip
    return parsed, []


def _explain(detail: Any, content: Any, where: str) -> Problem:
    """Turn one finding of pydantic into a problem with line, key and value."""
    node, line = content, None
    for key in detail["loc"]:
        try:
            position = node.lc.data[key][0] if hasattr(node, "lc") else None
            node = node[key]
        except (KeyError, IndexError, TypeError):
            break
        line = position + 1 if position is not None else line
    key_path = ".".join(str(key) for key in detail["loc"]) or "the file"
    place = f"{where}, line {line}" if line else where
    if detail["type"] == "missing":
        return Problem(place, f"no {key_path}", f"a value for {key_path}", f"add {key_path}")
    if detail["type"] == "extra_forbidden":
        return Problem(place, f"unknown key {key_path}", "a key that the README lists",
                       "correct or remove the key")  # fmt: skip
    return Problem(place, f"{key_path}: {detail['input']!r}"[:300], detail["msg"],
                   f"correct {key_path}")  # fmt: skip


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
            problems.append(Problem(place, f"contract: {entry.contract}",
                                    f"one of {', '.join(contracts.by_name)}",
                                    "name a contract of the list"))  # fmt: skip
        if entry.document is not None and entry.document not in documents:
            problems.append(Problem(place, f"document: {entry.document}",
                                    f"one of {', '.join(sorted(documents)) or '(none declared)'}",
                                    "declare the document under documents:, or correct the id"))  # fmt: skip
        if _leaves_folder(entry.file):
            problems.append(Problem(place, f"file: {entry.file}", "a file inside the dossier",
                                    "copy the file into the dossier's folder"))  # fmt: skip
        elif not path.is_file():
            problems.append(Problem(place, f"file: {entry.file} does not exist", "an existing file",
                                    "put the file there, correct the name, or remove the entry"))  # fmt: skip
        if contract is not None:
            problems += _check_columns(entry, contract, place)
            sources.append(
                Source(entry, parsed.dossier, parsed.fictional, path, contract, documents)
            )
    return tuple(sources), problems


def _leaves_folder(file: str) -> bool:
    path = PurePosixPath(file.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in file


def _check_columns(entry: SourceEntry, contract: Contract, place: str) -> list[Problem]:
    known = set(contract.columns)
    problems = [
        Problem(place, f"columns: {label} -> {column}", f"one of {', '.join(sorted(known))}",
                f"name a column of contract {contract.name}, or {IGNORE}")
        for label, column in entry.columns.items() if column not in known | {IGNORE}
    ]  # fmt: skip
    return problems + [
        Problem(place, f"constants: {name}", f"one of {', '.join(sorted(known))}",
                f"name a column of contract {contract.name}, or {PARENT_REGION}")
        for name in entry.constants if name not in known | {PARENT_REGION}
    ]  # fmt: skip


def _find_repeated_ids(dossiers: list[Dossier]) -> list[Problem]:
    problems = []
    for what, ids in (
        ("source", [(s.entry.id, d.file.dossier) for d in dossiers for s in d.sources]),
        ("document", [(x.id, d.file.dossier) for d in dossiers for x in d.file.documents]),
    ):
        first: dict[str, str] = {}
        for identifier, dossier in ids:
            if identifier in first:
                problems.append(Problem(f"{dossier}/{SOURCES_FILE}", f"{what} id {identifier} again",
                                        f"an id that dossier {first[identifier]} does not use",
                                        "rename one of the two"))  # fmt: skip
            first.setdefault(identifier, dossier)
    return problems
