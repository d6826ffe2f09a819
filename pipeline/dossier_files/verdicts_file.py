"""``verdicts.yml`` of a dossier: what a person decided about two facilities that may be one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipeline.core.errors import Problem
from pipeline.core.messages import Message, listed
from pipeline.dossier_files.source import ROSTER, Source
from pipeline.dossier_files.sources_file import DossierFile, Filled, Identifier, Strict, parse_yaml

VERDICTS_FILE = "verdicts.yml"


class RosterRow(Strict):
    """A row of a roster, as lineage shows it; no sheet where the file has none."""

    source: Filled
    sheet: Filled | None = None
    row: Annotated[int, Field(ge=1, strict=True)]


class VerdictEntry(Strict):
    """What is decided of one pair, as written in ``verdicts.yml``.

    The pair is given either by two rows of rosters or by two facility keys; ``expect`` has the name
    that each of them had when the pair was reviewed.
    """

    id: Identifier
    verdict: Literal["same", "different"]
    rows: Annotated[list[RosterRow], Field(min_length=2, max_length=2)] | None = None
    facilities: Annotated[list[Filled], Field(min_length=2, max_length=2)] | None = None
    expect: Annotated[list[Filled], Field(min_length=2, max_length=2)]
    reason: Filled
    document: Filled | None = None
    reviewed_by: Filled
    reviewed_on: dt.date


class VerdictsFile(Strict):
    """Everything that one ``verdicts.yml`` may say."""

    verdicts: list[VerdictEntry]


@dataclass(frozen=True)
class Verdict:
    """A verdict whose sources are known.

    Attributes:
        entry: The entry.
        dossier: Folder of the dossier that it stands in.
    """

    entry: VerdictEntry
    dossier: str

    @property
    def place(self) -> Message:
        """How messages call it."""
        return _place(self.dossier, self.entry)

    @property
    def sources(self) -> frozenset[str]:
        """Ids of the sources whose rows it names; none where it names facilities."""
        return frozenset(row.source for row in self.entry.rows or ())


def parse_verdicts_file(folder: Path) -> tuple[list[VerdictEntry], list[Problem]]:
    """Read the ``verdicts.yml`` of a dossier's folder, if there is one.

    Returns:
        Its entries, or none together with everything that is wrong with the form of the file.
    """
    path = folder / VERDICTS_FILE
    if not path.is_file():
        return [], []
    parsed, problems = parse_yaml(path, f"{folder.name}/{VERDICTS_FILE}", VerdictsFile)
    return parsed.verdicts if parsed else [], problems


def check_verdicts(
    entries: list[VerdictEntry],
    dossier: DossierFile,
    declared: Iterable[str],
    sources: Iterable[Source],
) -> tuple[tuple[Verdict, ...], list[Problem]]:
    """Check what verdicts refer to: rosters of any dossier, and documents of their own.

    Args:
        entries: Entries of ``verdicts.yml``.
        dossier: What the ``sources.yml`` beside it says.
        declared: Ids of the sources of all dossiers.
        sources: Those of them whose contract is known.

    Returns:
        The verdicts, and all problems found in them.
    """
    contracts = {source.id: source.contract.name for source in sources}
    rosters = {name for name, contract in contracts.items() if contract == ROSTER}
    unclear = set(declared) - contracts.keys()  # already among the problems of sources.yml
    documents = {document.id for document in dossier.documents}
    problems: list[Problem] = []
    verdicts = []
    for entry in entries:
        place = _place(dossier.dossier, entry)
        verdict = Verdict(entry, dossier.dossier)
        verdicts.append(verdict)
        if (entry.rows is None) == (entry.facilities is None):
            problems.append(Problem(place, Message("verdict.no_pair")))
        problems += [
            Problem(
                place,
                Message("correction.not_one_of", key="source", found=source, known=listed(rosters)),
            )
            for source in sorted(verdict.sources - rosters - unclear)
        ]
        if entry.document is not None and entry.document not in documents:
            known = listed(documents)
            message = Message(
                "correction.not_one_of", key="document", found=entry.document, known=known
            )
            problems.append(Problem(place, message))
    return tuple(verdicts), problems


def _place(dossier: str, entry: VerdictEntry) -> Message:
    return Message("place.verdict", file=f"{dossier}/{VERDICTS_FILE}", id=entry.id)
